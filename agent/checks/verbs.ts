import { z } from 'zod';
import type { CheckVerbs } from '../../contract/agent';
import { argument, on } from '../arguments';
import { onCaches, onDatabases } from '../migration';
import type { VerbEntry } from '../verb-entry';
import { httpCheck } from './http';
import { keysCheck } from './keys';
import { queryCheck } from './query';

const check = argument(z.string().min(1), {
  description: 'the name of the check',
  written: { as: 'name', read: (text) => text },
});
const timeoutSeconds = argument(z.number().positive().max(86_400), {
  description: 'seconds that the answer may take',
  byHand: 30,
});

const pattern = argument(z.string().min(1), {
  description: 'what the keys are called, as SCAN matches it',
  written: { as: 'pattern', read: (text) => text },
});

/** The verbs of checks: what is asked of applications, and of the side that serves them. */
export const checkVerbs: { readonly [V in keyof CheckVerbs]: VerbEntry<V> } = {
  'check.http': {
    summary: 'Send a request of the migration, and say whether the answer is as it should be',
    arguments: z.strictObject({ check, timeoutSeconds }),
    run: httpCheck,
  },
  'check.keys': {
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
    run: onCaches(keysCheck),
  },
  'check.query': {
    summary: 'Ask a query of the migration, and say whether the answer is as it should be',
    arguments: z.strictObject({ side: on, check, timeoutSeconds }),
    run: onDatabases(queryCheck),
  },
};
