import type { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { MemcachedEndpoint, MemcachedMigrationConfiguration } from '../../../contract/memcached';
import type { SideFacts } from '../../cutover/machine/cutover';
import type { KindFacts } from '../../cutover/machine/manifest';
import type { KindScope, MigrationKind, Stage } from '../../cutover/migration/kind';
import type { Runbook } from '../../cutover/migration/runbook';
import { commonPhases, migrationSteps } from '../../cutover/migration/steps';
import { MigrationAlarms } from '../../cutover/monitoring/migration-alarms';
import { lostSide } from '../../cutover/phases/lost-side';
import type { SwitchPlane } from '../../cutover/phases/moving-steps';
import type { CutoverRecord } from '../../cutover/record/cutover-record';
import { ValidationError } from '../../validation-error';
import type { IBaseCache } from '../cache/base-cache';
import type { CacheMigrationKind } from '../migration/cache-migration-kind';
import type { CacheMigrationProps } from '../migration/cache-migration-props';
import { ingressOf, letHostIn, reachOfCache, recordOf, sideFacts } from '../migration/cache-sides';
import { replicationLag } from '../migration/replication-metrics';
import { type ColdSteps, cold } from '../phases/cold';
import type { IMemcachedCluster } from './memcached';
import { checkMemcachedMigration, type MemcachedMigrationProps } from './memcached-migration-checks';
import { leave, leaveNewSide, preflight, retire } from './memcached-phases';

const MEMCACHED: SwitchPlane = { alive: 'memcached.clients', clients: 'memcached.clients' };

/** Between two clusters of Memcached: a record, and phases that copy nothing. */
export class MemcachedKind implements CacheMigrationKind {
  public readonly record: CutoverRecord;
  public readonly agent: MigrationKind['agent'];
  public readonly clientsVerb = 'memcached.clients';
  public readonly secrets = [];
  public readonly blue: SideFacts;
  public readonly green: SideFacts;
  public readonly alarms: MigrationAlarms;
  public readonly manifest: KindFacts;
  public readonly graphs = [];
  public readonly takes: readonly Duration[];
  private readonly migration: Construct;

  constructor(
    within: KindScope,
    private readonly props: MemcachedMigrationProps,
  ) {
    const { migration, migrationName, activity } = within;
    checkMemcachedMigration(migration, props);
    this.migration = migration;
    const { blue, green, weights = [] } = props;
    this.record = recordOf(within, props);
    const configuration: MemcachedMigrationConfiguration = {
      migrationName,
      kind: 'memcached',
      recordName: this.record.domainName,
      recordTtlSeconds: this.record.ttl.toSeconds(),
      blue: endpoint(blue),
      green: endpoint(green),
    };
    this.agent = { configuration, sides: 'clusters of Memcached' };
    this.blue = sideFacts(blue);
    this.green = sideFacts(green);
    this.alarms = new MigrationAlarms(migration, 'Alarms', {
      migrationName,
      activity,
      lag: replicationLag(migrationName),
    });
    this.manifest = { kind: 'memcached', records: { writer: this.record }, parameterGroups: [] };
    this.takes = weights.map(({ bake }) => bake);
  }

  public runbook(stage: Stage): Runbook {
    letHostIn(this.migration, stage.host, this.props);
    const steps: ColdSteps = {
      ...migrationSteps(stage),
      ...ingressOf(stage, this.props),
      plane: MEMCACHED,
      record: this.record._steps(),
      weights: this.props.weights ?? [],
    };
    const own = { preflight: preflight(steps), leave: leaveNewSide(steps), evict: leave(steps) };
    return {
      phases: cold(steps, own, commonPhases(stage, steps)),
      retire: retire(steps, this.props.blue),
      lost: lostSide(steps, false),
      record: steps.record,
    };
  }
}

/** By the engine of both sides. */
export function ofMemcached(within: KindScope, props: CacheMigrationProps): CacheMigrationKind {
  const { blue, green } = props;
  if (isCluster(blue) && isCluster(green)) return new MemcachedKind(within, { ...props, blue, green });
  throw new ValidationError(
    'blue and green: got a Memcached that does not say how many nodes it has; accepted are those of MemcachedCluster and MemcachedCluster.fromAttributes.',
  );
}

function isCluster(cache: IBaseCache): cache is IMemcachedCluster {
  return 'numNodes' in cache;
}

function endpoint(cache: IMemcachedCluster): MemcachedEndpoint {
  return { ...reachOfCache(cache), engine: 'memcached', engineVersion: cache.engine.version };
}
