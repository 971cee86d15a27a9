import type { Databases } from '../sql/databases';
import { type Eviction, evictClients } from '../sql/eviction';
import type { Verb } from '../verb';
import { closeConnections, connectedClients } from './connected';
import { hostsOf, Session } from './session';

/** Closes every client's connection to a side, at its writer and its reader, until nobody comes back for a while. */
export const evict: Verb<Databases, 'postgres.evict'> = async ({ endpoints }, args, report) => {
  const endpoint = endpoints[args.side];
  const sessions: Session[] = [];
  try {
    for (const host of hostsOf(endpoint)) sessions.push(await Session.open(endpoint, 'evict', { host }));
    return await evictClients(endpoint.host, args, report, async (eviction, late) =>
      (await Promise.all(sessions.map((session) => close(session, eviction, late)))).flat(),
    );
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
};

async function close(session: Session, eviction: Eviction, late: boolean) {
  const clients = await connectedClients(session);
  if (late || clients.length === 0) return clients;
  await closeConnections(session, clients);
  eviction.record(session.where, clients);
  return clients;
}
