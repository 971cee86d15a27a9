import { Duration, Names, Token } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { ClientIngress } from '../../cutover/client-ingress/client-ingress';
import { IngressComparison } from '../../cutover/client-ingress/ingress-comparison';
import { vpcCidrs } from '../../cutover/client-ingress/vpc-cidrs';
import type { SideFacts } from '../../cutover/machine/cutover';
import type { KindFacts } from '../../cutover/machine/manifest';
import type { KindScope, MigrationKind, OwnAlarms, Stage } from '../../cutover/migration/kind';
import type { Runbook } from '../../cutover/migration/runbook';
import { commonPhases, type MigrationSteps, migrationSteps } from '../../cutover/migration/steps';
import { heartbeatAlarm, MigrationAlarms, WORST_LAG_SECONDS } from '../../cutover/monitoring/migration-alarms';
import type { ReplicationGraph } from '../../cutover/monitoring/migration-dashboard';
import { CutoverRecord } from '../../cutover/record/cutover-record';
import { expression } from '../../cutover/states/expression';
import { ValidationError } from '../../validation-error';
import { convertingBetween } from '../converting-replica/converting-between';
import type { ConvertingReplica } from '../converting-replica/converting-replica';
import type { IDatabase } from '../database/database';
import { DatabaseEngineFamily } from '../engine/engine';
import { DATABASES, type DatabaseSteps } from '../phases/database-steps';
import { BlueGreenDeployment } from '../phases/managed/blue-green-deployment';
import { ManagedClusters } from '../phases/managed/managed-clusters';
import type { ManagedSteps } from '../phases/managed/managed-steps';
import { ReaderScaling } from '../phases/managed/reader-scaling';
import { eventsOfReaderCanary } from '../phases/reader-canary';
import {
  managedReaderSteps,
  type ReaderTargets,
  readerSteps,
  readerTargets,
  trialTargets,
} from '../readers/reader-steps';
import { managedBlueGreen } from '../runbooks/managed-blue-green';
import { preparation } from '../runbooks/preparation';
import { binlogReplica, promoteReplica } from '../runbooks/replica';
import { checkAuroraMigration } from './aurora-migration-checks';
import type { AuroraMigrationProps } from './aurora-migration-props';
import { databaseConfiguration, databaseReach } from './database-configuration';
import { databasesOf, parameterGroupsOf } from './databases-of-migration';
import { MigrationNetwork } from './migration-network';
import { hopsOf, replicaLag } from './replica-lag';

/** What is a database's of its migration: the records, how its replication is watched, and the strategy's phases. */
export class DatabaseKind implements MigrationKind {
  public readonly record?: CutoverRecord;
  public readonly readerRecord?: CutoverRecord;
  public readonly agent: MigrationKind['agent'];
  public readonly clientsVerb: MigrationKind['clientsVerb'];
  public readonly secrets: readonly (ISecret | undefined)[];
  public readonly blue: SideFacts;
  public readonly green: SideFacts;
  public readonly alarms: OwnAlarms;
  public readonly manifest: KindFacts;
  public readonly graphs: readonly ReplicationGraph[];
  public readonly takes: readonly Duration[];
  public readonly errandTakes: readonly Duration[];
  private readonly converting: ConvertingReplica | undefined;
  private readonly targets: ReaderTargets;
  private readonly catchUpTimeout: Duration;
  private readonly prepareTimeout: Duration;

  constructor(
    private readonly within: KindScope,
    private readonly props: AuroraMigrationProps,
  ) {
    const { migration, migrationName, logs } = within;
    checkAuroraMigration(migration, props);
    const { blue, green = blue, readerWeights = [] } = props;
    const { catchUpTimeout = Duration.hours(24), prepareTimeout = Duration.days(3) } = props;
    if (props.record !== undefined) {
      this.record = new CutoverRecord(migration, 'Record', {
        ...props.record,
        blueTarget: blue.endpointAddress,
        greenTarget: green.endpointAddress,
        ...logs,
      });
    }
    this.targets = readerTargets(props);
    if (props.readerRecord !== undefined) {
      const trials = trialTargets(this.targets);
      this.readerRecord = new CutoverRecord(migration, 'ReaderRecord', {
        ...props.readerRecord,
        blueTarget: this.targets.blue.address,
        greenTarget: this.targets.green.address,
        ...(trials.length > 0 && { greenTrialTargets: trials }),
        ...logs,
      });
    }
    this.converting = convertingBetween(props);
    const configuration = databaseConfiguration(migrationName, props, this.record);
    this.agent = { configuration, sides: 'databases', reach: databaseReach(configuration) };
    this.secrets = [blue.secret, props.green?.secret, this.converting?.secret, props.replicationSecret];
    this.blue = facts(blue);
    this.green = facts(green);
    this.alarms = this.watched();
    const kind = blue.engine.family === DatabaseEngineFamily.MYSQL ? 'mysql' : 'postgres';
    this.clientsVerb = `${kind}.connections`;
    this.manifest = {
      kind,
      records: { writer: this.record, reader: this.readerRecord },
      databases: databasesOf(props, this.targets),
      parameterGroups: parameterGroupsOf(props),
    };
    this.graphs = hopsOf(blue, props.green, this.converting);
    this.catchUpTimeout = catchUpTimeout;
    this.prepareTimeout = prepareTimeout;
    this.takes = [catchUpTimeout, catchUpTimeout, ...readerWeights.map(({ bake }) => bake)];
    this.errandTakes = this.converting === undefined ? [] : [prepareTimeout, catchUpTimeout, catchUpTimeout];
  }

