import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from './session';
import { within } from './within';

/** So that clients come back to the cache one after the other. */
const BETWEEN_MS = 5;

/**
 * Closes every client. One that is between two commands loses none by it; those that never are, and those that come
 * back, are closed once `patienceMs` have passed: what a blocked one was given before is still delivered to it.
 */
export async function dismiss(sessions: ReadonlySet<Session>, patienceMs: number, signal: AbortSignal): Promise<void> {
  const impatientAt = performance.now() + patienceMs;
  while (sessions.size > 0) {
    signal.throwIfAborted();
    if (performance.now() >= impatientAt) {
      await Promise.all([...sessions].map((session) => end(session, signal)));
      continue;
    }
    const idle = [...sessions].find((session) => session.idle);
    idle?.close();
    await sleep(BETWEEN_MS, undefined, { signal });
  }
}

async function end(session: Session, signal: AbortSignal): Promise<void> {
  session.hold();
  // The server drops a client that waits in a command, or answers it before that.
  if (session.blocked !== undefined) await within(signal, session.halfClose());
  session.close('the relay ends');
}
