import { type Connection, createConnection } from 'mysql2/promise';
import type { DatabaseServer } from '../database-server';

/** Signs in as RDS's own superuser, works, and hangs up whatever happens. */
export async function connected<T>(server: DatabaseServer, work: (database: Connection) => Promise<T>): Promise<T> {
  const { host, port, user, password } = server;
  const database = await createConnection({ host, port, user, password });
  try {
    return await work(database);
  } finally {
    database.destroy();
  }
}
