import type { RowDataPacket } from 'mysql2/promise';
import { SCHEMA } from '../../clients/sql/data/tables';
import { openMysql, withMysql } from '../../clients/sql/mysql/mysql-database';
import type { DatabaseServer } from '../../engines/sql/database-server';
import { connected } from '../../engines/sql/rds/connected';
import { Replica } from '../../engines/sql/rds/replica';

/** What can be wrong with a converting replica. */
export type ConvertingHarm = 'stop' | 'lag' | 'write' | 'lose-log' | 'kill';

/** A number that no client of the rehearsal gives to an account. */
const STRANGER = 4_000_000;

/** Has something go wrong with the converting replica, and stay so. @param signal ends what goes on */
export async function harmConverting(server: DatabaseServer, how: ConvertingHarm, signal: AbortSignal): Promise<void> {
  switch (how) {
    case 'stop':
      return connected(server, (database) => new Replica(server, database).stop());
    case 'lag':
      return holdUp(server, signal);
    case 'write':
      return withMysql(server, async (database) => {
        await database.query(`INSERT INTO ${SCHEMA}.accounts (id, owner, balance) VALUES (?, 'stranger', 0)`, [
          STRANGER,
        ]);
      });
    case 'lose-log':
      return connected(server, async (database) => {
        await database.query(server.engine === 'mysql' ? resetOf(server.version) : 'RESET MASTER');
      });
    case 'kill':
      return server.kill();
  }
}

/** Until 8.4 there is only the old word for it. */
function resetOf(version: string): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 8 || (major === 8 && minor >= 4) ? 'RESET BINARY LOGS AND GTIDS' : 'RESET MASTER';
}

/** Nothing is committed there from then on: what it receives waits. Resolves once that is so. */
async function holdUp(server: DatabaseServer, signal: AbortSignal): Promise<void> {
  const database = await openMysql(server);
  signal.addEventListener('abort', () => database.destroy(), { once: true });
  await database.query('FLUSH TABLES WITH READ LOCK');
}

/** A report that has begun and does not end: an ALTER of a table that it has read waits for it. Resolves once that is so. */
export async function holdTables(server: DatabaseServer, fixed: AbortSignal): Promise<void> {
  const database = await openMysql(server, SCHEMA);
  fixed.addEventListener('abort', () => database.destroy(), { once: true });
  const [tables] = await database.query<RowDataPacket[]>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?',
    [SCHEMA],
  );
  await database.query('START TRANSACTION');
  for (const { name } of tables) await database.query(`SELECT 1 FROM ${name} LIMIT 1`);
  if (fixed.aborted) database.destroy();
}
