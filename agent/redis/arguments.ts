import { z } from 'zod';
import type { RedisVerbs } from '../../contract/cache';
import { argument, from, none, on, oneWay, seconds, to } from '../arguments';

const targetIsOurs = argument(z.boolean(), {
  description: 'keys already on --to are from an earlier run of this migration, and may be overwritten and deleted',
  byHand: false,
});

const settled = argument(oneWay({ from, to, freezeSeconds: seconds, timeoutSeconds: seconds }).optional(), {
  description: 'answer only once drain and delta together would take this many seconds, from blue to green',
  written: {
    as: 'seconds',
    read: (text) => ({ from: 'blue', to: 'green', freezeSeconds: Number(text), timeoutSeconds: 3600 }),
  },
});

/** The arguments of each verb, as tasks must state them. */
export const redisArguments = {
  'redis.preflight': oneWay({ from, to, targetIsOurs }),
  'redis.replicate': oneWay({
    from,
    to,
    targetIsOurs,
    overlap: argument(z.boolean(), {
      description: 'users may write to --to while the copy is kept current; what they write there stands',
      byHand: false,
    }),
  }),
  'redis.status': z.strictObject({ settled }),
  'redis.drain': oneWay({
    from,
    to,
    timeoutSeconds: argument(seconds, { description: 'give up after this many seconds', byHand: 60 }),
  }),
  'redis.verify': oneWay({
    from,
    to,
    mode: argument(z.enum(['full', 'delta']), {
      description: 'full: every key; delta: the keys changed since the last full began',
      byHand: 'full',
    }),
  }),
  'redis.freeze': z.strictObject({
    side: on,
    seconds: argument(seconds, { description: 'the pause ends by itself after this many seconds', byHand: 60 }),
  }),
  'redis.unfreeze': z.strictObject({ side: on }),
  'redis.provestill': z.strictObject({
    side: on,
    seconds: argument(seconds, { description: 'nobody may write for this many seconds', byHand: 5 }),
    timeoutSeconds: argument(seconds, { description: 'give up after this many seconds', byHand: 60 }),
  }),
  'redis.clients': z.strictObject({ side: on }),
  'redis.evict': z.strictObject({
    side: on,
    quietSeconds: argument(z.number().min(0).max(86_400), {
      description: 'nobody may be connected for this many seconds',
      byHand: 10,
    }),
    timeoutSeconds: argument(seconds, { description: 'give up after this many seconds', byHand: 120 }),
  }),
  'redis.reverse': oneWay({
    from,
    to,
    overlap: argument(z.boolean(), {
      description: 'users may write to --to meanwhile; what they write there stands',
      byHand: false,
    }),
  }),
  'redis.stop': none,
} satisfies { readonly [V in keyof RedisVerbs]: z.ZodType<RedisVerbs[V]['args']> };
