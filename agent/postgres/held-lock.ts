import type { Client } from 'pg';
import { AgentError } from '../errors';
import { nameSome } from '../naming';

const MAX_NAMED = 5;

interface Holder {
  readonly id: number;
  readonly user: string;
  readonly host: string;
  readonly statement: string;
  readonly seconds: number;
  readonly object: string;
}

/** What a statement of the agent's says that has waited for a lock as long as it may. */
export async function heldLock(client: Client, place: string, cause: unknown): Promise<AgentError> {
  const [holders, prepared] = [await holdersOf(client), await preparedOf(client)];
  if (holders.length === 0 && prepared.length > 0) return heldByPrepared(place, prepared, cause);
  const calls = holders.slice(0, MAX_NAMED).map(({ id }) => `SELECT pg_terminate_backend(${id});`);
  const remedy = calls.length === 0 ? 'See who has tables locked there.' : `Let them end, or: ${calls.join(' ')}`;
  return new AgentError(
    'Agent.Failed',
    `${place} kept the agent waiting for a lock as long as it may; ${describe(holders)}. ${remedy} Then repeat.`,
    { cause },
  );
}

/**
 * Anyone who keeps readers from a table or waits to do so, which keeps them out as well, and those that these wait for. Nothing but
 * this lock excludes who only reads.
 */
async function holdersOf(client: Client): Promise<readonly Holder[]> {
  const { rows } = await client
    .query<Holder>(
      `WITH excluding AS (
         SELECT l.pid, l.relation, l.granted FROM pg_locks l
         WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.pid <> pg_backend_pid()
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       ), holding AS (
         SELECT pid, relation FROM excluding
         UNION SELECT blocking, relation FROM excluding, unnest(pg_blocking_pids(pid)) AS blocking
         WHERE NOT granted
       )
       SELECT a.pid AS id, coalesce(a.usename, '') AS "user", coalesce(host(a.client_addr), '') AS host,
         coalesce(upper(substring(a.query, '^\\s*([[:alpha:]]+)')), '') AS statement,
         greatest(0, extract(epoch FROM now() - coalesce(a.xact_start, a.backend_start)))::int AS seconds,
         string_agg(DISTINCT h.relation::regclass::text, ', ') AS object
       FROM holding h JOIN pg_stat_activity a ON a.pid = h.pid
       GROUP BY a.pid, a.usename, a.client_addr, a.query, a.xact_start, a.backend_start ORDER BY seconds DESC`,
    )
    // The failure that it is to explain is worth more than its own.
    .catch(() => ({ rows: [] }));
  return rows;
}

/** A transaction that was prepared belongs to no process. */
async function preparedOf(client: Client): Promise<readonly string[]> {
  const { rows } = await client
    .query<{ gid: string }>('SELECT gid FROM pg_prepared_xacts WHERE database = current_database() ORDER BY prepared')
    .catch(() => ({ rows: [] }));
  return rows.map(({ gid }) => gid);
}

function heldByPrepared(place: string, prepared: readonly string[], cause: unknown): AgentError {
  return new AgentError(
    'Agent.Failed',
    `${place} kept the agent waiting for a lock as long as it may; no process holds it, and these transactions are prepared and hold what they have locked: ${nameSome(prepared, MAX_NAMED)}. ` +
      'Have the programs that prepared them end them by COMMIT PREPARED or ROLLBACK PREPARED. Then repeat.',
    { cause },
  );
}

function describe(holders: readonly Holder[]): string {
  if (holders.length === 0) return 'who held it has gone';
  const named = holders.map(
    ({ id, user, host, statement, seconds, object }) =>
      `${user}@${host} (process ${id}, ${statement === '' ? 'a statement that is not shown' : statement}, ${object}, ${seconds} s)`,
  );
  return `it is held by ${nameSome(named, MAX_NAMED)}`;
}
