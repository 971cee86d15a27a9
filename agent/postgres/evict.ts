import { setTimeout as sleep } from 'node:timers/promises';
import type { Databases } from '../sql/databases';
import { Eviction } from '../sql/eviction';
import type { Verb } from '../verb';
import { closeConnections, connectedUsers } from './connected';
import { hostsOf } from './hosts';
import { Session } from './session';

const roundMs = 200;

/**
 * Closes every user's connection until nobody has been there for `quietSeconds`. Who reconnects within the quiet time
 * still resolves the record to this side, or never resolves it again: they are named.
 */
export const evict: Verb<Databases, 'postgres.evict'> = async ({ endpoints }, args, report) => {
  const endpoint = endpoints[args.side];
  const sessions: Session[] = [];
  try {
    for (const host of hostsOf(endpoint)) sessions.push(await Session.open(endpoint, 'evict', { host }));
    const eviction = new Eviction();
    const deadline = performance.now() + args.timeoutSeconds * 1000;
    for (let quietSince = performance.now(); ; ) {
      report.signal.throwIfAborted();
      const late = performance.now() >= deadline;
      const users = (await Promise.all(sessions.map((session) => close(session, eviction, late)))).flat();
      if (users.length > 0) {
        if (late) throw eviction.notEmptied(endpoint.host, users);
        quietSince = performance.now();
        report.progress({ phase: 'Closing connections', done: eviction.result().closed });
      } else if (performance.now() - quietSince >= args.quietSeconds * 1000) {
        return eviction.result();
      }
      await sleep(roundMs, undefined, { signal: report.signal });
    }
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
};

async function close(session: Session, eviction: Eviction, late: boolean) {
  const users = await connectedUsers(session);
  if (late || users.length === 0) return users;
  await closeConnections(session, users);
  eviction.record(session.where, users);
  return users;
}
