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

/** Waits until what `from` holds now is on `to`; not at all where `to` does not replicate from it. */
export async function untilApplied({ from, to }: BothSides, signal: AbortSignal): Promise<void> {
  const position = await binlogPosition(from.session);
  const serverId = figure(await from.session.row('SELECT @@server_id AS server_id'), 'server_id');
  const deadline = performance.now() + LONGEST_MS;
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    const replicas = await replicasOf(to.session, to.side);
    const replica = replicas.find(({ sourceServerId, status }) => sourceServerId === serverId && status.applying);
    const applied = replica?.status.applied;
    if (applied === undefined || comparePositions(applied, position) >= 0) return;
    await sleep(POLL_MS, undefined, { signal });
  }
}
