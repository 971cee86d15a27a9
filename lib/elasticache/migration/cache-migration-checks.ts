import { Size } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { warn } from '../../cutover/annotations';
import { refuseOtherRegions } from '../../cutover/validations/elsewhere';
import { ValidationError } from '../../validation-error';
import type { ICache } from '../cache/cache-base';
import { TransitEncryption } from '../cache/transit-encryption';
import { memoryNeeded } from '../nodes/node-successor';
import { checkRelay } from '../relay/relay-check';
import { checkReplacement } from '../replication-group/replacement-check';
import type { RedisMigrationProps } from './cache-migration-kind';
import { CacheConsistency } from './consistency';
import { assertEnoughMemory, checkSurroundings } from './sides-check';

/** A longer TTL would keep clients out for longer (FENCED), or a longer time on two sides (LIVE). */
const MAX_TTL_SECONDS = 60;

/** The drain and the delta may each take as long. */
const MAX_FREEZE_SECONDS = 300;

/** What can be known to be wrong at synth is refused where it was typed; `assertSides` has been asked. */
export function checkCacheMigration(migration: IConstruct, props: RedisMigrationProps): void {
  checkReplacement(props.green, props.blue);
  assertNoClusters(props);
  assertMemory(props);
  assertTtl(props);
  assertMaxFreeze(props);
  assertIngress(props);
  checkRelay(props);
  checkSurroundings(migration, 'cache', props);
  refuseOtherRegions(migration, {
    'blue.authSecret': props.blue.authSecret,
    'green.authSecret': props.green.authSecret,
    'relay.certificate': props.relay?.certificate,
  });
  warnOfChoices(migration, props);
}

/** Both sides have the same mode by now. */
function assertNoClusters({ blue }: RedisMigrationProps): void {
  if (!blue.clusterMode) return;
  throw new ValidationError(
    'blue and green: got caches with cluster mode enabled; accepted are caches with cluster mode disabled, because the agent copies, fences and empties one primary. Clusters cannot be moved yet.',
  );
}

function assertMemory({ blue, green, peakMemory }: RedisMigrationProps): void {
  assertEnoughMemory({
    offered: totalBytes(green),
    needed: peakMemory === undefined ? totalBytes(blue) : neededFor(green, peakMemory),
    why: peakMemory === undefined ? "blue's maxmemory" : 'peakMemory ÷ 0.75, because ElastiCache reserves a quarter',
    instead:
      'Choose a larger node type, let ReplicationGroup choose it with replaces: blue, or state peakMemory if blue is not full.',
  });
}

function neededFor({ engine }: ICache, peak: Size): Size | undefined {
  return peak.isUnresolved() ? undefined : memoryNeeded(engine, peak);
}

function totalBytes({ maxMemory, numShards }: ICache): Size | undefined {
  return maxMemory === undefined || maxMemory.isUnresolved()
    ? undefined
    : Size.bytes(maxMemory.toBytes() * (numShards ?? 1));
}

function assertTtl({ consistency, record }: RedisMigrationProps): void {
  const { ttl } = record;
  if (ttl === undefined || ttl.isUnresolved() || consistency === CacheConsistency.COLD) return;
  if (ttl.toSeconds() <= MAX_TTL_SECONDS) return;
  throw new ValidationError(
    `record.ttl: got ${ttl.toSeconds()} s at ${consistency}; accepted are up to ${MAX_TTL_SECONDS} s, because clients stay on the old side for that long. Use Duration.seconds(5), a day before the cutover at the latest.`,
  );
}

function assertMaxFreeze({ consistency, maxFreeze }: RedisMigrationProps): void {
  if (maxFreeze === undefined) return;
  if (consistency !== CacheConsistency.FENCED) {
    throw new ValidationError(
      `maxFreeze: got it at ${consistency}; accepted at FENCED only, because nobody waits for the copy otherwise. Leave it out.`,
    );
  }
  if (maxFreeze.isUnresolved()) return;
  const seconds = maxFreeze.toSeconds({ integral: false });
  if (seconds >= 1 && seconds <= MAX_FREEZE_SECONDS) return;
  throw new ValidationError(
    `maxFreeze: got ${seconds} s; accepted are 1 s to ${MAX_FREEZE_SECONDS} s, for what is left is waited for no longer once nobody can write. Use Duration.minutes(1).`,
  );
}

function assertIngress({ consistency, blue, green }: RedisMigrationProps): void {
  if (consistency !== CacheConsistency.FENCED) return;
  for (const [side, cache] of Object.entries({ blue, green })) {
    if (cache.securityGroups.length > 0) continue;
    throw new ValidationError(
      `${side}: got a cache without security groups at FENCED; the fence takes clients' ingress rules away, so it must know the groups. State securityGroups in Cache.fromAttributes, or use CacheConsistency.LIVE.`,
    );
  }
}

function warnOfChoices(migration: IConstruct, props: RedisMigrationProps): void {
  const refuses = props.consistency === CacheConsistency.FENCED && props.relay === undefined;
  if (refuses && (props.workloads ?? []).length === 0) {
    warn(
      migration,
      'cdk-cutover:FencedWithoutWorkloads',
      'FENCED, but no workloads are listed: every client is refused from the fence until its resolver moves on. List what can be stopped for that time.',
    );
  }
  const { blue } = props;
  if (blue.authSecret !== undefined && blue.transitEncryption === TransitEncryption.NONE) {
    warn(
      migration,
      'cdk-cutover:CredentialsInClear',
      `The agent sends blue's password without TLS, to ${blue.endpointAddress}, and so do clients: anyone who reads the network there has it. Give it one of its own for the migration, and change it afterwards.`,
    );
  }
}
