import type { Verb } from '../verb';
import type { RedisContext } from './context';

/** What is being replicated by this process, and how far behind it is. */
export const status: Verb<RedisContext, 'redis.status'> = async ({ replications }) => ({
  replications: replications.all().map((replication) => replication.status()),
});
