import { setTimeout as sleep } from 'node:timers/promises';
import type { Side } from '../../contract';
import { binlogPosition, comparePositions } from '../binlog-position';
import { replicasOf } from '../replicas';
import { figure } from '../row';
import type { Session } from '../session';

const POLL_MS = 50;
const LONGEST_MS = 60_000;

interface BothSides {
  readonly from: { readonly side: Side; readonly session: Session };
  readonly to: { readonly side: Side; readonly session: Session };
}

/**
 * Waits until what `from` holds now is on `to`, and tells whether that is certain: it is not where `to` does not
 * replicate from `from` itself, or takes too long.
 */
export async function untilApplied({ from, to }: BothSides, signal: AbortSignal): Promise<boolean> {
  const position = await binlogPosition(from.session);
  const serverId = figure(await from.session.row('SELECT @@server_id AS server_id'), 'server_id');
  const deadline = performance.now() + LONGEST_MS;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    const replicas = await replicasOf(to.session, to.side);
    const replica = replicas.find(({ sourceServerId, status }) => sourceServerId === serverId && status.applying);
    const applied = replica?.status.applied;
    if (applied === undefined) return false;
    if (comparePositions(applied, position) >= 0) return true;
    await sleep(POLL_MS, undefined, { signal });
  }
  return false;
}
