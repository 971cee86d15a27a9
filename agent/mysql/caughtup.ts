import { setTimeout as sleep } from 'node:timers/promises';
import type { BinlogPosition } from '../database-contract';
import type { Databases } from '../databases';
import { AgentError } from '../errors';
import type { Verb } from '../verb';
import { comparePositions } from './binlog-position';
import { Following, whyBehind } from './following';
import type { Replica } from './replicas';

const roundMs = 250;

/** Waits until `to` follows `from` with a small and steady lag. */
export const caughtup: Verb<Databases, 'mysql.caughtup'> = async (databases, args, report) =>
  Following.open(databases, args, 'caughtup', async (following) => {
    const started = performance.now();
    const lag = new Lag(following);
    let steadySince: number | undefined;
    for (;;) {
      report.signal.throwIfAborted();
      const replica = await following.replica();
      const lagSeconds = await lag.measure(replica);
      const now = performance.now();
      if (lagSeconds === undefined || lagSeconds > args.lagSeconds) steadySince = undefined;
      else steadySince ??= now;
      if (steadySince !== undefined && lagSeconds !== undefined && now - steadySince >= args.steadySeconds * 1000) {
        return { lagSeconds, waitedMs: Math.round(now - started) };
      }
      if (replica.failed) throw await notCaughtUp(following, replica, 'the replication has stopped');
      if (now - started >= args.timeoutSeconds * 1000) {
        throw await notCaughtUp(following, replica, `not within ${args.timeoutSeconds} s`);
      }
      const behind = lagSeconds ?? replica.status.lagSeconds ?? 0;
      report.progress({ phase: 'Catching up: seconds behind', done: Math.round(behind) });
      await sleep(roundMs, undefined, { signal: report.signal });
    }
  });

/**
 * The true lag: how long ago `from` was where `to` is now. The server's own figure knows only what has already been
 * received, and says 0 while the connection between the two is what lags.
 */
class Lag {
  /** Where `from` was and `to` is not yet, the oldest first. */
  private ahead: { readonly position: BinlogPosition; readonly at: number }[] = [];
  private known = false;

  constructor(private readonly following: Following) {}

  /** In seconds; `undefined` until `to` has reached the first position that was noted. */
  async measure(replica: Replica): Promise<number | undefined> {
    const at = performance.now();
    while (this.ahead[0] !== undefined && (await this.following.applied(replica, this.ahead[0].position))) {
      this.ahead.shift();
      this.known = true;
    }
    const position = await this.following.position();
    if (await this.following.applied(replica, position)) {
      this.ahead = [];
      this.known = true;
      return 0;
    }
    const latest = this.ahead.at(-1);
    if (latest === undefined || comparePositions(latest.position, position) !== 0) this.ahead.push({ position, at });
    const oldest = this.ahead[0];
    return this.known && oldest !== undefined ? Math.round(at - oldest.at) / 1000 : undefined;
  }
}

const OTHERWISE = 'mend what stopped it, give the replica a larger class, or allow more time.';

async function notCaughtUp(following: Following, replica: Replica, why: string): Promise<AgentError> {
  return new AgentError(
    'Agent.NotCaughtUp',
    `${following.to.where} has not caught up with ${following.from.where}, ${why} ` +
      (await whyBehind(following, replica, OTHERWISE)),
  );
}
