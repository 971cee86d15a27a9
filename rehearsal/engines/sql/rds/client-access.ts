import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { DatabaseServer } from '../database-server';
import { SUPERUSER } from '../superuser';

/** RDS's own user and the server's own threads are not users. */
const NOT_USERS = [SUPERUSER, 'rdsrepladmin', 'system user', 'event_scheduler'];
const REPLICATION = ['Binlog Dump', 'Binlog Dump GTID'];
const NO_SUCH_THREAD = 1094;

/** For everyone but RDS itself; until the server is restarted, or told otherwise. */
export async function setReadOnly(database: Connection, readOnly: boolean): Promise<void> {
  await database.query(`SET GLOBAL read_only = ${readOnly ? 'ON' : 'OFF'}`);
}

/**
 * No writes, no connections: existing connections are closed. MySQL also keeps new connections out; MariaDB cannot, so that
 * there they come in and may only read.
 */
export async function refuseClients({ engine }: DatabaseServer, database: Connection): Promise<void> {
  await setReadOnly(database, true);
  if (engine === 'mysql') await database.query('SET GLOBAL offline_mode = ON');
  await end(database, 'user NOT IN (?) AND command NOT IN (?)', [NOT_USERS, REPLICATION]);
}

/**
 * Ends the threads that send the log to replicas. That of a replica which has left stays until there is something to
 * send, and a MySQL that is shut down waits ten seconds for it.
 */
export async function dismissReplicas(database: Connection): Promise<void> {
  await end(database, 'command IN (?)', [REPLICATION]);
}

async function end(database: Connection, condition: string, values: string[][]): Promise<void> {
  const [sessions] = await database.query<RowDataPacket[]>(
    `SELECT id AS thread FROM information_schema.processlist WHERE ${condition}`,
    values,
  );
  for (const { thread } of sessions) {
    await database.query('KILL ?', [Number(thread)]).catch((error: Error & { errno?: number }) => {
      // It has gone by itself.
      if (error.errno !== NO_SUCH_THREAD) throw error;
    });
  }
}

/** Lets connections in again; what they may write is `setReadOnly`'s matter. */
export async function admitClients({ engine }: DatabaseServer, database: Connection): Promise<void> {
  if (engine === 'mysql') await database.query('SET GLOBAL offline_mode = OFF');
}
