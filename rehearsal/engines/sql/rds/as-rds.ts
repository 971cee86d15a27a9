import { randomBytes } from 'node:crypto';
import type { DatabaseServer } from '../database-server';
import { connected } from './connected';
import { mysqlMasterUser, postgresqlMasterUser } from './master-user';
import { signedIn } from './postgresql/signed-in';
import { rdsProcedures } from './procedures';

export interface MasterUserOptions {
  /** @default - `admin`; PostgreSQL: `postgres` */
  readonly user?: string;
  /** @default - a random one */
  readonly password?: string;
}

/** Who customers are on RDS: the administrator of what is in the database, but not of the server. */
export interface MasterUser {
  readonly user: string;
  readonly password: string;
}

/**
 * Makes a started server look as it does on RDS: the `mysql.rds_*` procedures, and a master user with RDS's privileges.
 * None of it enters the binary log. Once for each server; what is copied from it has it already.
 */
export async function asRds(server: DatabaseServer, options: MasterUserOptions = {}): Promise<MasterUser> {
  const { password = randomBytes(12).toString('hex') } = options;
  if (server.engine === 'postgresql') {
    const user = options.user ?? 'postgres';
    await runOnPostgresql(server, postgresqlMasterUser(user, password));
    return { user, password };
  }
  const user = options.user ?? 'admin';
  await runOnMysql(server, [...rdsProcedures(server.engine), ...mysqlMasterUser(server.engine, user, password)]);
  return { user, password };
}

async function runOnMysql(server: DatabaseServer, statements: readonly string[]): Promise<void> {
  await connected(server, async (database) => {
    await database.query('SET SESSION sql_log_bin = 0');
    for (const statement of statements) await database.query(statement);
  });
}

async function runOnPostgresql(server: DatabaseServer, statements: readonly string[]): Promise<void> {
  await signedIn(server, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}
