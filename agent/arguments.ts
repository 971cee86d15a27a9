import { z } from 'zod';

/** What help says of an argument, and what a person need not type. A task states every argument. */
export interface ArgumentHelp {
  readonly description: string;
  /** Absent: must be given by hand too. */
  readonly byHand?: string | number | boolean;
  /** How the value is written by hand where it is neither a number, a choice nor a flag. Such a one may be left out. */
  readonly written?: { readonly as: string; readonly read: (text: string) => unknown };
}

/** What is known of the arguments. */
export const argumentHelp = z.registry<ArgumentHelp>();

/** A type like this one, with what help says of it. */
export function argument<T extends z.ZodType>(type: T, help: ArgumentHelp): T {
  const own = type.clone();
  argumentHelp.add(own, help);
  return own;
}

const side = z.enum(['blue', 'green']);

/** A duration in seconds, above 0 and up to a day. */
export const seconds = z.number().positive().max(86_400);

export const from = argument(side, { description: 'the side that data flows from', byHand: 'blue' });
export const to = argument(side, { description: 'the side that data flows to', byHand: 'green' });
export const on = argument(side, { description: 'the side to act on' });

/** The sides must differ: a side copied onto itself would be emptied by its own deletions. */
export function oneWay<S extends z.ZodRawShape & { from: z.ZodType; to: z.ZodType }>(shape: S) {
  return z.strictObject(shape).refine(({ from, to }: Record<string, unknown>) => from !== to, {
    error: 'must be the other side than "from"',
    path: ['to'],
  });
}
