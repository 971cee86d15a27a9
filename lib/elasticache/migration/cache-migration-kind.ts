import type { MigrationKind } from '../../cutover/migration/kind';
import type { MigrationAlarms } from '../../cutover/monitoring/migration-alarms';
import type { CutoverRecord } from '../../cutover/record/cutover-record';
import type { ICache } from '../cache/cache-base';
import type { CacheMigrationProps } from './cache-migration-props';

/** What a protocol's caches bring to a CacheMigration. */
export interface CacheMigrationKind extends MigrationKind {
  readonly record: CutoverRecord;
  readonly alarms: MigrationAlarms;
}

/** Between two caches that speak the Redis protocol. */
export type RedisMigrationProps = Omit<CacheMigrationProps, 'blue' | 'green'> & {
  readonly blue: ICache;
  readonly green: ICache;
};
