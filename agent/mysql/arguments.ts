import { z } from 'zod';
import type { MysqlVerbs } from '../../contract/mysql';
import { argument, from, on, oneWay, onServer, seconds, to, toServer } from '../arguments';
import { AgentError } from '../errors';

const host = z.string().min(1).optional();

/** Every verb takes it: RDS names a managed green as it makes it, and renames both sides in the switchover. */
export const whereNow = {
  hosts: argument(z.strictObject({ blue: host, green: host }).optional(), {
    description: 'where to reach a side instead of where the configuration says',
    written: { as: 'blue=HOST,green=HOST', read: readHosts },
  }),
};

const timeoutSeconds = argument(seconds, { description: 'give up after this many seconds', byHand: 60 });
/** A large table takes its time. */
const longTimeoutSeconds = argument(z.number().positive().max(2_678_400), {
  description: 'give up after this many seconds',
  byHand: 3_600,
});
const quietSeconds = argument(z.number().min(0).max(86_400), {
  description: 'nobody may be connected for this many seconds',
  byHand: 10,
});
const binlogPosition = z.strictObject({
  file: z.string().min(1),
  position: z.int().min(4),
  gtid: z.string().optional(),
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
const begin = argument(binlogPosition.nullish(), {
  description: 'position in the log of --from from which --to is to begin to follow, where it has not yet',
  written: { as: 'file:position', read: readPosition },
});

const mode = argument(z.enum(['schema', 'full', 'delta']), {
  description: 'schema: what is defined; full: every row; delta: the rows changed since the last full began',
  byHand: 'full',
});

/** Of an engine whose green replicates from blue itself. */
export const verifyBothSides = oneWay({ from, to, mode, ...whereNow });

/** The arguments of each verb, as tasks must state them. */
export const mysqlArguments = {
  'mysql.preflight': oneWay({
    from,
    to,
    strategy: argument(z.enum(['managedBlueGreen', 'promoteReplica', 'binlogReplica']), {
      description: 'how --to comes to hold the data of --from',
    }),
    fromOnly: argument(z.boolean(), { description: '--to does not exist yet', byHand: false }),
    begin,
    ...whereNow,
  }),
  'mysql.status': z.strictObject(whereNow),
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
  'mysql.smoke': oneWay({
    from,
    to,
    warmUp: argument(z.boolean(), {
      description: 'read the tables and indexes of --to into memory first',
      byHand: false,
    }),
    ...whereNow,
  }),
  'mysql.alive': z.strictObject({
    side: on,
    sinceMs: argument(z.number().min(0).optional(), {
      description: 'a server that started later has restarted',
      written: { as: 'milliseconds', read: Number },
    }),
    writableWithinSeconds: argument(z.number().min(0).max(86_400).optional(), {
      description: 'wait until users can write to it, for so many seconds; 0: ask once',
      written: { as: 'seconds', read: Number },
    }),
    ...whereNow,
  }),
  'mysql.connections': z.strictObject({ side: on, ...whereNow }),
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
  'mysql.detach': z.strictObject({ side: onServer, ...whereNow }),
  'mysql.conversions': z.strictObject(whereNow),
  'mysql.convert': z.strictObject({
    step: argument(z.string().min(1), {
      description: 'the step to perform, by its id (mysql.conversions lists them)',
      written: { as: 'id', read: (text) => text },
    }),
    timeoutSeconds: longTimeoutSeconds,
    ...whereNow,
  }),
  'mysql.resumereplica': z.strictObject({ timeoutSeconds, ...whereNow }),
  'mysql.evict': z.strictObject({ side: on, quietSeconds, timeoutSeconds, ...whereNow }),
} satisfies { readonly [V in keyof MysqlVerbs]: z.ZodType<MysqlVerbs[V]['args']> };

function readHosts(text: string): unknown {
  const pairs = text.split(',').map((pair) => pair.split('='));
  if (!pairs.every(([side, name]) => side !== undefined && name !== undefined && name !== ''))
    throw notWritten(text, 'blue=HOST,green=HOST, or one of the two');
  return Object.fromEntries(pairs);
}

function readPosition(text: string): unknown {
  if (text === 'now') return text;
  const [file, position, ...rest] = text.split(':');
  if (file === '' || position === undefined || rest.length > 0)
    throw notWritten(text, 'now, or file:position as SHOW MASTER STATUS gives it');
  return { file, position: Number(position) };
}

function readStill(text: string): unknown {
  const [forSeconds, within, ...rest] = text.split('/').map(Number);
  if (within === undefined || rest.length > 0) throw notWritten(text, 'seconds/seconds, e.g. 0.5/30');
  return { seconds: forSeconds, withinSeconds: within };
}

function notWritten(text: string, accepted: string): AgentError {
  return new AgentError('Agent.BadRequest', `Got "${text}"; accepted is ${accepted}.`);
}
