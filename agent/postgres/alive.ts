import type { Side } from '../../contract/common';
import type { Databases, ResolvedDatabase } from '../sql/databases';
import type { Verb } from '../verb';
import { hostsOf, withSession } from './session';

/** Whether a side answers, and whether an engine of it has restarted since. */
export const alive: Verb<Databases, 'postgres.alive'> = async (databases, { side, sinceMs }) => {
  const started = await startedAt(databases, side);
  return { startedAtMs: started, restarted: sinceMs !== undefined && started > sinceMs };
};

/**
 * Epoch milliseconds at which the side's engine started; of its writer and its reader, the later one. Where a query
 * brings its own process down, the first process lives on, and makes all others again.
 */
async function startedAt({ endpoints }: Databases, side: Side): Promise<number> {
  const starts = hostsOf(endpoints[side]).map((host) =>
    withSession(
      endpoints[side],
      'alive',
      async (session) => {
        const row = await session.row<{ started: string }>(
          `SELECT floor(extract(epoch FROM greatest(pg_postmaster_start_time(), min(backend_start))) * 1000)::bigint AS started
           FROM pg_stat_activity WHERE backend_type IN ('background writer', 'checkpointer', 'walwriter')`,
        );
        return Number(row?.started ?? 0);
      },
      { host },
    ),
  );
  return Math.max(...(await Promise.all(starts)));
}

/** Epoch milliseconds, by the writer's own clock. */
export function clockOf(endpoint: ResolvedDatabase): Promise<number> {
  return withSession(endpoint, 'alive', async (session) => {
    const row = await session.row<{ now: string }>(
      'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now',
    );
    return Number(row?.now ?? 0);
  });
}
