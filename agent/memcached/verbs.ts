import { z } from 'zod';
import type { MemcachedVerbs } from '../../contract/memcached';
import { argument, from, on, oneWay, seconds, to } from '../arguments';
import type { VerbEntry } from '../verb';
import { clients } from './clients';
import { left } from './left';
import { preflight } from './preflight';
import type { MemcachedSides } from './sides';

/** The verbs of Memcached, in the order in which a cutover needs them. */
export const memcachedVerbs: { readonly [V in keyof MemcachedVerbs]: VerbEntry<V, MemcachedSides> } = {
  'memcached.preflight': {
    summary: 'Say what would go wrong, and change nothing',
    arguments: oneWay({ from, to }),
    run: preflight,
    begins: true,
  },
  'memcached.clients': {
    summary: 'Who is connected to a side, by address',
    arguments: z.strictObject({ side: on }),
    run: clients,
    begins: true,
  },
  'memcached.left': {
    summary: 'Wait until nobody is connected to a side, and say who is',
    arguments: z.strictObject({
      side: on,
      quietSeconds: argument(z.number().min(0).max(86_400), {
        description: 'nobody may be connected for this many seconds',
        byHand: 5,
      }),
      timeoutSeconds: argument(seconds, { description: 'say who is left after this many seconds', byHand: 120 }),
    }),
    run: left,
  },
};
