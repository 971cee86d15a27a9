import type { Construct } from 'constructs';
import { CachesStack } from './caches-stack';
import { MigrationStack } from './migration-stack';

export interface MaintenanceNightProps {
  /**
   * Whether the migration is there. Before it begins and after it is over, it is not.
   *
   * @default true
   */
  readonly migrating?: boolean;
}

export function maintenanceNight(scope: Construct, props: MaintenanceNightProps = {}): void {
  const caches = new CachesStack(scope, 'MaintenanceNight');
  if (props.migrating !== false) new MigrationStack(scope, 'MaintenanceNightMigration', { caches });
}
