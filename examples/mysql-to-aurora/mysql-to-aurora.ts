import type { Construct } from 'constructs';
import { DatabasesStack } from './databases-stack';
import { MigrationStack } from './migration-stack';

export interface MysqlToAuroraProps {
  /**
   * Whether the migration is there. Before it begins and after it is over, it is not.
   *
   * @default true
   */
  readonly migrating?: boolean;

  /**
   * Whether tables that Aurora does not have are converted on a replica between the two.
   *
   * @default false
   */
  readonly converting?: boolean;
}

export function mysqlToAurora(scope: Construct, props: MysqlToAuroraProps = {}): void {
  const databases = new DatabasesStack(scope, 'Shop', { converting: props.converting ?? false });
  if (props.migrating !== false) new MigrationStack(scope, 'ShopMigration', { databases });
}
