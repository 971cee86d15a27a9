import { RehearsableCache } from './caches/rehearsable-cache';
import { RehearsableDatabase } from './databases/rehearsable-database';
import { RehearsableMemcached } from './memcached/rehearsable-memcached';
import type { Migration } from './migration';
import type { Rehearsable } from './rehearsable';

type Of<Kind extends Migration['kind']> = (migration: Extract<Migration, { readonly kind: Kind }>) => Rehearsable;

const REHEARSABLE: { readonly [Kind in Migration['kind']]: Of<Kind> } = {
  cache: (migration) => new RehearsableCache(migration),
  database: (migration) => new RehearsableDatabase(migration),
  memcached: (migration) => new RehearsableMemcached(migration),
};

/** Nobody else asks of which kind a migration is. */
export function rehearsableOf(migration: Migration): Rehearsable {
  const rehearsable = REHEARSABLE[migration.kind] as (migration: Migration) => Rehearsable;
  return rehearsable(migration);
}
