import type { VerifyResult } from '../../contract/cache';
import type { Direction } from '../../contract/common';
import type { Report, Verb } from '../verb';
import type { RedisContext } from './context';
import { explainRedis } from './explain';
import { nameOf } from './key';
import { between } from './replicate';
import { monotonicNow } from './replication/clock';
import { PATIENCE_MS } from './replication/health/patience';
import type { Replication } from './replication/replication';
import { Comparison } from './verification/comparison';
import { reverify } from './verification/reverify';
import { isTargetWrite, Suspects } from './verification/suspects';

const KEYS_PER_PAGE = 500;
const VERIFICATION = 'verification';

/**
 * Compares both sides. `full` compares every key while both are in use. `delta` compares the keys that have changed
 * since the last `full` began and were not found equal since; where that is not known (no full before, or changes
 * were missed) it is a full one.
 */
export const verify: Verb<RedisContext, 'redis.verify'> = async (context, args, report) => {
  const began = monotonicNow();
  try {
    const { from, to, mode } = args;
    const replication = context.replications.find(args);
    const comparison = await Comparison.open(context.endpoints[from], context.endpoints[to]);
    try {
      const silent = replication?.comparedSilent ?? {};
      // What no event told of is looked for once more before the delta says what has changed.
      if (mode === 'delta') await replication?.catchUp(report.signal, PATIENCE_MS);
      const delta = mode === 'delta' && replication?.unverified.known === true;
      if (mode === 'delta' && !delta) context.logger.warn('What changed is not known, so every key is compared.');
      const result = delta
        ? await compareChanged(comparison, replication, report)
        : await compareAll(comparison, replication, report);
      if (replication !== undefined) keepVerifying(context, args, replication);
      const silentWrites = replication?.silentWrites.since(silent) ?? {};
      if (replication !== undefined) replication.comparedSilent = replication.silentWrites.calls();
      return { ...result, silentWrites, durationMs: Math.round(monotonicNow() - began) };
    } finally {
      comparison.close();
    }
  } catch (error) {
    throw explainRedis(error, between(context, args));
  }
};

type Compared = Omit<VerifyResult, 'durationMs' | 'silentWrites'>;

async function compareAll(
  comparison: Comparison,
  replication: Replication | undefined,
  report: Report,
): Promise<Compared> {
  const full = replication?.unverified.begin();
  const began = monotonicNow();
  const suspects = new Suspects();
  let keysCompared = 0;
  try {
    await comparison.everything((keys, differences) => {
      report.signal.throwIfAborted();
      keysCompared += keys;
      report.progress({ phase: 'comparing', done: keysCompared });
      suspects.add(differences);
    });
  } catch (error) {
    // Else the comparison beside the replication would wait for this one.
    if (full !== undefined && replication?.unverified.isOverBy(full) === false) replication.unverified.lose();
    throw error;
  }
  replication?.pace.compared(keysCompared, monotonicNow() - began);
  if (replication !== undefined && full !== undefined) replication.unverified.end(full);
  return { keysCompared, ...(await confirm(suspects, comparison, replication, report)) };
}

/** Compares what has changed since it was last found equal. `replication.unverified` must be known. */
export async function compareChanged(
  comparison: Comparison,
  replication: Replication,
  report: Report,
): Promise<Compared> {
  const { unverified } = replication;
  const turn = unverified.enter();
  try {
    await turn.come;
    const suspects = new Suspects();
    const total = unverified.size;
    let [taken, keysCompared] = [0, 0];
    const next = () => {
      const batch = taken < total ? unverified.take(KEYS_PER_PAGE) : undefined;
      taken += batch?.keys.length ?? 0;
      return batch;
    };
    await comparison.batches(next, ({ keys }, differences) => {
      keysCompared += keys.length;
      suspects.add(differences.filter(({ database, key }) => !isTargetWrite(replication, database, key)));
      report.progress({ phase: 'comparing changes', done: keysCompared, total: Math.max(total, taken) });
    });
    return { keysCompared, ...(await confirm(suspects, comparison, replication, report)) };
  } catch (error) {
    // Keys that were taken have not been compared.
    unverified.lose();
    throw error;
  } finally {
    turn.leave();
  }
}

/** The differences that stand; they stay to be found equal by the next verification. */
async function confirm(
  suspects: Suspects,
  comparison: Comparison,
  replication: Replication | undefined,
  { signal }: Report,
): Promise<Pick<Compared, 'mismatches' | 'sample'>> {
  const { mismatches, sample, standing } = await suspects.confirm(comparison, replication, signal);
  for (const { database, key } of standing) replication?.unverified.mark(database, nameOf(key));
  if (mismatches > standing.length) replication?.unverified.lose();
  return { mismatches, sample };
}

/** From the first comparison on, until the replication ends: what changes, and all keys again where that is not known. */
export function keepVerifying(
  { endpoints, logger }: RedisContext,
  { from, to }: Direction,
  replication: Replication,
): void {
  if (replication.isAccompaniedBy(VERIFICATION)) return;
  const open = () => Comparison.open(endpoints[from], endpoints[to]);
  replication.accompany(VERIFICATION, (signal) => reverify(open, replication, logger, signal));
}
