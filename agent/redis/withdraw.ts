import type { Verb } from '../verb';
import type { RedisContext } from './context';
import { withdraw as end } from './relay/switch/interposing';
import { statusOf } from './relay-status';

/** Ends the relay, and takes its markers away. */
export const withdraw: Verb<RedisContext, 'redis.withdraw'> = async (context, args, { signal }) => {
  await end(context, args, signal);
  return statusOf(context);
};
