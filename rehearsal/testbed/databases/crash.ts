import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { REPORT_BEGINS, SCHEMA } from '../../clients/sql/data/tables';
import { withMysql } from '../../clients/sql/mysql/mysql-database';
import type { DatabaseServer } from '../../engines/sql/database-server';
import { isReadOnly, restartWith } from './replication';

/** Rows of the big table from which on the report kills the server: what a small copy for tests does not have. */
export const LARGE_ROWS = 1_000;
const LOOK_EVERY_MS = 5;
/** RDS starts an engine that has died again by itself. */
const DOWN_MS = 2_000;

/**
 * Waits for somebody to run the report on a large table, and kills the server for it, as a version does that has a bug
 * which only real data of real size brings to light. It comes back with its data, and follows whom it followed.
 *
 * Ready for the cutover before: the asking client must meet the crash and not the answer.
 *
 * @param crashed - told when it has died
 */
export async function crashOnReport(server: DatabaseServer, crashed: () => void, signal: AbortSignal): Promise<void> {
  const { readOnly, log } = await withMysql(server, async (database) => {
    while (!(await isLarge(database))) await sleep(LOOK_EVERY_MS, undefined, { signal });
    return { readOnly: await isReadOnly(database), log: await logged(database) };
  });
  await untilReported(log, signal);
  await server.kill();
  crashed();
  await sleep(DOWN_MS, undefined, { signal });
  await restartWith(server, readOnly);
}

async function isLarge(database: Connection): Promise<boolean> {
  const [rows] = await database.query<RowDataPacket[]>(`SELECT 1 FROM ${SCHEMA}.visits LIMIT ?`, [LARGE_ROWS]);
  return rows.length === LARGE_ROWS;
}

/** Where it writes every statement from now on, before it runs it. */
async function logged(database: Connection): Promise<string> {
  await database.query("SET GLOBAL log_output = 'FILE'");
  await database.query('SET GLOBAL general_log = ON');
  const [[at]] = await database.query<RowDataPacket[]>('SELECT @@datadir AS folder, @@general_log_file AS file');
  return resolve(String(at?.folder), String(at?.file));
}

async function untilReported(log: string, signal: AbortSignal): Promise<void> {
  const file = await open(log);
  try {
    let unread = '';
    for (const buffer = Buffer.alloc(65_536); !unread.includes(REPORT_BEGINS); ) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      // What is cut off may be the beginning of it.
      unread = unread.slice(-REPORT_BEGINS.length) + buffer.toString('latin1', 0, bytesRead);
      if (bytesRead === 0) await sleep(LOOK_EVERY_MS, undefined, { signal });
    }
  } finally {
    await file.close();
  }
}
