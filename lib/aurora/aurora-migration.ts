import { Duration, Names, Token } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IIdentity, Policy } from 'aws-cdk-lib/aws-iam';
import type { Activity, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { AgentConfiguration } from '../cutover/agent-configuration';
import { AgentWorker } from '../cutover/agent-worker';
import { type ApprovalProps, approve } from '../cutover/approval';
import { timeOfChecks } from '../cutover/check-budget';
import { reachApplications, requestsOf } from '../cutover/check-requests';
import { Checks } from '../cutover/checks';
import { ClientIngress } from '../cutover/client-ingress';
import { Cutover, type SideFacts } from '../cutover/cutover';
import { CutoverRecord } from '../cutover/cutover-record';
import { Door } from '../cutover/door';
import { ExecutionAlarms } from '../cutover/execution-alarms';
import { expression } from '../cutover/expression';
import { Journal } from '../cutover/journal';
import { type EncryptedLogs, keyOfLogs } from '../cutover/log-key';
import type { ManifestFacts } from '../cutover/manifest';
import { heartbeatAlarm, MigrationAlarms } from '../cutover/migration-alarms';
import { MigrationDashboard } from '../cutover/migration-dashboard';
import { MigrationHost } from '../cutover/migration-host';
import { checkMigrationName, parameterName } from '../cutover/migration-name';
import { OperatorAccess } from '../cutover/operator-access';
import { StateMachineArns } from '../cutover/state-machine-arns';
import { claimName } from '../cutover/validations/one-name';
import { vpcCidrs } from '../cutover/vpc-cidrs';
import { watch } from '../cutover/watch';
import { Workloads } from '../cutover/workloads';
import { checkAuroraMigration } from './aurora-migration-checks';
import type { AuroraMigrationProps } from './aurora-migration-props';
import { convertingBetween } from './converting-between';
import type { ConvertingReplica } from './converting-replica';
import type { IDatabase } from './database';
import { databaseConfiguration } from './database-configuration';
import { databasesOf, parameterGroupsOf } from './databases-of-migration';
import { DatabaseEngineFamily } from './engine';
import { MigrationNetwork } from './migration-network';
import type { DatabaseSteps } from './phases/database-steps';
import { BlueGreenDeployment } from './phases/managed/blue-green-deployment';
import { ManagedClusters } from './phases/managed/managed-clusters';
import type { ManagedSteps } from './phases/managed/managed-steps';
import { ReaderScaling } from './phases/managed/reader-scaling';
import { managedReaderSteps, type ReaderTargets, readerSteps, readerTargets, trialTargets } from './reader-steps';
import { hopsOf, replicaLag } from './replica-lag';
import { binlogReplica } from './runbooks/binlog-replica';
import { managedBlueGreen } from './runbooks/managed-blue-green';
import { preparation } from './runbooks/preparation';
import { promoteReplica } from './runbooks/promote-replica';
import type { CommonPhases, Runbook } from './runbooks/runbook';

/**
 * Moves the users of a database from blue to green.
 *
 * It holds only what is transient: the weighted records, the migration host, the state machine, alarms. Removing it from
 * the code removes only that; green stays as it is, with the same logical ids, and is the next migration's blue.
 *
 * Start it with `{"action": "preflight"}`, then `{"action": "cutover"}`; `{"action": "back"}` returns the users,
 * `{"action": "retire"}` deletes blue.
 */
export class AuroraMigration extends Construct {
  /** The name that those who write resolve. Undefined where RDS gives green blue's endpoints. */
  public readonly record?: CutoverRecord;

  /** The name that those who only read resolve, if they have one of their own. */
  public readonly readerRecord?: CutoverRecord;

  /** The host that the agent runs on. */
  public readonly host: MigrationHost;

  /** What performs the cutover. */
  public readonly stateMachine: StateMachine;

  /** Name of the migration's SSM parameters. */
  public readonly migrationName: string;

  /** Goes off when the side that follows falls behind. Undefined with managed blue/green, where RDS replicates. */
  public readonly lagAlarm?: Alarm;

  /** Goes off when the agent stops answering. */
  public readonly heartbeatAlarm: Alarm;

  /** Go off when an execution was aborted, timed out or failed. */
  public readonly executionAlarms: Alarm[];

  private readonly network: MigrationNetwork;

  private readonly access: OperatorAccess;

  private readonly targets: ReaderTargets;

  /**
   * @param scope where it belongs; a stack of its own is removed most easily
   * @param id the construct's id
   * @param props what to move, and how
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: AuroraMigrationProps,
  ) {
    super(scope, id);
    checkAuroraMigration(this, props);
    this.migrationName = props.migrationName ?? Names.uniqueResourceName(this, { maxLength: 64, separator: '-' });
    checkMigrationName(this.migrationName);
    claimName(this, this.migrationName);
    const logs = this.logs();
    const { blue, green = blue } = props;

    if (props.record !== undefined) {
      this.record = new CutoverRecord(this, 'Record', {
        ...props.record,
        blueTarget: blue.endpointAddress,
        greenTarget: green.endpointAddress,
        ...logs,
      });
    }
    this.targets = readerTargets(props);
    if (props.readerRecord !== undefined) {
      const trials = trialTargets(this.targets);
      this.readerRecord = new CutoverRecord(this, 'ReaderRecord', {
        ...props.readerRecord,
        blueTarget: this.targets.blue.address,
        greenTarget: this.targets.green.address,
        ...(trials.length > 0 && { greenTrialTargets: trials }),
        ...logs,
      });
    }
    const arns = new StateMachineArns(this, this.migrationName);
    this.access = new OperatorAccess(this, this.migrationName, arns);
    const agent = new AgentWorker(this, 'Agent', {
      migrationName: this.migrationName,
      stateMachineArn: arns.stateMachine,
    });
    this.host = this.migrationHost(agent, logs);
    this.network = new MigrationNetwork(this, 'Network', {
      vpc: props.vpc,
      host: this.host,
      blue,
      ...(props.green !== undefined && { green: props.green }),
      ...this.between(),
    });
    const journal = new Journal(this, this.migrationName, props.workloads?.length);
    const cutover = new Cutover(this, 'Cutover', {
      migrationName: this.migrationName,
      ...this.runbook(agent, journal),
      approval: this.approval(),
      arns,
      journal,
      blue: facts(blue),
      green: facts(green),
      manifest: this.manifest(agent),
      timeout: this.timeout(),
      ...logs,
    });
    this.stateMachine = cutover.stateMachine;
    this.host._allowTasks(agent.activity, this.stateMachine);

    const alarms = this.alarms(agent.activity);
    this.lagAlarm = alarms.lag;
    this.heartbeatAlarm = alarms.heartbeat;
    this.executionAlarms = [
      ...new ExecutionAlarms(this, 'Executions', {
        migrationName: this.migrationName,
        stateMachine: this.stateMachine,
      }).all,
    ];
    for (const alarm of this.ownAlarms()) alarm.addAlarmAction(...(props.alarmActions ?? []));
    this.dashboard(agent.activity);
  }

  /**
   * Lets operators start, stop and look at executions with `cutover`, and approve none: give that to others.
   *
   * @param operators their role, group or user, of whatever stack
   * @returns the policy, which belongs to the migration and goes with it
   */
  public grantOperate(operators: IIdentity): Policy {
    return this.access.grantOperate(operators);
  }

  /**
   * Lets approvers say yes or no with `cutover approve`, `cutover reject` and `cutover confirm`, and start nothing. Who
   * approved is in CloudTrail (`SendTaskSuccess`); what `--by` says is a claim.
   *
   * @param approvers their role, group or user, of whatever stack
   * @returns the policy, which belongs to the migration and goes with it
   */
  public grantApprove(approvers: IIdentity): Policy {
    return this.access.grantApprove(approvers);
  }

  /** Of a managed green, RDS makes up the name that its metrics have: its lag is RDS's to watch. */
  private alarms(activity: Activity): { readonly lag?: Alarm; readonly heartbeat: Alarm } {
    const { migrationName } = this;
    const { blue, green } = this.props;
    const converting = convertingBetween(this.props);
    if (green === undefined) return { heartbeat: heartbeatAlarm(this, 'Heartbeat', { migrationName, activity }) };
    const lag = { metric: replicaLag(blue, green, converting), threshold: 30 };
    return new MigrationAlarms(this, 'Alarms', { migrationName, activity, lag });
  }

  private ownAlarms(): Alarm[] {
    return [this.lagAlarm, this.heartbeatAlarm, ...this.executionAlarms].filter((alarm) => alarm !== undefined);
  }

  private dashboard(activity: Activity): void {
    const { blue, green, alarms = [] } = this.props;
    new MigrationDashboard(this, 'Dashboard', {
      migrationName: this.migrationName,
      stateMachine: this.stateMachine,
      activity,
      alarms: [...alarms, ...this.ownAlarms()],
      replication: hopsOf(blue, green, convertingBetween(this.props)),
      ...this.wayBack(),
    });
  }

  private wayBack(): { readonly wayBack?: string } {
    if (this.network.isWayBackMissing) return { wayBack: 'RDS has no way back from its switchover of PostgreSQL.' };
    if (this.props.green !== undefined || this.between().converting === undefined) return {};
    return { wayBack: 'Nobody is moved yet: green is still to be made of the converting replica.' };
  }

  private runbook(agent: AgentWorker, journal: Journal): Runbook {
    const scope = new Construct(this, 'Steps');
    const { converting } = this.between();
    if (this.props.green === undefined && converting !== undefined) {
      const { strategy, tablesLeftUncompared = [] } = this.props;
      const catchUpTimeout = this.catchUpTimeout();
      const steps = { scope, agent, strategy, tablesLeftUncompared, catchUpTimeout, converting };
      return preparation({ ...steps, ...this.preparing(journal) });
    }
    const workloads = new Workloads(scope, journal, this.props.workloads ?? []);
    const checks = new Checks(scope, this.props.checks ?? [], {
      migrationName: this.migrationName,
      agent,
      topic: this.props.approval,
    });
    const common = this.commonPhases(scope, workloads, checks);
    switch (this.props.strategy._name) {
      case 'managedBlueGreen':
        return managedBlueGreen(this.managedSteps(scope, agent, workloads, checks), common);
      case 'promoteReplica':
        return promoteReplica(this.databaseSteps(scope, agent, workloads, checks), common, this.preparing(journal));
      case 'binlogReplica':
        return binlogReplica(this.databaseSteps(scope, agent, workloads, checks), common);
    }
  }

  private databaseSteps(scope: Construct, agent: AgentWorker, workloads: Workloads, checks: Checks): DatabaseSteps {
    const { blue, green, strategy, alarms, approval, readerWeights } = this.props;
    if (green === undefined || this.record === undefined) throw new Error(`${strategy} has two sides and a record.`);
    const readers = this.readerRecord?._steps();
    const record = this.record._steps();
    const { converting } = this.between();
    const groups = [...groupIds(blue), ...groupIds(green)];
    const chain = converting === undefined ? [] : [...groupIds(converting), ...groupIds(converting.source)];
    return {
      scope,
      agent,
      strategy,
      blue,
      green,
      ...(converting !== undefined && { converting }),
      record: readers === undefined ? record : record.with(readers),
      ...(readers !== undefined && { readers }),
      readerWeights: readerSteps(readerWeights ?? [], this.targets),
      targets: this.targets,
      door: new Door({
        hostSecurityGroupId: this.host.securityGroup.securityGroupId,
        replicationSecurityGroupIds: [...new Set([...groups, ...chain])],
        securityGroupIds: groups,
      }),
      clientIngress: new ClientIngress(scope, {
        vpcCidrs: vpcCidrs(this.props.vpc),
        leftBehind: this.props.clientsLeftBehind ?? [],
      }),
      alarms: alarms ?? [],
      workloads,
      checks,
      tablesLeftUncompared: this.props.tablesLeftUncompared ?? [],
      approval,
      ...this.beginning(),
      catchUpTimeout: this.catchUpTimeout(),
    };
  }

  private between(): { readonly converting?: ConvertingReplica } {
    const converting = convertingBetween(this.props);
    return converting === undefined ? {} : { converting };
  }

  /** Where green was cloned or restored, if that is stated. */
  private beginning(): Pick<DatabaseSteps, 'begin'> {
    const { binlogFile: file, binlogPosition: position } = this.props.strategy._begin ?? {};
    return file === undefined || position === undefined ? {} : { begin: { file, position } };
  }

  private managedSteps(scope: Construct, agent: AgentWorker, workloads: Workloads, checks: Checks): ManagedSteps {
    const { blue, strategy, alarms, approval, readerWeights } = this.props;
    const { closedGroup } = this.network;
    if (strategy._managed === undefined || blue.clusterIdentifier === undefined || closedGroup === undefined) {
      throw new Error(`${strategy} has a cluster, a closed group, and options of a managed deployment.`);
    }
    const deployment = new BlueGreenDeployment(scope, this.deploymentName(), blue);
    return {
      scope,
      agent,
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
      readerWeights: managedReaderSteps(readerWeights ?? []),
      alarms: alarms ?? [],
      workloads,
      checks,
      tablesLeftUncompared: this.props.tablesLeftUncompared ?? [],
      approval,
    };
  }

  /** RDS takes letters, digits and single hyphens, 60 at most, and a letter first. */
  private deploymentName(): string {
    if (Token.isUnresolved(this.migrationName))
      return Names.uniqueResourceName(this, { maxLength: 60, separator: '-' });
    const plain = this.migrationName.replaceAll(/[^A-Za-z0-9]+/g, '-').replace(/^[^A-Za-z]+/, '');
    return plain.slice(0, 60).replace(/-$/, '') || Names.uniqueResourceName(this, { maxLength: 60, separator: '-' });
  }

  private commonPhases(scope: Construct, workloads: Workloads, asked: Checks): CommonPhases {
    const { alarms = [], checks = [] } = this.props;
    return {
      approve: approve(scope, this.approval()),
      quiesce: workloads.quiesce(),
      check: asked.beforeResume(),
      resume: workloads.resume(),
      checkReturn: asked.afterReturn(),
      checkWithUsers: asked.afterResume(),
      watch: watch(scope, {
        alarms,
        period: this.watchPeriod(),
        workloads: this.props.workloads?.length ?? 0,
        checks,
      }),
    };
  }

  private migrationHost(agent: AgentWorker, logs: EncryptedLogs): MigrationHost {
    const { checks = [] } = this.props;
    const configuration = new AgentConfiguration(
      this,
      databaseConfiguration(this.migrationName, this.props, this.record),
      requestsOf(checks),
    );
    const host = new MigrationHost(this, 'Host', {
      ...this.props.host,
      ...logs,
      vpc: this.props.vpc,
      activity: agent.activity,
      configurationParameter: configuration.parameterName,
      reach: configuration.reach,
      journalParameter: parameterName(this.migrationName, 'journal'),
      hostParameter: parameterName(this.migrationName, 'host'),
      secrets: [...new Set(secretsOf(this.props))],
    });
    host.node.addDependency(configuration.parameter);
    reachApplications(host, checks);
    return host;
  }

  private manifest({ activity }: AgentWorker): ManifestFacts {
    const { blue, alarms = [], workloads = [], checks = [] } = this.props;
    return {
      kind: blue.engine.family === DatabaseEngineFamily.MYSQL ? 'mysql' : 'postgres',
      activity,
      host: this.host,
      alarms,
      records: { writer: this.record, reader: this.readerRecord },
      databases: databasesOf(this.props, this.targets),
      parameterGroups: parameterGroupsOf(this.props),
      secrets: secretsOf(this.props),
      workloads,
      checks,
    };
  }

  private catchUpTimeout(): Duration {
    return this.props.catchUpTimeout ?? Duration.hours(24);
  }

  private preparing(journal: Journal): { readonly journal: Journal; readonly prepareTimeout: Duration } {
    return { journal, prepareTimeout: this.prepareTimeout() };
  }

  private prepareTimeout(): Duration {
    return this.props.prepareTimeout ?? Duration.days(3);
  }

  private logs(): EncryptedLogs {
    const { logEncryptionKey } = this.props;
    return logEncryptionKey === undefined ? {} : { logEncryptionKey: keyOfLogs(this, logEncryptionKey) };
  }

  private approval(): ApprovalProps {
    return { migrationName: this.migrationName, topic: this.props.approval, timeout: this.approvalTimeout() };
  }

  private approvalTimeout(): Duration {
    return this.props.approvalTimeout ?? Duration.hours(24);
  }

  private watchPeriod(): Duration {
    return this.props.watch ?? Duration.hours(1);
  }

  /** Long enough for every phase at its slowest, so that only a lost execution reaches it. */
  private timeout(): Duration {
    const hours = (duration: Duration) => duration.toHours({ integral: false });
    const baking = (this.props.readerWeights ?? []).reduce((sum, { bake }) => sum + hours(bake), 0);
    const moving =
      2 * hours(this.catchUpTimeout()) +
      baking +
      hours(this.approvalTimeout()) +
      hours(this.watchPeriod()) +
      hours(timeOfChecks(this.props.checks ?? [])) +
      12;
    if (this.between().converting === undefined) return Duration.hours(Math.ceil(moving));
    const preparing = hours(this.prepareTimeout()) + 2 * hours(this.catchUpTimeout()) + 12;
    return Duration.hours(Math.ceil(Math.max(moving, preparing)));
  }
}

/** That the host reads. */
function secretsOf(props: AuroraMigrationProps) {
  const { blue, green, replicationSecret } = props;
  return [blue.secret, green?.secret, convertingBetween(props)?.secret, replicationSecret].filter(
    (secret) => secret !== undefined,
  );
}

function facts(database: IDatabase): SideFacts {
  return { port: database.endpointPort, securityGroupIds: groupIds(database) };
}

function groupIds(database: IDatabase): string[] {
  return database.securityGroups.map((group) => group.securityGroupId);
}
