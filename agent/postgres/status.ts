import type { Side } from '../../contract/common';
import type { ReplicaStatus } from '../../contract/database';
import type { Databases, ResolvedDatabase } from '../sql/databases';
import type { Verb } from '../verb';
import { type Session, withSession } from './session';

/** What replicates into either side: subscriptions of any database, and a standby's stream. */
export const status: Verb<Databases, 'postgres.status'> = async ({ endpoints }) => {
  const sides = await Promise.all([replicasOf(endpoints.blue, 'blue'), replicasOf(endpoints.green, 'green')]);
  return { replicas: sides.flat() };
};

/** A side that replicates from nowhere has one line that says so. */
async function replicasOf(endpoint: ResolvedDatabase, side: Side): Promise<readonly ReplicaStatus[]> {
  const replicas = await withSession(endpoint, 'status', async (session) => [
    ...(await subscriptionsOf(session)).map((one) => ({ side, configured: true, ...one })),
    ...(await standbyOf(session)).map((one) => ({ side, configured: true, ...one })),
  ]);
  const none = { side, configured: false, channel: '', receiving: false, applying: false };
  return replicas.length === 0 ? [none] : replicas;
}

/** The view has a line for each subscription of every database, from whichever one looks. Its main worker receives and applies. */
export async function subscriptionsOf(
  session: Session,
): Promise<readonly Pick<ReplicaStatus, 'channel' | 'receiving' | 'applying'>[]> {
  const rows = await session.query<{ name: string; working: boolean }>(
    'SELECT subname AS name, bool_or(pid IS NOT NULL) AS working FROM pg_stat_subscription GROUP BY subname ORDER BY subname',
  );
  return rows.map(({ name, working }) => ({ channel: name, receiving: working, applying: working }));
}

async function standbyOf(
  session: Session,
): Promise<readonly Pick<ReplicaStatus, 'channel' | 'receiving' | 'applying' | 'lagSeconds'>[]> {
  const row = await session.row<{ standby: boolean; receiving: boolean; lag: string | null }>(
    `SELECT pg_is_in_recovery() AS standby, EXISTS (SELECT FROM pg_stat_wal_receiver) AS receiving,
       CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
         ELSE greatest(0, extract(epoch FROM now() - pg_last_xact_replay_timestamp())) END AS lag`,
  );
  if (row?.standby !== true) return [];
  const lag = row.lag === null ? {} : { lagSeconds: Number(row.lag) };
  return [{ channel: 'standby', receiving: row.receiving, applying: true, ...lag }];
}
