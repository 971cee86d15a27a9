import type { LogCoordinates } from '../../aws/rds/backend';
import { withDatabase } from '../../clients/sql/dialects';
import { DATABASE_TITLE } from '../../engines/sql/database-engine';
import { type DatabaseServer, startDatabase } from '../../engines/sql/database-server';
import type { DatabaseTls } from '../../engines/sql/server-settings';
import type { Side } from '../../report/result';
import { count } from '../../report/units';
import { certificateFor } from '../certificate';
import { type DatabaseMigration, recordsOf } from '../migration';
import { copiedAt } from './replication';
import { type DatabasesOptions, type SetUp, secret } from './set-up';
import { setUpBlue, setUpMysql } from './set-up-mysql';
import { setUpPostgresql } from './set-up-postgresql';
import { standInsOf } from './stand-ins';

/** Blue and green as real servers that look as they do on RDS. Blue holds the data. */
export class Databases {
  static async start(migration: DatabaseMigration, options: DatabasesOptions): Promise<Databases> {
    const standIns = standInsOf(migration);
    const tls = await certificateOf(migration);
    const password = secret();
    const chain = [standIns.blue, standIns.green, ...(migration.converting === undefined ? [] : [standIns.blue])];
    const settle = await Promise.allSettled(chain.map((standIn) => startDatabase({ ...standIn, tls, password })));
    const started = settle.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    return orStop(started, async () => {
      for (const result of settle) if (result.status === 'rejected') throw result.reason;
      const [blue, green, converting] = started;
      if (blue === undefined || green === undefined) throw new Error('Two servers were started and are not there.');
      const setUp = blue.engine === 'postgresql' ? setUpPostgresql : setUpMysql;
      return new Databases(blue, green, tls, await setUp(blue, green, options, converting), converting);
    });
  }

  /** Green is a copy of blue, which follows nobody: as RDS clones a cluster, or restores it from a snapshot. */
  static async startCopied(migration: DatabaseMigration, options: DatabasesOptions): Promise<Databases> {
    const tls = await certificateOf(migration);
    const blue = await startDatabase({ ...standInsOf(migration).blue, tls, password: secret() });
    const started = [blue];
    return orStop(started, async () => {
      const setUp = await setUpBlue(blue, options);
      // What follows goes on with it after a restart, as on RDS.
      const green = await blue.clone({ skip_slave_start: 'OFF' });
      started.push(green);
      return new Databases(blue, green, tls, { ...setUp, copiedAt: await copiedAt(green) });
    });
  }

  private constructor(
    readonly blue: DatabaseServer,
    readonly green: DatabaseServer,
    readonly tls: DatabaseTls,
    private readonly held: SetUp,
    /** Absent: green follows blue itself. */
    readonly converting?: DatabaseServer,
  ) {}

  get rows(): number {
    return this.held.rows;
  }

  get accounts(): SetUp['accounts'] {
    return this.held.accounts;
  }

  /** Where in blue's binary log green's copy ends. Undefined: green is no copy. */
  get copiedAt(): LogCoordinates | undefined {
    return this.held.copiedAt;
  }

  /** e.g. `MariaDB 10.11.14`. */
  title(side: Side): string {
    const { engine, version } = this[side];
    return `${DATABASE_TITLE[engine]} ${version}`;
  }

  get contents(): string {
    return `${count(this.rows)} rows`;
  }

  /** Who a server is, as it says itself. */
  async serverId(side: Side): Promise<number> {
    return withDatabase(this[side], (database) => database.identity());
  }

  async stop(): Promise<void> {
    await Promise.all([this.blue.stop(), this.green.stop(), this.converting?.stop()]);
  }
}

function certificateOf(migration: DatabaseMigration): Promise<DatabaseTls> {
  const { converting } = migration.configuration;
  return certificateFor([
    ...recordsOf(migration).flatMap(({ targets }) => [targets.blue, targets.green]),
    ...(converting === undefined ? [] : [converting.endpoint.host]),
  ]);
}

/** @param started - all that is to be stopped where making fails */
async function orStop(started: readonly DatabaseServer[], make: () => Promise<Databases>): Promise<Databases> {
  try {
    return await make();
  } catch (error) {
    await Promise.all(started.map((server) => server.stop()));
    throw error;
  }
}
