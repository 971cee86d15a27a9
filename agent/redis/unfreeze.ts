import type { Verb } from '../verb';
import type { RedisContext } from './context';
import { withPrimary } from './primary';
import { versionOf } from './version';

/** Lifts a pause, no matter who began it. Nothing to do where there is none, and before 6.2, where `freeze` closes clients. */
export const unfreeze: Verb<RedisContext, 'redis.unfreeze'> = async (context, { side }) =>
  withPrimary(context.endpoints[side], 'unfreeze', async (client) => {
    if (versionOf(await client.info('server')).atLeast(6, 2)) await client.call('CLIENT', 'UNPAUSE');
    return {};
  });
