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
}

export function mysqlToAurora(scope: Construct, props: MysqlToAuroraProps = {}): void {
  const databases = new DatabasesStack(scope, 'Shop');
  if (props.migrating !== false) new MigrationStack(scope, 'ShopMigration', { databases });
}
