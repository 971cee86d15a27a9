import { setTimeout as sleep } from 'node:timers/promises';
import type { Databases } from '../sql/databases';
import { Eviction } from '../sql/eviction';
import type { Verb } from '../verb';
import { closeConnections, connectedUsers } from './connected';
import { atReader } from './reader';
import { type Session, withSession } from './session';

const roundMs = 200;

/**
 * Closes every user's connection until nobody has been there for `quietSeconds`. Who reconnects within the quiet time
 * still resolves the record to this side, or never resolves it again: they are named.
 */
export const evict: Verb<Databases, 'mysql.evict'> = async ({ endpoints }, args, report) =>
  withSession(endpoints[args.side], 'evict', async (writer) => {
    const eviction = new Eviction();
    const deadline = performance.now() + args.timeoutSeconds * 1000;
    let quietSince = performance.now();
    for (;;) {
      report.signal.throwIfAborted();
      const late = performance.now() >= deadline;
      const see = async (session: Session) => {
        const users = await connectedUsers(session);
        if (late) return users;
        await closeConnections(session, users);
        eviction.record(session.where, users);
        return users;
      };
      const users = [...(await see(writer)), ...((await atReader(endpoints[args.side], 'evict', writer, see)) ?? [])];
      if (users.length > 0) {
        if (late) throw eviction.notEmptied(writer.where, users);
        quietSince = performance.now();
        report.progress({ phase: 'Closing connections', done: eviction.result().closed });
      } else if (performance.now() - quietSince >= args.quietSeconds * 1000) {
        return eviction.result();
      }
      await sleep(roundMs, undefined, { signal: report.signal });
    }
  });
