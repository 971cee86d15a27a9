import { setTimeout as sleep } from 'node:timers/promises';
import { REPORT_BEGINS, SCHEMA } from '../../clients/sql/data/tables';
import type { DatabaseServer } from '../../engines/sql/database-server';
import { signedIn } from '../../engines/sql/rds/postgresql/signed-in';
import { LARGE_ROWS } from './crash';

const LOOK_EVERY_MS = 50;

/**
 * Waits for somebody to run the report on a large table, and has its process die of it, as a version does that has a bug
 * which only real data of real size brings to light. The engine ends all others, recovers, and goes on.
 *
 * Ready for the cutover before: the asking client must meet the crash and not the answer.
 *
 * @param crashed - told when it has died
 */
export async function crashPostgresqlOnReport(
  server: DatabaseServer,
  crashed: () => void,
  signal: AbortSignal,
): Promise<void> {
  while (!(await isLarge(server))) await sleep(LOOK_EVERY_MS, undefined, { signal });
  await signedIn(server, async (client) => {
    await client.query("ALTER SYSTEM SET log_statement = 'all'");
    await client.query('SELECT pg_reload_conf()');
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    await server.saw(REPORTED, signal);
    for (const { pid } of rows) process.kill(pid, 'SIGKILL');
    await ended;
  });
  crashed();
}

const REPORTED = new RegExp(REPORT_BEGINS.replaceAll(/[()*]/g, String.raw`\$&`));

/** Green is empty until RDS has made it. */
async function isLarge(server: DatabaseServer): Promise<boolean> {
  const { rowCount } = await signedIn(
    server,
    (client) => client.query('SELECT FROM visits LIMIT $1', [LARGE_ROWS]),
    SCHEMA,
  );
  return rowCount === LARGE_ROWS;
}
