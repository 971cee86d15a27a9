import { Duration, Token } from 'aws-cdk-lib';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { CacheEndpoint, CacheMigrationConfiguration } from '../../../contract/cache';
import { ClientIngress, HOST_RULE } from '../../cutover/client-ingress/client-ingress';
import { Door } from '../../cutover/client-ingress/door';
import { vpcCidrs } from '../../cutover/client-ingress/vpc-cidrs';
import type { MigrationHost } from '../../cutover/host/migration-host';
import type { SideFacts } from '../../cutover/machine/cutover';
import type { KindFacts } from '../../cutover/machine/manifest';
import type { KindScope, MigrationKind, Stage } from '../../cutover/migration/kind';
import type { Runbook } from '../../cutover/migration/runbook';
import { commonPhases, migrationSteps } from '../../cutover/migration/steps';
import { MigrationAlarms } from '../../cutover/monitoring/migration-alarms';
import type { ReplicationGraph } from '../../cutover/monitoring/migration-dashboard';
import { CutoverRecord } from '../../cutover/record/cutover-record';
import type { ICache } from '../cache/cache-base';
import { TransitEncryption } from '../cache/transit-encryption';
import { BlueEvents } from '../phases/blue-events';
import { CACHES, type CacheSteps } from '../phases/cache-steps';
import { LONGEST_WAIT } from '../phases/settle';
import { ReplicationGroup } from '../replication-group/replication-group';
import { cacheRunbook } from '../runbook';
import { checkCacheMigration } from './cache-migration-checks';
import type { CacheMigrationProps } from './cache-migration-props';
import { CacheConsistency } from './consistency';
import { replicationGraphs, replicationLag } from './replication-metrics';

/** What is a cache's of its migration: the record, what the agent copies and how it is watched, and the phases. */
export class CacheKind implements MigrationKind {
  public readonly record: CutoverRecord;
  public readonly agent: MigrationKind['agent'];
  public readonly secrets: readonly (ISecret | undefined)[];
  public readonly blue: SideFacts;
  public readonly green: SideFacts;
  public readonly alarms: MigrationAlarms;
  public readonly manifest: KindFacts;
  public readonly graphs: readonly ReplicationGraph[];
  public readonly takes: readonly Duration[];
  private readonly migration: Construct;
  private readonly catchUpTimeout: Duration;

  constructor(
    { migration, migrationName, activity, logs }: KindScope,
    private readonly props: CacheMigrationProps,
  ) {
    checkCacheMigration(migration, props);
    this.migration = migration;
    const { blue, green, consistency, weights = [], catchUpTimeout = Duration.hours(24) } = props;
    this.record = new CutoverRecord(migration, 'Record', {
      ...props.record,
      blueTarget: blue.endpointAddress,
      greenTarget: green.endpointAddress,
      ...logs,
    });
    const configuration: CacheMigrationConfiguration = {
      migrationName,
      kind: 'cache',
      consistency,
      recordName: this.record.domainName,
      recordTtlSeconds: this.record.ttl.toSeconds(),
      blue: endpoint(blue),
      green: endpoint(green),
    };
    this.agent = { configuration, sides: 'caches' };
    this.secrets = [blue.authSecret, green.authSecret];
    this.blue = facts(blue);
    this.green = facts(green);
    this.alarms = new MigrationAlarms(migration, 'Alarms', {
      migrationName,
      activity,
      lag: replicationLag(migrationName),
      agentReplicates: consistency !== CacheConsistency.COLD,
    });
    const group = this.parameterGroupToOpen();
    this.manifest = {
      kind: 'cache',
      records: { writer: this.record },
      parameterGroups: group === undefined ? [] : [{ name: group }],
    };
    this.graphs = replicationGraphs(migrationName);
    this.catchUpTimeout = catchUpTimeout;
    this.takes = [catchUpTimeout, catchUpTimeout, LONGEST_WAIT, ...weights.map(({ bake }) => bake)];
  }

  public runbook(stage: Stage): Runbook {
    this.letIn(stage.host, 'Blue', this.props.blue);
    this.letIn(stage.host, 'Green', this.props.green);
    const steps = this.steps(stage);
    return cacheRunbook(steps, commonPhases(stage, steps));
  }

  private steps(stage: Stage): CacheSteps {
    const { blue, consistency, vpc, clientsLeftBehind = [], weights = [], maxFreeze } = this.props;
    const { scope, host } = stage;
    const events = this.parameterGroupToOpen();
    return {
      ...migrationSteps(stage),
      plane: CACHES,
      record: this.record._steps(),
      door: new Door({
        hostSecurityGroupId: host.securityGroup.securityGroupId,
        securityGroupIds: [...this.blue.securityGroupIds, ...this.green.securityGroupIds],
      }),
      clientIngress: new ClientIngress(scope, { vpcCidrs: vpcCidrs(vpc), leftBehind: clientsLeftBehind }),
      ...(events !== undefined && { events: new BlueEvents(scope, events) }),
      consistency,
      blue,
      weights,
      catchUpTimeout: this.catchUpTimeout,
      maxFreeze: maxFreeze ?? Duration.minutes(1),
    };
  }

  /** A group that this library made has events on; AWS's own groups cannot be changed. */
  private parameterGroupToOpen(): string | undefined {
    const { blue, consistency } = this.props;
    if (consistency === CacheConsistency.COLD || blue instanceof ReplicationGroup) return undefined;
    const name = blue.parameterGroupName;
    if (name === undefined) return undefined;
    return !Token.isUnresolved(name) && name.startsWith('default.') ? undefined : name;
  }

  /** The rules belong to the migration and go with it; `connections` would put them into the cache's own stack. */
  private letIn(host: MigrationHost, side: string, cache: ICache): void {
    const port = Port.tcp(cache.endpointPort);
    if (cache.securityGroups.length === 0) host.connections.allowToAnyIpv4(port, `To ${cache.node.id}`);
    cache.securityGroups.forEach((group, index) => {
      const peer = SecurityGroup.fromSecurityGroupId(this.migration, `${side}Group${index}`, group.securityGroupId);
      peer.connections.allowFrom(host, port, HOST_RULE);
    });
  }
}

function facts(cache: ICache): SideFacts {
  return {
    port: cache.endpointPort,
    securityGroupIds: cache.securityGroups.map(({ securityGroupId }) => securityGroupId),
  };
}

function endpoint(cache: ICache): CacheEndpoint {
  return {
    host: cache.endpointAddress,
    port: cache.endpointPort,
    // Where both are served, credentials and keys go by TLS.
    tls: cache.transitEncryption !== TransitEncryption.NONE,
    ...(cache.tlsServerName !== undefined && { serverName: cache.tlsServerName }),
    ...(cache.authSecret !== undefined && { secretArn: cache.authSecret.secretArn }),
    engine: cache.engine.name === 'valkey' ? 'valkey' : 'redis',
    engineVersion: cache.engine.version,
    clusterMode: cache.clusterMode,
  };
}
