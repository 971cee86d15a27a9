import type { Construct } from 'constructs';
import { auroraManaged } from './aurora-managed/aurora-managed';
import { auroraPostgres } from './aurora-postgres/aurora-postgres';
import { batchHost } from './batch-host/batch-host';
import { maintenanceNight } from './maintenance-night/maintenance-night';
import { memcached } from './memcached/memcached';
import { mysqlToAurora } from './mysql-to-aurora/mysql-to-aurora';
import { pureCache } from './pure-cache/pure-cache';
import { sharedCache } from './shared-cache/shared-cache';

export interface ExampleProps {
  /** Whether the migration is there. Before it begins and after it is over, it is not. */
  readonly migrating: boolean;
  /** Whether mysql-to-aurora converts tables on a replica between the two. @default false */
  readonly converting?: boolean;
}

/** Those that migrate, by the name of their folder. */
export const examples: Readonly<Record<string, (scope: Construct, props: ExampleProps) => void>> = {
  'aurora-managed': auroraManaged,
  'aurora-postgres': auroraPostgres,
  'maintenance-night': maintenanceNight,
  memcached,
  'mysql-to-aurora': mysqlToAurora,
  'pure-cache': pureCache,
  'shared-cache': sharedCache,
};

/** Those that only build what others migrate to. */
export const hosts: Readonly<Record<string, (scope: Construct) => void>> = { 'batch-host': batchHost };
