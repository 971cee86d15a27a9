import { signedIn } from '../../engines/sql/rds/postgresql/signed-in';
import type { Side } from '../../report/result';
import type { DatabaseMigration } from '../migration';
import type { FaultContext } from '../system-under-test';
import { crashPostgresqlOnReport } from './crash-postgresql';
import { Databases } from './databases';
import { ManagedDatabaseUnderTest } from './managed-database-under-test';
import type { DatabasesOptions } from './set-up';

/** PostgreSQL whose successor RDS makes, keeps current by logical replication, and gives its names to. */
export class ManagedPostgresqlUnderTest extends ManagedDatabaseUnderTest {
  static override async start(
    migration: DatabaseMigration,
    options: DatabasesOptions,
  ): Promise<ManagedPostgresqlUnderTest> {
    return new ManagedPostgresqlUnderTest(migration, await Databases.start(migration, options));
  }

  /** Green from when RDS has made it until the switchover, unless something has broken its replication. */
  override async follows(other: Side): Promise<boolean> {
    return other === 'green' && (await this.rds?.greenFollows()) === true;
  }

  protected override crashGreen({ crashed, signal }: FaultContext): Promise<void> {
    return crashPostgresqlOnReport(this.servers.green, crashed, signal);
  }

  /** A subscription to somebody who is long gone. */
  protected override async leaveReplicationOver(): Promise<void> {
    await signedIn(this.servers.blue, (client) =>
      client.query(
        `CREATE SUBSCRIPTION earlier_maintenance CONNECTION 'host=192.0.2.1' PUBLICATION earlier WITH (connect = false)`,
      ),
    );
  }
}
