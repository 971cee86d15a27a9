import { setTimeout as sleep } from 'node:timers/promises';
import type { Databases } from '../sql/databases';
import type { Verb } from '../verb';
import { withSession } from './session';
import { Stillness } from './stillness';

const betweenLooksMs = 250;

/** Proves that nobody has written to a side for `seconds` on end. */
export const provestill: Verb<Databases, 'mysql.provestill'> = async ({ endpoints }, args, report) =>
  withSession(endpoints[args.side], 'provestill', async (session) => {
    const stillness = await Stillness.begin(session);
    for (;;) {
      report.signal.throwIfAborted();
      const { stillMs } = stillness;
      if (stillMs >= args.seconds * 1000) return { position: stillness.position, seconds: args.seconds };
      report.progress({ phase: 'Proving that nobody writes', done: Math.floor(stillMs / 1000), total: args.seconds });
      await sleep(Math.min(betweenLooksMs, args.seconds * 1000 - stillMs), undefined, { signal: report.signal });
      if (await stillness.look()) await stillness.requireWithin(args.timeoutSeconds);
    }
  });
