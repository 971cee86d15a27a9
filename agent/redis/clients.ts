import type { Verb } from '../verb';
import { groupClients } from './client-list';
import { connectedClients } from './connected-clients';
import type { RedisContext } from './context';
import { withPrimary } from './primary';

/** A state's payload has a limit; the most numerous groups say who is there. */
const mostGroups = 200;

/** Who is connected to a side, by address, name and database. */
export const clients: Verb<RedisContext, 'redis.clients'> = async (context, { side }) =>
  withPrimary(context.endpoints[side], 'clients', async (client) => {
    const connected = await connectedClients(client);
    return { connections: connected.length, groups: groupClients(connected).slice(0, mostGroups) };
  });
