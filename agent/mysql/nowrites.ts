import { setTimeout as sleep } from 'node:timers/promises';
import type { Databases } from '../sql/databases';
import type { Verb } from '../verb';
import { NoWrites } from './last-write';
import { withSession } from './session';

const betweenLooksMs = 250;

/** Proves that nobody has written to a side for `seconds` on end. */
export const nowrites: Verb<Databases, 'mysql.nowrites'> = async ({ endpoints }, args, report) =>
  withSession(endpoints[args.side], 'nowrites', async (session) => {
    const noWrites = await NoWrites.begin(session);
    for (;;) {
      report.signal.throwIfAborted();
      const { noWritesMs } = noWrites;
      if (noWritesMs >= args.seconds * 1000) return { position: noWrites.position, seconds: args.seconds };
      report.progress({
        phase: 'Proving that nobody writes',
        done: Math.floor(noWritesMs / 1000),
        total: args.seconds,
      });
      await sleep(Math.min(betweenLooksMs, args.seconds * 1000 - noWritesMs), undefined, { signal: report.signal });
      if (await noWrites.look()) await noWrites.requireWithin(args.timeoutSeconds);
    }
  });
