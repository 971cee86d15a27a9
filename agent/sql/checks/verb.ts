import { z } from 'zod';
import { on } from '../../arguments';
import { check, timeoutSeconds } from '../../checks/arguments';
import type { VerbEntry } from '../../verb-entry';
import type { Databases } from '../databases';
import { type OpenQueried, queryCheck } from './query';

export function queryVerb(open: OpenQueried): VerbEntry<'check.query', Databases> {
  return {
    summary: 'Ask a query of the migration, and say whether the answer is as it should be',
    arguments: z.strictObject({ side: on, check, timeoutSeconds }),
    run: (databases, args, report) => queryCheck(open, databases, args, report),
  };
}
