import type { ResolvedDatabase } from '../../sql/databases';
import type { Report } from '../../verb';
import { databasesOf, type Session, withSession } from '../session';

/** What is read beyond would push out what was read before. */
const PART_OF_SHARED_BUFFERS = 0.75;
const MAX_MS = 1_800_000;

/**
 * Reads the largest tables into memory: a canary's first readers would otherwise wait for the disk, and be taken for a
 * slow green. A storage of RDS that was restored from a snapshot fetches each block when it is first read.
 */
export async function warmUp(endpoint: ResolvedDatabase, report: Report): Promise<void> {
  const host = endpoint.readerHost ?? endpoint.host;
  const deadline = performance.now() + MAX_MS;
  const databases = await withSession(endpoint, 'warm-up', databasesOf, { host });
  for (const database of databases) {
    await withSession(endpoint, 'warm-up', (session) => warmDatabase(session, report, deadline), { host, database });
  }
}

async function warmDatabase(session: Session, { progress, signal }: Report, deadline: number): Promise<void> {
  const tables = await session.query<{ name: string; bytes: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, pg_relation_size(c.oid) AS bytes
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND NOT row_security_active(c.oid)
     ORDER BY pg_relation_size(c.oid) DESC`,
  );
  const buffers = await session.row<{ bytes: string }>(
    "SELECT setting::bigint * 8192 AS bytes FROM pg_settings WHERE name = 'shared_buffers'",
  );
  let left = Number(buffers?.bytes ?? 0) * PART_OF_SHARED_BUFFERS;
  const fitting = tables.filter(({ bytes }) => {
    const fits = Number(bytes) <= left;
    if (fits) left -= Number(bytes);
    return fits;
  });
  const total = fitting.reduce((sum, { bytes }) => sum + Number(bytes), 0);
  let done = 0;
  for (const { name, bytes } of fitting) {
    signal.throwIfAborted();
    const milliseconds = Math.floor(deadline - performance.now());
    if (milliseconds <= 0) return;
    await session.allow(milliseconds);
    // count(*) may be answered by an index alone; the rows themselves are wanted, without a cast of their owner's.
    await session.query(`SELECT count(concat(t)) FROM ONLY ${name} AS t`);
    done += Number(bytes);
    progress({ phase: `warming up ${session.database}`, done, total });
  }
}
