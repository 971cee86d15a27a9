import { setTimeout as sleep } from 'node:timers/promises';
import { AgentError } from '../errors';
import type { Databases } from '../sql/databases';
import type { Verb } from '../verb';
import { comparePositions } from './binlog-position';
import { Chain, type Mark } from './chain';
import { requireUntouched } from './converting/strays';
import type { Replica } from './replicas';

const roundMs = 250;

/** Waits until `to` follows `from` with a small and steady lag. */
export const awaitlag: Verb<Databases, 'mysql.awaitlag'> = async (databases, args, report) =>
  Chain.open(databases, args, 'awaitlag', async (chain) => {
    const started = performance.now();
    const lag = new Lag(chain);
    let steadySince: number | undefined;
    for (;;) {
      report.signal.throwIfAborted();
      const replicas = await chain.replicas();
      const lagSeconds = await lag.measure(replicas);
      const now = performance.now();
      if (lagSeconds === undefined || lagSeconds > args.lagSeconds) steadySince = undefined;
      else steadySince ??= now;
      if (steadySince !== undefined && lagSeconds !== undefined && now - steadySince >= args.steadySeconds * 1000) {
        const { converting } = chain;
        const leftMs = args.timeoutSeconds * 1000 - (now - started);
        if (converting !== undefined) await requireUntouched(databases, converting, leftMs, report.signal);
        return { lagSeconds, waitedMs: Math.round(performance.now() - started) };
      }
      const failed = replicas.findIndex((replica) => replica.failed);
      if (failed >= 0) throw await notCaughtUp(chain, replicas, failed, 'the replication has stopped');
      if (now - started >= args.timeoutSeconds * 1000) {
        throw await notCaughtUp(chain, replicas, lag.behind(replicas), `not within ${args.timeoutSeconds} s`);
      }
      const behind = lagSeconds ?? replicas[lag.behind(replicas)]?.status.lagSeconds ?? 0;
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
  private ahead: { readonly mark: Mark; readonly at: number }[] = [];
  private known = false;

  constructor(private readonly chain: Chain) {}

  /** In seconds; `undefined` until `to` has reached the first position that was noted. */
  async measure(replicas: readonly Replica[]): Promise<number | undefined> {
    const at = performance.now();
    while (this.ahead[0] !== undefined && (await this.ahead[0].mark.hasArrived(replicas))) {
      this.ahead.shift();
      this.known = true;
    }
    const mark = await this.chain.mark();
    const latest = this.ahead.at(-1);
    if (await mark.hasArrived(replicas)) {
      this.ahead = [];
      this.known = true;
      // Where nobody writes, what stands has nothing to apply. Of two, the one that stands is not told by the other.
      return standing(replicas) === undefined || replicas.length === 1 ? 0 : undefined;
    }
    if (latest === undefined || comparePositions(latest.mark.position, mark.position) !== 0) {
      this.ahead.push({ mark, at });
    }
    const oldest = this.ahead[0];
    return this.known && oldest !== undefined ? Math.round(at - oldest.at) / 1000 : undefined;
  }

  /** Which of the replications `to` waits for. */
  behind(replicas: readonly Replica[]): number {
    return standing(replicas) ?? this.ahead[0]?.mark.behind ?? 0;
  }
}

/** The first of which a thread does not run. */
function standing(replicas: readonly Replica[]): number | undefined {
  const index = replicas.findIndex(({ status }) => !status.receiving || !status.applying);
  return index < 0 ? undefined : index;
}

const OTHERWISE = 'mend what stopped it, give the replica a larger class, or allow more time.';

async function notCaughtUp(
  chain: Chain,
  replicas: readonly Replica[],
  behind: number,
  why: string,
): Promise<AgentError> {
  const { from, to } = chain.names;
  return new AgentError(
    'Agent.NotCaughtUp',
    `${to} has not caught up with ${from}, ${why}${await chain.whyBehind(replicas, behind, OTHERWISE)}`,
  );
}
