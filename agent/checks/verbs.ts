import { z } from 'zod';
import { argument } from '../arguments';
import type { CheckVerbs } from '../contract';
import type { VerbEntry } from '../verb-entry';
import { httpCheck } from './http';

const check = argument(z.string().min(1), {
  description: 'the name of the check',
  written: { as: 'name', read: (text) => text },
});
const timeoutSeconds = argument(z.number().positive().max(86_400), {
  description: 'seconds that the answer may take',
  byHand: 30,
});

/** The verbs of checks, which run in a migration of any kind. */
export const checkVerbs: { readonly [V in keyof CheckVerbs]: VerbEntry<V> } = {
  'check.http': {
    summary: 'Send a request of the migration, and say whether the answer is as it should be',
    arguments: z.strictObject({ check, timeoutSeconds }),
    run: httpCheck,
  },
};
