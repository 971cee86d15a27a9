import type { Verb } from '../verb';
import type { RedisContext } from './context';
import { forget } from './replicate';

/** Stops every replication, and resolves once nothing of it is in flight. Stopping none is no error. */
export const stop: Verb<RedisContext, 'redis.stop'> = async (context) => ({ stopped: await forget(context) });
