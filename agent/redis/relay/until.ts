import { AgentError } from '../../errors';
import type { Session } from './session';

/** Resolves once it holds of every session that has not ended. Rejects, naming those of which it does not, when `signal` aborts. */
export function until(
  sessions: readonly Session[],
  holds: (session: Session) => boolean,
  what: string,
  signal: AbortSignal,
): Promise<void> {
  const open = new Set(sessions.filter((session) => !session.ended && !holds(session)));
  return new Promise((resolve, reject) => {
    const settle = () => {
      signal.removeEventListener('abort', abort);
      for (const session of open) session.onProgress = () => undefined;
    };
    const abort = () => {
      settle();
      const some = [...open].slice(0, 3).map(nameOf).join(', ');
      const message = `${open.size} of ${sessions.length} clients ${what} in time, among them ${some}: the hold is given up.`;
      reject(new AgentError('Agent.Failed', message, { cause: signal.reason }));
    };
    if (open.size === 0) return resolve();
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    for (const session of open) {
      session.onProgress = () => {
        if (!session.ended && !holds(session)) return;
        open.delete(session);
        session.onProgress = () => undefined;
        if (open.size > 0) return;
        settle();
        resolve();
      };
    }
    return undefined;
  });
}

/** How people find the client: by its address, and by the name that it gave itself. */
export function nameOf(session: Session): string {
  const name = session.state.name?.toString('utf8');
  return name === undefined ? session.address : `${session.address} (${name})`;
}
