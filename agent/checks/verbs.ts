import { z } from 'zod';
import type { VerbEntry } from '../verb';
import { check, timeoutSeconds } from './arguments';
import { httpCheck } from './http';

/** The verbs of checks that any migration has: what is asked of applications. */
export const checkVerbs: { readonly 'check.http': VerbEntry<'check.http'> } = {
  'check.http': {
    summary: 'Send a request of the migration, and say whether the answer is as it should be',
    arguments: z.strictObject({ check, timeoutSeconds }),
    run: httpCheck,
  },
};
