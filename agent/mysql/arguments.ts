import { z } from 'zod';
import type { MysqlVerbs } from '../../contract/mysql';
import { argument, from, on, oneWay, seconds, to } from '../arguments';
import {
  binlogPosition,
  databaseArguments,
  mode,
  notWritten,
  readPosition,
  timeoutSeconds,
  whereNow,
} from '../sql/arguments';

const chainServer = z.enum(['blue', 'green', 'converting']);
const toServer = argument(chainServer, {
  description: 'the side that data flows to, or the converting replica on the way there',
  byHand: 'green',
});
/** A large table takes its time. */
const longTimeoutSeconds = argument(z.number().positive().max(2_678_400), {
  description: 'give up after this many seconds',
  byHand: 3_600,
});
const position = argument(z.union([binlogPosition, z.literal('now')]).optional(), {
  description:
    "position in the log of --from at which --to holds the same data, or now; without it, where it stopped, else --from's present one",
  written: { as: 'file:position', read: readPosition },
});
const still = argument(
  z
    .strictObject({
      seconds,
      withinSeconds: seconds,
      since: z
        .strictObject({
          position: binlogPosition,
          writes: z.record(z.string(), z.number()),
          uptime: z.number(),
          atMs: z.number(),
        })
        .optional(),
    })
    .optional(),
  {
    description: 'nobody may have written to --from for so long, beginning within so long',
    written: { as: 'seconds/seconds', read: readStill },
  },
);

/** The arguments of each verb that only MySQL has, or has in another way, as tasks must state them. */
export const mysqlArguments = {
  'mysql.caughtup': oneWay({
    from,
    to: toServer,
    lagSeconds: argument(z.number().min(0).max(86_400), { description: 'a lag that counts as caught up', byHand: 1 }),
    steadySeconds: argument(z.number().min(0).max(86_400), {
      description: 'the lag must stay that small for this many seconds',
      byHand: 5,
    }),
    timeoutSeconds: longTimeoutSeconds,
    ...whereNow,
  }),
  'mysql.verify': oneWay({ from, to: toServer, mode, ...whereNow }),
  'mysql.alive': databaseArguments.alive.extend({
    writableWithinSeconds: argument(z.number().min(0).max(86_400).optional(), {
      description: 'wait until users can write to it, for so many seconds; 0: ask once',
      written: { as: 'seconds', read: Number },
    }),
  }),
  'mysql.fence': z.strictObject({ side: on, ...whereNow }),
  'mysql.provestill': z.strictObject({
    side: on,
    seconds: argument(seconds, { description: 'nobody may write for this many seconds', byHand: 5 }),
    timeoutSeconds,
    ...whereNow,
  }),
  'mysql.drain': oneWay({ from, to, timeoutSeconds, still, ...whereNow }),
  'mysql.follow': oneWay({ from, to, position, ...whereNow }),
  'mysql.writable': z.strictObject({ side: on, timeoutSeconds, ...whereNow }),
  'mysql.detach': z.strictObject({
    side: argument(chainServer, { description: 'the side, or the converting replica, to act on' }),
    ...whereNow,
  }),
  'mysql.convert': z.strictObject({
    step: argument(z.string().min(1), {
      description: 'the step to perform, by its id (mysql.conversions lists them)',
      written: { as: 'id', read: (text) => text },
    }),
    timeoutSeconds: longTimeoutSeconds,
    ...whereNow,
  }),
  'mysql.resumereplica': z.strictObject({ timeoutSeconds, ...whereNow }),
} satisfies { readonly [V in keyof MysqlVerbs]?: z.ZodType<MysqlVerbs[V]['args']> };

function readStill(text: string): unknown {
  const [forSeconds, within, ...rest] = text.split('/').map(Number);
  if (within === undefined || rest.length > 0) throw notWritten(text, 'seconds/seconds, e.g. 0.5/30');
  return { seconds: forSeconds, withinSeconds: within };
}
