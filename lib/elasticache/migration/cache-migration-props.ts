import type { Duration, Size } from 'aws-cdk-lib';
import type { MigrationOptions } from '../../cutover/migration/options';
import type { CutoverRecordOptions } from '../../cutover/record/cutover-record';
import type { WeightStep } from '../../cutover/weights/canary';
import type { IBaseCache } from '../cache/base-cache';
import type { CacheRelay } from '../relay/cache-relay';
import type { CacheConsistency } from './consistency';

/** Properties of a CacheMigration. */
export interface CacheMigrationProps extends MigrationOptions {
  /** The cache that clients are on. */
  readonly blue: IBaseCache;

  /** The cache that they are moved to. It speaks what blue speaks. */
  readonly green: IBaseCache;

  /** The record that clients resolve. */
  readonly record: CutoverRecordOptions;

  /** What clients can stand while the cache is replaced. */
  readonly consistency: CacheConsistency;

  /**
   * The most memory that blue's data has used, over all shards, if green may be smaller than blue.
   *
   * @default - green must have at least blue's `maxmemory`
   */
  readonly peakMemory?: Size;

  /**
   * Steps by which green gets a rising share before the switch. COLD only: at LIVE and FENCED a user that goes to and
   * fro between the two would lose writes.
   *
   * @default - all clients at once
   */
  readonly weights?: WeightStep[];

  /**
   * How long what is left to copy and compare may take once nobody can write any more, as the agent predicts it. The
   * cutover waits for that before it stops anybody, for up to 6 hours, and is rolled back then. The switch itself and the
   * record's TTL come on top. At FENCED only: at COLD and LIVE nobody waits for it. 1 second to 5 minutes.
   *
   * @default Duration.minutes(1)
   */
  readonly maxFreeze?: Duration;

  /**
   * How long the copy and the full comparison may take.
   *
   * @default Duration.hours(24)
   */
  readonly catchUpTimeout?: Duration;

  /**
   * Moves clients through a relay on the migration host, which holds all of them for less than a second and closes no
   * connection; writes are not refused, and the pause does not depend on the record's TTL. `{}` for the defaults. At FENCED,
   * between caches without cluster mode, whose clients sign in alike; with encryption in transit it needs a `certificate`.
   *
   * @default - clients are refused from the fence until their resolver has moved on
   */
  readonly relay?: CacheRelay;
}
