import type { Size } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { warn } from '../../cutover/annotations';
import { checkOptions } from '../../cutover/migration/checks';
import { checkClientIngress } from '../../cutover/validations/client-ingress';
import { checkGroupsMayChange } from '../../cutover/validations/immutable-groups';
import { isSameSide, sharedSecurityGroup } from '../../cutover/validations/sides';
import { assertOneOf, assertStated } from '../../cutover/validations/stated';
import { checkZone } from '../../cutover/validations/zone';
import { bakesOf, checkWeightSteps } from '../../cutover/weights/canary';
import type { ICache } from '../cache/cache-base';
import { TransitEncryption } from '../cache/transit-encryption';
import { checkReplacement } from '../replication-group/replacement-check';
import type { CacheMigrationProps } from './cache-migration-props';
import { CacheConsistency } from './consistency';

/** A longer TTL would be a longer closed door (FENCED), or a longer time on two sides (LIVE). */
const LONGEST_TTL_SECONDS = 60;

/** The drain and the delta may each take as long. */
const LONGEST_FREEZE_SECONDS = 300;

/** What can be known to be wrong at synth is refused where it was typed. */
export function checkCacheMigration(migration: IConstruct, props: CacheMigrationProps): void {
  assertStated(props, {
    vpc: 'the VPC that reaches both caches',
    blue: 'the cache that users are on, e.g. by Cache.fromAttributes',
    green: 'the cache that they are moved to, e.g. a ReplicationGroup',
    record: 'the record that users resolve, { zone, recordName }',
    consistency: 'what users can stand: CacheConsistency.COLD, LIVE or FENCED',
  });
  assertOneOf('consistency', props.consistency, Object.values(CacheConsistency));
  assertTwoCaches(props.blue, props.green);
  checkReplacement(props.green, props.blue);
  assertNoClusters(props);
  assertMemory(props);
  assertTtl(props);
  assertWeights(props);
  assertMaxFreeze(props);
  assertDoors(props);
  assertOwnDoors(props);
  const { catchUpTimeout } = props;
  checkOptions(migration, 'cache', props, { ...bakesOf('weights', props.weights), catchUpTimeout });
  checkZone(migration, { name: 'record', zone: props.record.zone, vpc: props.vpc });
  const { blue, green } = props;
  checkGroupsMayChange({ blue, green });
  checkClientIngress(migration, { ...props, leftBehind: props.clientsLeftBehind ?? [] });
  warnOfChoices(migration, props);
}

function assertTwoCaches(blue: ICache, green: ICache): void {
  if (!isSameSide(blue, green)) return;
  throw new Error(
    `blue and green: got the same cache (${blue.node.path}) for both; accepted are two. Make green with new ReplicationGroup(…, { replaces: blue }).`,
  );
}

/** Both sides have the same mode by now. */
function assertNoClusters({ blue }: CacheMigrationProps): void {
  if (!blue.clusterMode) return;
  throw new Error(
    'blue and green: got caches with cluster mode enabled; accepted are caches with cluster mode disabled, because the agent copies, fences and empties one primary. Clusters cannot be moved yet.',
  );
}

function assertMemory({ blue, green, peakMemory }: CacheMigrationProps): void {
  const offered = totalBytes(green);
  const needed = peakMemory === undefined ? totalBytes(blue) : neededFor(peakMemory);
  if (needed === undefined || offered === undefined || offered >= needed) return;
  throw new Error(
    `green: got ${gib(offered)} GiB for data; needed are ${gib(needed)} GiB (${
      peakMemory === undefined ? "blue's maxmemory" : 'peakMemory ÷ 0.75, because ElastiCache reserves a quarter'
    }). Choose a larger node type, let ReplicationGroup choose it with replaces: blue, or state peakMemory if blue is not full.`,
  );
}

function totalBytes({ maxMemory, numShards }: ICache): number | undefined {
  return maxMemory === undefined || maxMemory.isUnresolved() ? undefined : maxMemory.toBytes() * (numShards ?? 1);
}

