import type { Databases } from '../sql/databases';
import { evictClients } from '../sql/eviction';
import type { Verb } from '../verb';
import { closeConnections, connectedClients } from './connected';
import { atReader } from './reader';
import { type Session, withSession } from './session';

/** Closes every client's connection to a side, at its writer and its readers, until nobody comes back for a while. */
export const evict: Verb<Databases, 'mysql.evict'> = async ({ endpoints }, args, report) => {
  const endpoint = endpoints[args.side];
  return withSession(endpoint, 'evict', (writer) =>
    evictClients(writer.where, args, report, async (eviction, late) => {
      const see = async (session: Session) => {
        const clients = await connectedClients(session);
        if (late) return clients;
        await closeConnections(session, clients);
        eviction.record(session.where, clients);
        return clients;
      };
      return [...(await see(writer)), ...((await atReader(endpoint, 'evict', writer, see)) ?? [])];
    }),
  );
};
