import { setTimeout as sleep } from 'node:timers/promises';
import { AgentError } from '../errors';
import type { Databases } from '../sql/databases';
import type { Verb } from '../verb';
import { describePosition } from './binlog-position';
import { Chain } from './chain';
import { requireUntouched } from './converting/strays';
import { requireNoEvents } from './events';
import { NoWrites } from './last-write';

/** Clients wait meanwhile. */
const roundMs = 20;
const OTHERWISE = 'fence the source, mend what stopped the replication, or allow more time.';

/**
 * Waits until `to` has applied everything that was in `from`'s log when it was called. With `still`, until nobody has
 * written to `from` for as long, all of which `to` has applied: the one proof runs while the other is awaited.
 */
export const drain: Verb<Databases, 'mysql.drain'> = async (databases, args, report) => {
  const started = performance.now();
  const { still } = args;
  return Chain.open(databases, args, 'drain', async (chain) => {
    // Anyone who goes back leaves a side that is not well: that is not held up.
    if (still !== undefined && args.from === 'blue') await requireNoEvents(chain.from);
    const { converting } = chain;
    // It is read while the rest is waited for.
    if (converting !== undefined) await requireUntouched(databases, converting, 0, report.signal);
    const noWrites = still === undefined ? undefined : await NoWrites.begin(chain.from, still.since);
    let mark = noWrites === undefined ? await chain.mark() : chain.markAt(noWrites.position);
    for (;;) {
      report.signal.throwIfAborted();
      const replicas = await chain.replicas();
      const applied = await mark.hasArrived(replicas);
      if (applied && (noWrites === undefined || noWrites.noWritesMs >= (still?.seconds ?? 0) * 1000)) {
        const leftMs = args.timeoutSeconds * 1000 - (performance.now() - started);
        if (converting !== undefined) await requireUntouched(databases, converting, leftMs, report.signal);
        return { position: mark.position, durationMs: Math.round(performance.now() - started) };
      }
      const failed = replicas.findIndex((replica) => replica.failed);
      if (failed >= 0 || performance.now() - started >= args.timeoutSeconds * 1000) {
        const { from, to } = chain.names;
        throw new AgentError(
          'Agent.NotCaughtUp',
          `${to} has not applied what ${from} held at ${describePosition(mark.position)}, ` +
            (failed >= 0 ? 'and the replication has stopped' : `not within ${args.timeoutSeconds} s`) +
            (await chain.whyBehind(replicas, failed >= 0 ? failed : mark.behind, OTHERWISE)),
        );
      }
      report.progress({
        phase: 'Draining: seconds behind',
        done: replicas.reduce((sum, { status }) => sum + (status.lagSeconds ?? 0), 0),
      });
      await sleep(roundMs, undefined, { signal: report.signal });
      if (noWrites !== undefined && (await noWrites.look())) {
        await noWrites.requireWithin(still?.withinSeconds ?? 0);
        mark = chain.markAt(noWrites.position);
      }
    }
  });
};
