import type { Assembly } from '../../../rehearsal/assembly';
import type { Rds } from '../../../rehearsal/aws/rds/rds';
import type { Migration } from '../../../rehearsal/testbed/migration';
import { VirtualCaches } from './virtual-caches';
import { VirtualDatabases } from './virtual-databases';
import type { VirtualSystem } from './virtual-system';

export function systemOf(migration: Migration, assembly: Assembly): VirtualSystem & { readonly rds?: Rds } {
  return migration.kind === 'database' ? new VirtualDatabases(migration) : new VirtualCaches(migration, assembly);
}
