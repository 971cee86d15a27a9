import { z } from 'zod';
import { argument, on } from '../../arguments';
import type { VerbEntry } from '../../verb-entry';
import type { Caches } from '../caches';
import { keysCheck } from './keys';

const pattern = argument(z.string().min(1), {
  description: 'what the keys are called, as SCAN matches it',
  written: { as: 'pattern', read: (text) => text },
});

export const keysVerb: VerbEntry<'check.keys', Caches> = {
  summary: 'Wait until keys that match a pattern appear, and say how many did',
  arguments: z.strictObject({
    side: on,
    pattern,
    database: argument(z.int().min(0), { description: 'the logical database', byHand: 0 }),
    atLeast: argument(z.int().min(1), { description: 'how many keys', byHand: 1 }),
    existing: argument(z.boolean(), { description: 'count those that are there already', byHand: false }),
    withinSeconds: argument(z.number().positive().max(86_400), {
      description: 'seconds that they are waited for',
      byHand: 30,
    }),
  }),
  run: keysCheck,
};
