import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../session';

const POLL_MS = 50;
const MAX_MS = 30_000;

/** Waits until anyone who reads a logical slot of the database has what it holds now; not at all where nobody does. */
export async function untilConfirmed(source: Session, signal: AbortSignal): Promise<void> {
  const at = await source.row<{ lsn: string }>(
    'SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS lsn',
  );
  const deadline = performance.now() + MAX_MS;
  while (performance.now() < deadline) {
    const behind = await source.row<{ slots: string }>(
      `SELECT count(*) AS slots FROM pg_replication_slots
       WHERE slot_type = 'logical' AND active AND database = current_database() AND confirmed_flush_lsn < $1::pg_lsn`,
      [at?.lsn],
    );
    if (Number(behind?.slots ?? 0) === 0) return;
    await sleep(POLL_MS, undefined, { signal });
  }
}
