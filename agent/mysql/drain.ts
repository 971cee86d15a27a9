import { setTimeout as sleep } from 'node:timers/promises';
import type { Databases } from '../databases';
import { AgentError } from '../errors';
import type { Verb } from '../verb';
import { describePosition } from './binlog-position';
import { describeReplica, Following, mending } from './following';

/** Users wait meanwhile. */
const roundMs = 20;

/** Waits until `to` has applied everything that was in `from`'s log when it was called. */
export const drain: Verb<Databases, 'mysql.drain'> = async (databases, args, report) => {
  const started = performance.now();
  return Following.open(databases, args, 'drain', async (following) => {
    const position = await following.position();
    for (;;) {
      report.signal.throwIfAborted();
      const replica = await following.replica();
      if (await following.applied(replica, position)) {
        return { position, durationMs: Math.round(performance.now() - started) };
      }
      const { failed } = replica;
      if (failed || performance.now() - started >= args.timeoutSeconds * 1000) {
        throw new AgentError(
          'Agent.NotCaughtUp',
          `${following.to.where} has not applied what ${following.from.where} held at ${describePosition(position)}, ` +
            `${failed ? 'and the replication has stopped' : `not within ${args.timeoutSeconds} s`} (${describeReplica(replica)}): ` +
            mending(replica, 'fence the source, mend what stopped the replication, or allow more time.'),
        );
      }
      report.progress({ phase: 'Draining: seconds behind', done: replica.status.lagSeconds ?? 0 });
      await sleep(roundMs, undefined, { signal: report.signal });
    }
  });
};
