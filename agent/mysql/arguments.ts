import { z } from 'zod';
import { argument, seconds } from '../arguments';
import { binlogPosition, notWritten, readPosition } from '../sql/arguments';

export const chainServer = z.enum(['blue', 'green', 'converting']);
export const toServer = argument(chainServer, {
  description: 'the side that data flows to, or the converting replica on the way there',
  byHand: 'green',
});
/** A large table takes its time. */
export const longTimeoutSeconds = argument(z.number().positive().max(2_678_400), {
  description: 'give up after this many seconds',
  byHand: 3_600,
});
export const position = argument(z.union([binlogPosition, z.literal('now')]).optional(), {
  description:
    "position in the log of --from at which --to holds the same data, or now; without it, where it stopped, else --from's present one",
  written: { as: 'file:position', read: readPosition },
});
export const still = argument(
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

function readStill(text: string): unknown {
  const [forSeconds, within, ...rest] = text.split('/').map(Number);
  if (within === undefined || rest.length > 0) throw notWritten(text, 'seconds/seconds, e.g. 0.5/30');
  return { seconds: forSeconds, withinSeconds: within };
}
