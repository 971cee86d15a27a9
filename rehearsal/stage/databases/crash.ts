import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { REPORT_QUERY, SCHEMA } from '../../clients/sql/data/tables';
import { withMysql } from '../../clients/sql/mysql/mysql-database';
import type { DatabaseServer } from '../../engines/sql/database-server';
import { isReadOnly, restartWith } from './replication';

/** Rows of the big table from which on the report kills the server: what a small copy for tests does not have. */
export const LARGE_ROWS = 1_000;
const LOOK_EVERY_MS = 50;
/** RDS starts an engine that has died again by itself. */
const DOWN_MS = 2_000;

/**
 * Waits for somebody to run the report on a large table, and kills the server for it, as a version does that has a bug
 * which only real data of real size brings to light. It comes back with its data, and follows whom it followed.
 *
 * @param crashed - told when it has died
 */
export async function crashOnReport(server: DatabaseServer, crashed: () => void, signal: AbortSignal): Promise<void> {
  const readOnly = await withMysql(server, async (database) => {
    await database.query("SET GLOBAL log_output = 'TABLE'");
    await database.query('SET GLOBAL general_log = ON');
    await untilReported(database, signal);
    return isReadOnly(database);
  });
  await server.kill();
  crashed();
  await sleep(DOWN_MS, undefined, { signal });
  await restartWith(server, readOnly);
}

async function untilReported(database: Connection, signal: AbortSignal): Promise<void> {
  for (;;) {
    const [[found]] = await database.query<RowDataPacket[]>(
      `SELECT COUNT(*) AS reports, (SELECT COUNT(*) FROM ${SCHEMA}.visits) AS size
       FROM mysql.general_log WHERE command_type = 'Query' AND argument = ?`,
      [REPORT_QUERY],
    );
    if (Number(found?.reports) > 0 && Number(found?.size) >= LARGE_ROWS) return;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}
