import { setTimeout as sleep } from 'node:timers/promises';
import { movingPush } from './commands/maintenance-rule';
import type { Session } from './session';
import { within } from './within';

/** So that clients come back to the cache one after the other. */
const BETWEEN_MS = 5;
/** Those that are told to move have so long for it, or a part of the time that all have. */
const MOVE_MS = 15_000;
const MOVE_SHARE = 0.5;

/**
 * Has every client leave. Those that asked to be told (CLIENT MAINT_NOTIFICATIONS) are told, and connect elsewhere by
 * themselves. The others are closed: one that is between two commands loses none by it; those that never are, and those that
 * come back, are closed once `patienceMs` have passed, and what a blocked one was given before is still delivered to it.
 *
 * @param elsewhere `host:port`, where the record leads by now
 */
export async function dismiss(
  sessions: ReadonlySet<Session>,
  patienceMs: number,
  elsewhere: string,
  signal: AbortSignal,
): Promise<void> {
  const impatientAt = performance.now() + patienceMs;
  const movedWithinMs = Math.min(MOVE_MS, patienceMs * MOVE_SHARE);
  const movedBy = new Map<Session, number>();
  const moving = { sequence: Math.floor(Date.now() / 1000), seconds: Math.ceil(movedWithinMs / 1000), elsewhere };
  while (sessions.size > 0) {
    signal.throwIfAborted();
    const now = performance.now();
    if (now >= impatientAt) {
      await Promise.all([...sessions].map((session) => end(session, signal)));
      continue;
    }
    for (const session of sessions) {
      if (movedBy.has(session) || !told(session, moving)) continue;
      movedBy.set(session, now + movedWithinMs);
    }
    const idle = [...sessions].find((session) => session.idle && now >= (movedBy.get(session) ?? 0));
    idle?.close();
    await sleep(BETWEEN_MS, undefined, { signal });
  }
}
/** Whether it could be told: it asked for it, and no reply is under way. */
function told(
  { state: { moving, protocol }, betweenReplies, toClient }: Session,
  { sequence, seconds, elsewhere }: { readonly sequence: number; readonly seconds: number; readonly elsewhere: string },
): boolean {
  if (moving === undefined || protocol !== '3' || !betweenReplies) return false;
  toClient(movingPush(sequence, seconds, moving === 'record' ? elsewhere : undefined));
  return true;
}

async function end(session: Session, signal: AbortSignal): Promise<void> {
  session.hold();
  // The server drops a client that waits in a command, or answers it before that.
  if (session.blocked !== undefined) await within(signal, session.halfClose());
  session.close('the relay ends');
}
