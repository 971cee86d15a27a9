import { setTimeout as sleep } from 'node:timers/promises';
import type { Databases } from '../databases';
import { AgentError } from '../errors';
import type { Verb } from '../verb';
import { describePosition } from './binlog-position';
import { requireNoEvents } from './events';
import { Following, whyBehind } from './following';
import { Stillness } from './stillness';

/** Users wait meanwhile. */
const roundMs = 20;
const OTHERWISE = 'fence the source, mend what stopped the replication, or allow more time.';

/**
 * Waits until `to` has applied everything that was in `from`'s log when it was called. With `still`, until nobody has
 * written to `from` for as long, all of which `to` has applied: the one proof runs while the other is awaited.
 */
export const drain: Verb<Databases, 'mysql.drain'> = async (databases, args, report) => {
  const started = performance.now();
  const { still } = args;
  return Following.open(databases, args, 'drain', async (following) => {
    // Whoever goes back leaves a side that is not well: that is not held up.
    if (still !== undefined && args.from === 'blue') await requireNoEvents(following.from);
    const stillness = still === undefined ? undefined : await Stillness.begin(following.from, still.since);
    let position = stillness?.position ?? (await following.position());
    for (;;) {
      report.signal.throwIfAborted();
      const replica = await following.replica();
      const applied = await following.applied(replica, position);
      if (applied && (stillness === undefined || stillness.stillMs >= (still?.seconds ?? 0) * 1000)) {
        return { position, durationMs: Math.round(performance.now() - started) };
      }
      const { failed } = replica;
      if (failed || performance.now() - started >= args.timeoutSeconds * 1000) {
        throw new AgentError(
          'Agent.NotCaughtUp',
          `${following.to.where} has not applied what ${following.from.where} held at ${describePosition(position)}, ` +
            `${failed ? 'and the replication has stopped' : `not within ${args.timeoutSeconds} s`} ` +
            (await whyBehind(following, replica, OTHERWISE)),
        );
      }
      report.progress({ phase: 'Draining: seconds behind', done: replica.status.lagSeconds ?? 0 });
      await sleep(roundMs, undefined, { signal: report.signal });
      if (stillness !== undefined && (await stillness.look())) {
        await stillness.requireWithin(still?.withinSeconds ?? 0);
        position = stillness.position;
      }
    }
  });
};
