import { RehearsableCache } from './caches/rehearsable-cache';
import { RehearsableDatabase } from './databases/rehearsable-database';
import type { Migration } from './migration';
import type { Rehearsable } from './rehearsable';

/** Nobody else asks of which kind a migration is. */
export function rehearsableOf(migration: Migration): Rehearsable {
  return migration.kind === 'cache' ? new RehearsableCache(migration) : new RehearsableDatabase(migration);
}
