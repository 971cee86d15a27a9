import { Stack } from 'aws-cdk-lib';
import { Database, DatabaseEngine, DatabaseInstanceClass } from 'cdk-cutover';
import type { Construct } from 'constructs';
import { Existing } from './existing';
import { addMigration } from './migration';

export interface AuroraPostgresProps {
  /**
   * Whether the migration is there. Before it begins and after it is over, it is not.
   *
   * @default true
   */
  readonly migrating?: boolean;
}

/** A cluster of PostgreSQL and the migration to its next major version, in one stack. */
export function auroraPostgres(scope: Construct, props: AuroraPostgresProps = {}): void {
  const stack = new Stack(scope, 'Ledger');
  const existing = new Existing(stack);

  const blue = Database.fromAttributes(stack, 'Ledger15', {
    clusterIdentifier: 'ledger',
    instanceIdentifiers: ['ledger-1', 'ledger-2'],
    engine: DatabaseEngine.auroraPostgres('15.12'),
    instanceClass: DatabaseInstanceClass.of('db.r6g.large'),
    endpointAddress: 'ledger.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com',
    readerEndpointAddress: 'ledger.cluster-ro-abcdefghijkl.eu-west-1.rds.amazonaws.com',
    clusterParameterGroupName: 'ledger-postgresql15',
    secret: existing.secret,
    securityGroups: [existing.databaseGroup],
  });

  if (props.migrating !== false) addMigration(stack, existing, blue);
}
