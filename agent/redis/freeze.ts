import type { Verb } from '../verb';
import { closeConnections, connectedClients } from './connected-clients';
import type { RedisContext } from './context';
import { withPrimary } from './primary';
import { versionOf } from './version';

/**
 * Stops clients' writes on a side. From 6.2 by CLIENT PAUSE … WRITE, which holds a write back until the pause ends and
 * lets reads pass. What is held back is *executed* when the pause ends, so the side must be emptied (`redis.evict`)
 * before it does, or those writes land on a side that nobody copies from any more; a closed connection's are dropped.
 *
 * The pause holds back the agent's own writes too: it is for the side that data flows from.
 *
 * Before 6.2 a pause stops reads as well, the agent's own among them. There everyone is closed once instead, and
 * keeping them out is the fence's part (security group, then `redis.evict` and `redis.nowrites`).
 */
export const freeze: Verb<RedisContext, 'redis.freeze'> = async (context, { side, seconds }) =>
  withPrimary(context.endpoints[side], 'freeze', async (client) => {
    if (versionOf(await client.info('server')).atLeast(6, 2)) {
      await client.call('CLIENT', 'PAUSE', Math.round(seconds * 1000), 'WRITE');
      return { method: 'pause', clientsClosed: 0 };
    }
    const connected = await connectedClients(client);
    await closeConnections(client, connected);
    return { method: 'kill', clientsClosed: connected.length };
  });
