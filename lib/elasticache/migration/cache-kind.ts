import { Duration, Lazy, Token } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { CacheEndpoint, CacheMigrationConfiguration } from '../../../contract/cache';
import type { MigrationHost } from '../../cutover/host/migration-host';
import type { HostRelay } from '../../cutover/host/migration-host-props';
import type { SideFacts } from '../../cutover/machine/cutover';
import type { KindFacts } from '../../cutover/machine/manifest';
import type { KindScope, MigrationKind, Stage } from '../../cutover/migration/kind';
import type { Runbook } from '../../cutover/migration/runbook';
import { commonPhases, migrationSteps } from '../../cutover/migration/steps';
import { MigrationAlarms } from '../../cutover/monitoring/migration-alarms';
import type { ReplicationGraph } from '../../cutover/monitoring/migration-dashboard';
import type { CutoverRecord } from '../../cutover/record/cutover-record';
import type { ICache } from '../cache/cache-base';
import { BlueEvents } from '../phases/blue-events';
import { CACHES, type CacheSteps } from '../phases/cache-steps';
import { MAX_WAIT } from '../phases/settle';
import { RelayIngress } from '../relay/relay-ingress';
import { ReplicationGroup } from '../replication-group/replication-group';
import { cacheRunbook } from '../runbook';
import { checkCacheMigration } from './cache-migration-checks';
import type { CacheMigrationKind, RedisMigrationProps } from './cache-migration-kind';
import { ingressOf, letHostIn, reachOfCache, recordOf, sideFacts } from './cache-sides';
import { CacheConsistency } from './consistency';
import { replicationGraphs, replicationLag } from './replication-metrics';

/** What is a cache's of its migration: the record, what the agent copies and how it is watched, and the phases. */
export class CacheKind implements CacheMigrationKind {
  public readonly record: CutoverRecord;
  public readonly agent: MigrationKind['agent'];
  public readonly clientsVerb = 'redis.clients';
  public readonly secrets: readonly (ISecret | undefined)[];
  public readonly blue: SideFacts;
  public readonly green: SideFacts;
  public readonly alarms: MigrationAlarms;
  public readonly manifest: KindFacts;
  public readonly graphs: readonly ReplicationGraph[];
  public readonly takes: readonly Duration[];
  public readonly relay?: HostRelay;
  private readonly migration: Construct;
  /** There once the kind's phases are made. */
  private host?: MigrationHost;
  private readonly catchUpTimeout: Duration;

  constructor(
    within: KindScope,
    private readonly props: RedisMigrationProps,
  ) {
    const { migration, migrationName, activity } = within;
    checkCacheMigration(migration, props);
    this.migration = migration;
    const { blue, green, consistency, relay, weights = [], catchUpTimeout = Duration.hours(24) } = props;
    this.record = recordOf(within, props, this.relayAddress());
    const configuration: CacheMigrationConfiguration = {
      migrationName,
      kind: 'cache',
      consistency,
      recordName: this.record.domainName,
      recordTtlSeconds: this.record.ttl.toSeconds(),
      ...(relay?.certificate !== undefined && { relayCertificateArn: relay.certificate.secretArn }),
      blue: endpoint(blue),
      green: endpoint(green),
      ...(props.relay !== undefined && { relays: true }),
    };
    this.agent = { configuration, sides: 'caches' };
    if (relay !== undefined) this.relay = { clientsGroups: blue.securityGroups, after: this.record };
    this.secrets = [blue.authSecret, green.authSecret, relay?.certificate];
    this.blue = sideFacts(blue);
    this.green = sideFacts(green);
    this.alarms = new MigrationAlarms(migration, 'Alarms', {
      migrationName,
      activity,
      lag: replicationLag(migrationName),
      agentReplicates: consistency !== CacheConsistency.COLD,
      relays: props.relay !== undefined,
    });
    const group = this.parameterGroupToOpen();
    this.manifest = {
      kind: 'cache',
      records: { writer: this.record },
      parameterGroups: group === undefined ? [] : [{ name: group }],
    };
    this.graphs = replicationGraphs(migrationName);
    this.catchUpTimeout = catchUpTimeout;
    this.takes = [catchUpTimeout, catchUpTimeout, MAX_WAIT, ...weights.map(({ bake }) => bake)];
  }

  public runbook(stage: Stage): Runbook {
    this.host = stage.host;
    letHostIn(this.migration, stage.host, this.props);
    const steps = this.steps(stage);
    return cacheRunbook(steps, commonPhases(stage, steps));
  }

  private steps(stage: Stage): CacheSteps {
    const { blue, consistency, weights = [], maxFreeze, relay } = this.props;
    const { scope } = stage;
    const events = this.parameterGroupToOpen();
    return {
      ...migrationSteps(stage),
      plane: CACHES,
      record: this.record._steps(),
      ...ingressOf(stage, this.props),
      ...(events !== undefined && { events: new BlueEvents(scope, events) }),
      consistency,
      blue,
      weights,
      catchUpTimeout: this.catchUpTimeout,
      maxFreeze: maxFreeze ?? Duration.minutes(1),
      ...(relay !== undefined && {
        relay: {
          maxPause: relay.maxPause ?? Duration.seconds(1),
          ingress: new RelayIngress(scope, stage.host.securityGroup.securityGroupId),
        },
      }),
    };
  }

  /** The record comes before the host in the code, and after it in a deploy. */
  private relayAddress(): string | undefined {
    if (this.props.relay === undefined) return undefined;
    return Lazy.string({ produce: () => this.host?.instance.instancePrivateIp });
  }

  /** A group that this library made has events on; AWS's own groups cannot be changed. */
  private parameterGroupToOpen(): string | undefined {
    const { blue, consistency } = this.props;
    if (consistency === CacheConsistency.COLD || blue instanceof ReplicationGroup) return undefined;
    const name = blue.parameterGroupName;
    if (name === undefined) return undefined;
    return !Token.isUnresolved(name) && name.startsWith('default.') ? undefined : name;
  }
}

function endpoint(cache: ICache): CacheEndpoint {
  return {
    ...reachOfCache(cache),
    ...(cache.authSecret !== undefined && { secretArn: cache.authSecret.secretArn }),
    engine: cache.engine.name === 'valkey' ? 'valkey' : 'redis',
    engineVersion: cache.engine.version,
    clusterMode: cache.clusterMode,
  };
}
