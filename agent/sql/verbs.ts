import { z } from 'zod';
import { argument, from, on, oneWay, to } from '../arguments';
import { begin, mode, quietSeconds, timeoutSeconds, whereNow } from './arguments';

/** The verbs that every engine has: one state machine drives either. */
export const databaseVerbs = {
  preflight: {
    summary: 'Say what would go wrong, and change nothing',
    arguments: oneWay({
      from,
      to,
      strategy: argument(z.enum(['managedBlueGreen', 'promoteReplica', 'binlogReplica']), {
        description: 'how --to comes to hold the data of --from',
      }),
      fromOnly: argument(z.boolean(), { description: '--to does not exist yet', byHand: false }),
      begin,
      ...whereNow,
    }),
    begins: true,
  },
  status: {
    summary: 'What replicates into either side, and whether it does',
    arguments: z.strictObject(whereNow),
    begins: true,
  },
  smoke: {
    summary: "Run the migration's own queries on both sides, and compare what they give",
    arguments: oneWay({
      from,
      to,
      warmUp: argument(z.boolean(), {
        description: 'read the tables and indexes of --to into memory first',
        byHand: false,
      }),
      ...whereNow,
    }),
    begins: true,
  },
  verify: {
    summary: 'Compare what is defined on the two sides, or their rows',
    arguments: oneWay({ from, to, mode, ...whereNow }),
  },
  alive: {
    summary: 'Whether a side answers, and whether its engine has restarted',
    arguments: z.strictObject({
      side: on,
      sinceMs: argument(z.number().min(0).optional(), {
        description: 'a server that started later has restarted',
        written: { as: 'milliseconds', read: Number },
      }),
      ...whereNow,
    }),
  },
  connections: {
    summary: 'Who is connected to a side, by user, host and database',
    arguments: z.strictObject({ side: on, ...whereNow }),
  },
  evict: {
    summary: 'Close every connection to a side until nobody comes back',
    arguments: z.strictObject({ side: on, quietSeconds, timeoutSeconds, ...whereNow }),
  },
};
