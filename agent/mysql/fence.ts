import { setTimeout as sleep } from 'node:timers/promises';
import type { Databases } from '../databases';
import type { Verb } from '../verb';
import { type Connected, closeConnections, connectedUsers } from './connected';
import { withSession } from './session';

const rounds = 5;
const betweenRoundsMs = 50;

/**
 * Closes every user's connection. A second look follows each round: one that was still signing in had no user yet.
 * What keeps them from coming back is the fence around it; the stillness that is proven afterwards would tell.
 */
export const fence: Verb<Databases, 'mysql.fence'> = async ({ endpoints }, { side }, report) =>
  withSession(endpoints[side], 'fence', async (session) => {
    const closed = new Map<number, Connected>();
    for (let round = 1; round <= rounds; round += 1) {
      report.signal.throwIfAborted();
      const users = (await connectedUsers(session)).filter(({ id }) => !closed.has(id));
      if (users.length === 0) break;
      await closeConnections(session, users);
      for (const user of users) closed.set(user.id, user);
      report.progress({ phase: 'Closing connections', done: closed.size });
      await sleep(betweenRoundsMs, undefined, { signal: report.signal });
    }
    return {
      closed: closed.size,
      rolledBack: [...closed.values()].filter(({ inTransaction }) => inTransaction).length,
    };
  });