function neededFor(peak: Size): number | undefined {
  return peak.isUnresolved() ? undefined : peak.toBytes() / 0.75;
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(2);
}

function assertTtl({ consistency, record }: CacheMigrationProps): void {
  const { ttl } = record;
  if (ttl === undefined || ttl.isUnresolved() || consistency === CacheConsistency.COLD) return;
  if (ttl.toSeconds() <= LONGEST_TTL_SECONDS) return;
  throw new Error(
    `record.ttl: got ${ttl.toSeconds()} s at ${consistency}; accepted are up to ${LONGEST_TTL_SECONDS} s, because users stay on the old side for that long. Use Duration.seconds(5), a day before the cutover at the latest.`,
  );
}

function assertMaxFreeze({ consistency, maxFreeze }: CacheMigrationProps): void {
  if (maxFreeze === undefined) return;
  if (consistency !== CacheConsistency.FENCED) {
    throw new Error(
      `maxFreeze: got it at ${consistency}; accepted at FENCED only, because nobody waits for the copy otherwise. Leave it out.`,
    );
  }
  if (maxFreeze.isUnresolved()) return;
  const seconds = maxFreeze.toSeconds({ integral: false });
  if (seconds >= 1 && seconds <= LONGEST_FREEZE_SECONDS) return;
  throw new Error(
    `maxFreeze: got ${seconds} s; accepted are 1 s to ${LONGEST_FREEZE_SECONDS} s, for what is left is waited for no longer once nobody can write. Use Duration.minutes(1).`,
  );
}

function assertWeights({ consistency, weights }: CacheMigrationProps): void {
  if (weights === undefined) return;
  if (consistency !== CacheConsistency.COLD) {
    throw new Error(
      `weights: got ${weights.length} steps at ${consistency}; accepted at COLD only, because a user that goes to and fro between blue and green would lose writes. Leave weights out, or use CacheConsistency.COLD.`,
    );
  }
  if (weights.length === 0) throw new Error('weights: got no steps; leave weights out to move everybody at once.');
  checkWeightSteps(weights);
}

function assertDoors({ consistency, blue, green }: CacheMigrationProps): void {
  if (consistency !== CacheConsistency.FENCED) return;
  for (const [side, cache] of Object.entries({ blue, green })) {
    if (cache.securityGroups.length > 0) continue;
    throw new Error(
      `${side}: got a cache without security groups at FENCED; the fence takes users' ingress rules away, so it must know the groups. State securityGroups in Cache.fromAttributes, or use CacheConsistency.LIVE.`,
    );
  }
}

function assertOwnDoors({ blue, green }: CacheMigrationProps): void {
  const shared = sharedSecurityGroup(blue, green);
  if (shared === undefined) return;
  throw new Error(
    `blue and green: got the security group ${shared.node.path} on both; each needs its own, because closing one side's door would close the other's. Leave securityGroups of green out.`,
  );
}

function warnOfChoices(migration: IConstruct, props: CacheMigrationProps): void {
  if (props.consistency === CacheConsistency.FENCED && (props.workloads ?? []).length === 0) {
    warn(
      migration,
      'cdk-cutover:FencedWithoutWorkloads',
      'FENCED, but no workloads are listed: every client meets a closed door from the fence until its resolver moves on. List what can be stopped for that time.',
    );
  }
  const { blue } = props;
  if (blue.authSecret !== undefined && blue.transitEncryption === TransitEncryption.NONE) {
    warn(
      migration,
      'cdk-cutover:CredentialsInClear',
      `The agent sends blue's password without TLS, to ${blue.endpointAddress}, and so do clients: whoever reads the network there has it. Give it one of its own for the migration, and change it afterwards.`,
    );
  }
  if (props.green.transitEncryption === TransitEncryption.REQUIRED) {
    warn(
      migration,
      'cdk-cutover:TlsWithPrivateName',
      `ElastiCache's certificates name *.cache.amazonaws.com: a client that verifies names fails on ${props.record.recordName}, unless it is told the server name. See to it before the cutover.`,
    );
  }
}
