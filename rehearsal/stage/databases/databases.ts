import { randomBytes } from 'node:crypto';
import { fillDatabase } from '../../clients/sql/data/fill-database';
import { withDatabase } from '../../clients/sql/dialect';
import { withMysql } from '../../clients/sql/mysql/mysql-database';
import { DATABASE_TITLE, type DatabaseEngineName } from '../../engines/sql/database-engine';
import { type DatabaseServer, startDatabase } from '../../engines/sql/database-server';
import { asRds, type MasterUser } from '../../engines/sql/rds/as-rds';
import type { DatabaseTls } from '../../engines/sql/server-settings';
import type { Side } from '../../report/result';
import { count } from '../../report/units';
import { type DatabaseMigration, recordsOf } from '../migration';
import { certificateFor } from './certificate';
import { followAsReplica } from './replication';

export interface DatabasesOptions {
  /** How many rows are generated. */
  readonly rows: number;
  readonly seed: string;
}

/** Somebody who signs in. */
export interface User {
  readonly username: string;
  readonly password: string;
}

/** Hours. Less than the default would purge what the way back needs; RDS itself has none. */
const RETENTION_HOURS = 24;

/**
 * Blue and green as real servers that look as they do on RDS. Blue holds the data, and green follows it since before
 * the data was there, as CloudFormation has made it.
 */
export class Databases {
  static async start(migration: DatabaseMigration, options: DatabasesOptions): Promise<Databases> {
    const tls = await certificateFor(recordsOf(migration).flatMap(({ targets }) => [targets.blue, targets.green]));
    const password = secret();
    const settle = await Promise.allSettled(
      (['blue', 'green'] as const).map(() => startDatabase({ engine: engineOf(migration), tls, password })),
    );
    const started = settle.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    try {
      for (const result of settle) if (result.status === 'rejected') throw result.reason;
      const [blue, green] = started;
      if (blue === undefined || green === undefined) throw new Error('Two servers were started and are not there.');
      const users = await lookAsOnRds(blue, green);
      await followAsReplica(green, blue);
      const application = { username: 'application', password: secret() };
      const rows = await fillDatabase(blue, { ...options, application });
      await addReplicationUser(blue, users.replication);
      return new Databases(blue, green, rows, tls, { ...users, application });
    } catch (error) {
      await Promise.all(started.map((server) => server.stop()));
      throw error;
    }
  }

  private constructor(
    readonly blue: DatabaseServer,
    readonly green: DatabaseServer,
    readonly rows: number,
    readonly tls: DatabaseTls,
    readonly users: { readonly master: MasterUser; readonly replication: User; readonly application: User },
  ) {}

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
    await Promise.all([this.blue.stop(), this.green.stop()]);
  }
}

/**
 * One engine for both: each side has to follow the other, and MySQL and MariaDB do not follow each other for long.
 * MariaDB speaks the dialect of MySQL 5.7 and Aurora MySQL 2.
 */
function engineOf({ configuration: { blue, green } }: DatabaseMigration): DatabaseEngineName {
  for (const { engine } of [blue, green]) {
    if (!engine.includes('mysql')) {
      throw new Error(`A migration of ${engine} cannot be rehearsed yet: rehearsed are those of MySQL.`);
    }
  }
  return /^5\./.test(blue.engineVersion) ? 'mariadb' : 'mysql';
}

async function lookAsOnRds(
  blue: DatabaseServer,
  green: DatabaseServer,
): Promise<{ master: MasterUser; replication: User }> {
  const master = await asRds(blue, { password: secret() });
  await asRds(green, master);
  for (const server of [blue, green]) {
    await withMysql(server, (database) =>
      database.query("CALL mysql.rds_set_configuration('binlog retention hours', ?)", [RETENTION_HOURS]),
    );
  }
  return { master, replication: { username: 'replication', password: secret() } };
}

async function addReplicationUser(blue: DatabaseServer, { username, password }: User): Promise<void> {
  await withMysql(blue, async (database) => {
    await database.query(`CREATE USER ?@'%' IDENTIFIED BY ?`, [username, password]);
    await database.query(`GRANT REPLICATION SLAVE ON *.* TO ?@'%'`, [username]);
  });
}

function secret(): string {
  return randomBytes(12).toString('hex');
}
