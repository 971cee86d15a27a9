import type { Construct } from 'constructs';
import { DatabaseStack } from './database-stack';
import { MigrationStack } from './migration-stack';

export interface AuroraManagedProps {
  /**
   * Whether the migration is there. Before it begins and after it is over, it is not.
   *
   * @default true
   */
  readonly migrating?: boolean;
}

export function auroraManaged(scope: Construct, props: AuroraManagedProps = {}): void {
  const database = new DatabaseStack(scope, 'Booking');
  if (props.migrating !== false) new MigrationStack(scope, 'BookingMigration', { database });
}
