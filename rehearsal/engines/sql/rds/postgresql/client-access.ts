import type { Client } from 'pg';
import type { DatabaseServer } from '../../database-server';
import { signedIn } from './signed-in';

/** RDS's own users are no users. */
export const NOT_USERS = ['rdsadmin', 'rdsrepladmin'];
const MAX_GOODBYE_MS = 5_000;

/** For every transaction that does not say otherwise itself, from its next one on; it outlives a restart. */
export async function setReadOnly(server: DatabaseServer, readOnly: boolean): Promise<void> {
  await signedIn(server, async (client) => {
    await client.query(`ALTER SYSTEM SET default_transaction_read_only = ${readOnly ? 'on' : 'off'}`);
    await client.query('SELECT pg_reload_conf()');
  });
}

/** The connection limits of a server that lets in RDS alone. */
export class RefusedClients {
  /** Existing connections are closed. */
  static async refuse(server: DatabaseServer): Promise<RefusedClients> {
    return signedIn(server, async (client) => {
      const { rows } = await client.query<{ name: string; most: number }>(
        'SELECT datname AS name, datconnlimit AS most FROM pg_database WHERE datallowconn AND NOT datistemplate',
      );
      const refused = new RefusedClients(server, new Map(rows.map(({ name, most }) => [name, most])));
      for (const name of refused.limits.keys()) await limit(client, name, 0);
      await client.query(
        `SELECT pg_terminate_backend(pid, ${MAX_GOODBYE_MS}) FROM pg_stat_activity
         WHERE backend_type = 'client backend' AND usename <> ALL ($1)`,
        [NOT_USERS],
      );
      return refused;
    });
  }

  private constructor(
    private readonly server: DatabaseServer,
    /** Connections that each database took before. */
    private readonly limits: ReadonlyMap<string, number>,
  ) {}

  async admit(): Promise<void> {
    await signedIn(this.server, async (client) => {
      for (const [name, most] of this.limits) await limit(client, name, most);
    });
  }
}

async function limit(client: Client, database: string, connections: number): Promise<void> {
  await client.query(`ALTER DATABASE ${client.escapeIdentifier(database)} CONNECTION LIMIT ${connections}`);
}
