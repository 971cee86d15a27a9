import type { Verb } from '../verb';
import type { RedisContext } from './context';
import { untilSettled } from './settled';

/** What is being replicated by this process, and how far behind it is; if asked so, once a freeze would be short. */
export const status: Verb<RedisContext, 'redis.status'> = async (context, { settled }, report) => {
  if (settled !== undefined) await untilSettled(context, settled, report);
  return { replications: context.replications.all().map((replication) => replication.status()) };
};
