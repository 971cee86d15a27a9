import { z } from 'zod';
import { argument, seconds } from '../arguments';
import { AgentError } from '../errors';

const host = z.string().min(1).optional();

/** Every verb takes it: RDS names a managed green as it makes it, and renames both sides in the switchover. */
export const whereNow = {
  hosts: argument(z.strictObject({ blue: host, green: host }).optional(), {
    description: 'where to reach a side instead of where the configuration says',
    written: { as: 'blue=HOST,green=HOST', read: readHosts },
  }),
};

export const timeoutSeconds = argument(seconds, { description: 'give up after this many seconds', byHand: 60 });
export const quietSeconds = argument(z.number().min(0).max(86_400), {
  description: 'nobody may be connected for this many seconds',
  byHand: 10,
});
export const binlogPosition = z.strictObject({
  file: z.string().min(1),
  position: z.int().min(4),
  gtid: z.string().optional(),
});
export const begin = argument(binlogPosition.nullish(), {
  description: 'position in the log of --from from which --to is to begin to follow, where it has not yet',
  written: { as: 'file:position', read: readPosition },
});

export const mode = argument(z.enum(['schema', 'full', 'delta']), {
  description: 'schema: what is defined; full: every row; delta: the rows changed since the last full began',
  byHand: 'full',
});

function readHosts(text: string): unknown {
  const pairs = text.split(',').map((pair) => pair.split('='));
  if (!pairs.every(([side, name]) => side !== undefined && name !== undefined && name !== ''))
    throw notWritten(text, 'blue=HOST,green=HOST, or one of the two');
  return Object.fromEntries(pairs);
}

export function readPosition(text: string): unknown {
  if (text === 'now') return text;
  const [file, position, ...rest] = text.split(':');
  if (file === '' || position === undefined || rest.length > 0)
    throw notWritten(text, 'now, or file:position as SHOW MASTER STATUS gives it');
  return { file, position: Number(position) };
}

export function notWritten(text: string, accepted: string): AgentError {
  return new AgentError('Agent.BadRequest', `Got "${text}"; accepted is ${accepted}.`);
}
