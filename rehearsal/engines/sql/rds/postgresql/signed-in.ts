import { Client } from 'pg';
import type { DatabaseServer } from '../../database-server';

/** Every server has it. */
const MAINTENANCE_DATABASE = 'postgres';

/** Signs in to a database as RDS's own superuser, who may write whatever others may not; hangs up whatever happens. */
export async function signedIn<T>(
  { host, port, user, password }: DatabaseServer,
  work: (client: Client) => Promise<T>,
  database = MAINTENANCE_DATABASE,
): Promise<T> {
  const options = '-c default_transaction_read_only=off';
  const client = new Client({ host, port, user, password, database, options });
  // Told to whichever query runs into it; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The databases that users may have something in. */
export async function databasesOf(server: DatabaseServer): Promise<readonly string[]> {
  const { rows } = await signedIn(server, (client) =>
    client.query<{ name: string }>(
      'SELECT datname AS name FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname',
    ),
  );
  return rows.map(({ name }) => name);
}