  public runbook(stage: Stage): Runbook {
    const { vpc, blue, green, strategy, readerWeights = [], tablesLeftUncompared = [] } = this.props;
    const { catchUpTimeout, prepareTimeout, converting } = this;
    const { host, scope, agent, journal } = stage;
    const network = new MigrationNetwork(this.within.migration, 'Network', {
      vpc,
      host,
      blue,
      ...(green !== undefined && { green }),
      ...(converting !== undefined && { converting }),
    });
    const preparing = { journal, prepareTimeout };
    if (green === undefined && converting !== undefined) {
      return preparation({ scope, agent, strategy, tablesLeftUncompared, catchUpTimeout, converting, ...preparing });
    }
    const steps = migrationSteps(stage);
    const common = commonPhases(stage, steps, eventsOfReaderCanary(readerWeights));
    switch (strategy._name) {
      case 'managedBlueGreen':
        return managedBlueGreen(this.managedSteps(steps, network), common);
      case 'promoteReplica':
        return promoteReplica(this.databaseSteps(stage, steps), common, preparing);
      case 'binlogReplica':
        return binlogReplica(this.databaseSteps(stage, steps), common);
    }
  }

  /** Of a managed green, RDS makes up the name that its metrics have: its lag is RDS's to watch. */
  private watched(): OwnAlarms {
    const { migration, migrationName, activity } = this.within;
    const { blue, green } = this.props;
    if (green === undefined) return { heartbeat: heartbeatAlarm(migration, 'Heartbeat', { migrationName, activity }) };
    const lag = { metric: replicaLag(blue, green, this.converting), threshold: WORST_LAG_SECONDS };
    return new MigrationAlarms(migration, 'Alarms', { migrationName, activity, lag });
  }

  private databaseSteps({ scope, host }: Stage, steps: MigrationSteps): DatabaseSteps {
    const {
      vpc,
      blue,
      green,
      strategy,
      clientsLeftBehind = [],
      readerWeights = [],
      tablesLeftUncompared = [],
    } = this.props;
    if (green === undefined || this.record === undefined)
      throw new ValidationError(`${strategy} has two sides and a record.`);
    const { converting, targets, catchUpTimeout } = this;
    const readers = this.readerRecord?._steps();
    const record = this.record._steps();
    const groups = [...groupIds(blue), ...groupIds(green)];
    const chain = converting === undefined ? [] : [...groupIds(converting), ...groupIds(converting.source)];
    return {
      ...steps,
      plane: DATABASES,
      strategy,
      blue,
      green,
      ...(converting !== undefined && { converting }),
      record: readers === undefined ? record : record.with(readers),
      ...(readers !== undefined && { readers }),
      readerWeights: readerSteps(readerWeights, targets),
      targets,
      ingress: new ClientIngress({
        hostSecurityGroupId: host.securityGroup.securityGroupId,
        replicationSecurityGroupIds: [...new Set([...groups, ...chain])],
        securityGroupIds: groups,
      }),
      ingressComparison: new IngressComparison(scope, { vpcCidrs: vpcCidrs(vpc), leftBehind: clientsLeftBehind }),
      tablesLeftUncompared,
      ...this.beginning(),
      catchUpTimeout,
    };
  }

  /** Where green was cloned or restored, if that is stated. */
  private beginning(): Pick<DatabaseSteps, 'begin'> {
    const { binlogFile: file, binlogPosition: position } = this.props.strategy._begin ?? {};
    return file === undefined || position === undefined ? {} : { begin: { file, position } };
  }

  private managedSteps(steps: MigrationSteps, { closedGroup }: MigrationNetwork): ManagedSteps {
    const { blue, strategy, readerWeights = [], tablesLeftUncompared = [] } = this.props;
    const { scope } = steps;
    if (strategy._managed === undefined || blue.clusterIdentifier === undefined || closedGroup === undefined) {
      throw new ValidationError(`${strategy} has a cluster, a closed group, and options of a managed deployment.`);
    }
    const deployment = new BlueGreenDeployment(scope, this.deploymentName(), blue);
    return {
      ...steps,
      family: blue.engine.family === DatabaseEngineFamily.MYSQL ? 'mysql' : 'postgres',
      blue,
      options: strategy._managed,
      deployment,
      clusters: new ManagedClusters(scope, deployment),
      closedGroupId: closedGroup.securityGroupId,
      scaling: new ReaderScaling(scope, blue.clusterIdentifier),
      ...(this.readerRecord !== undefined && {
        readers: { settled: this.readerRecord._steps(), trial: this.readerRecord._steps(expression('$green.reader')) },
      }),
      readerWeights: managedReaderSteps(readerWeights),
      tablesLeftUncompared,
    };
  }

  /** RDS takes letters, digits and single hyphens, 60 at most, and a letter first. */
  private deploymentName(): string {
    const { migration, migrationName } = this.within;
    if (Token.isUnresolved(migrationName))
      return Names.uniqueResourceName(migration, { maxLength: 60, separator: '-' });
    const plain = migrationName.replaceAll(/[^A-Za-z0-9]+/g, '-').replace(/^[^A-Za-z]+/, '');
    return (
      plain.slice(0, 60).replace(/-$/, '') || Names.uniqueResourceName(migration, { maxLength: 60, separator: '-' })
    );
  }
}

function facts(database: IDatabase): SideFacts {
  return { port: database.endpointPort, securityGroupIds: groupIds(database) };
}

function groupIds(database: IDatabase): string[] {
  return database.securityGroups.map((group) => group.securityGroupId);
}
