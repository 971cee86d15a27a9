import type { Act } from './act';
import { CacheAct } from './caches/cache-act';
import { CopiedDatabaseAct } from './databases/copied-database-act';
import { DatabaseAct } from './databases/database-act';
import { ManagedDatabaseAct } from './databases/managed-database-act';
import { ManagedPostgresqlAct } from './databases/managed-postgresql-act';
import type { Migration } from './migration';

export interface ActOptions {
  readonly seed: string;
  /** Keys that a cache is filled with. */
  readonly keys: number;
  /** Rows that a database is filled with. */
  readonly rows: number;
  /** The user's own data, instead of generated keys: an RDB file. */
  readonly dataset?: string;
}

/** Starts both sides, whatever they are, with the data on blue. */
export function startAct(migration: Migration, options: ActOptions): Promise<Act> {
  if (migration.kind === 'cache') return CacheAct.start(migration, options);
  const { strategy, blue } = migration.configuration;
  if (strategy === 'binlogReplica') return CopiedDatabaseAct.start(migration, options);
  if (strategy !== 'managedBlueGreen') return DatabaseAct.start(migration, options);
  const Managed = blue.engine.includes('postgres') ? ManagedPostgresqlAct : ManagedDatabaseAct;
  return Managed.start(migration, options);
}
