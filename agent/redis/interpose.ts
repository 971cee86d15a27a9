import type { Verb } from '../verb';
import type { RedisContext } from './context';
import { explainRedis } from './explain';
import { interpose as begin } from './relay/switch/interposing';
import { statusOf } from './relay-status';

/** Starts the relay in this process, and goes on with it after a restart. */
export const interpose: Verb<RedisContext, 'redis.interpose'> = async (context, args) => {
  try {
    await begin(context, args);
    return await statusOf(context);
  } catch (error) {
    throw explainRedis(error, `the relay's port ${args.port}`);
  }
};
