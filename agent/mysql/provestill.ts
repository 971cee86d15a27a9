import { setTimeout as sleep } from 'node:timers/promises';
import type { Databases } from '../databases';
import { AgentError } from '../errors';
import { describeGroups, groupConnections } from '../sql/connection-groups';
import type { Verb } from '../verb';
import { connectedUsers } from './connected';
import { type Session, withSession } from './session';
import { movement, takeSnapshot } from './stillness';

const betweenSnapshotsMs = 250;

/**
 * Proves that nobody has written to a side for `seconds` on end: neither its binary log nor its counters of written
 * rows moved. RDS writes a heartbeat every few minutes; that only makes the proof begin anew.
 */
export const provestill: Verb<Databases, 'mysql.provestill'> = async ({ endpoints }, args, report) =>
  withSession(endpoints[args.side], 'provestill', async (session) => {
    const started = performance.now();
    let stillSince = started;
    let before = await takeSnapshot(session);
    for (;;) {
      report.signal.throwIfAborted();
      const stillMs = performance.now() - stillSince;
      if (stillMs >= args.seconds * 1000) return { position: before.position, seconds: args.seconds };
      report.progress({ phase: 'Proving that nobody writes', done: Math.floor(stillMs / 1000), total: args.seconds });
      const restMs = args.seconds * 1000 - stillMs;
      await sleep(Math.min(betweenSnapshotsMs, restMs), undefined, { signal: report.signal });
      const after = await takeSnapshot(session);
      const moved = movement(before, after);
      before = after;
      if (moved.length === 0) continue;
      stillSince = performance.now();
      // Checked only here: a stillness that has begun in time is waited for.
      if (stillSince - started >= args.timeoutSeconds * 1000) throw await notStill(session, moved, args.timeoutSeconds);
    }
  });

async function notStill(session: Session, moved: readonly string[], seconds: number): Promise<AgentError> {
  const users = await connectedUsers(session);
  const who = users.length === 0 ? 'no user is connected now' : `connected: ${describeGroups(groupConnections(users))}`;
  return new AgentError(
    'Agent.NotStill',
    `${session.where} did not stand still within ${seconds} s; just now: ${moved.join(', ')} (${who}). ` +
      'Stop who writes, close the connections (mysql.evict) or their access, and see whether it replicates from somewhere (mysql.status).',
  );
}
