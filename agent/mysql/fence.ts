import { setTimeout as sleep } from 'node:timers/promises';
import type { Databases, ResolvedDatabase } from '../sql/databases';
import type { Verb } from '../verb';
import { type Connected, closeConnections, connectedClients } from './connected';
import { NoWrites } from './last-write';
import { Session, withSession } from './session';

const rounds = 5;
const betweenRoundsMs = 50;
/** Writers wait meanwhile: each close is a round trip, so that many are closed side by side. */
const perLane = 20;
const mostLanes = 6;

/**
 * Closes every client's connection. A second look follows each round: one that was still signing in had no account yet.
 * What keeps them from coming back is the fence around it; the check that nobody writes afterwards would tell.
 */
export const fence: Verb<Databases, 'mysql.fence'> = async ({ endpoints }, { side }, report) =>
  withSession(endpoints[side], 'fence', async (session) => {
    const closed = new Map<number, Connected>();
    let noWrites: NoWrites | undefined;
    for (let round = 1; round <= rounds; round += 1) {
      report.signal.throwIfAborted();
      const clients = (await connectedClients(session)).filter(({ id }) => !closed.has(id));
      if (clients.length === 0) break;
      await closeAll(endpoints[side], session, clients);
      for (const client of clients) closed.set(client.id, client);
      report.progress({ phase: 'Closing connections', done: closed.size });
      noWrites ??= await NoWrites.begin(session);
      await sleep(betweenRoundsMs, undefined, { signal: report.signal });
    }
    noWrites ??= await NoWrites.begin(session);
    await noWrites.look();
    return {
      closed: closed.size,
      rolledBack: [...closed.values()].filter(({ inTransaction }) => inTransaction).length,
      lastWrite: await noWrites.note(),
    };
  });

async function closeAll(endpoint: ResolvedDatabase, session: Session, clients: readonly Connected[]): Promise<void> {
  const queue = [...clients];
  const work = async (lane: Session): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await closeConnections(lane, [next]);
  };
  const more = Math.min(mostLanes, Math.ceil(clients.length / perLane)) - 1;
  const lanes = Array.from({ length: Math.max(0, more) }, async () => {
    // Where the server has no connection left for another, the one that is there closes them all.
    const lane = await Session.open(endpoint, 'fence').catch(() => undefined);
    if (lane !== undefined) await work(lane).finally(() => lane.close());
  });
  await Promise.all([work(session), ...lanes]);
}
