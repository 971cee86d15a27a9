import type { Log } from '../../log';
import { nameOf } from '../key';
import { atMost, monotonicNow, sleep } from '../replication/clock';
import type { Replication } from '../replication/replication';
import type { Difference } from './compare';
import type { Comparison } from './comparison';
import { isTargetWrite } from './suspects';

const KEYS_AT_ONCE = 500;
/** Then a verification that waits for the keys that have changed has its turn. */
const BATCHES_A_TURN = 4;
const IDLE_MS = 100;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;

/**
 * Compares what changes, all the time, so that the verification inside a freeze finds only the last moment's changes
 * left to compare, however long ago the full one was; and every key again where changes were missed. Ends with the
 * replication.
 */
export async function reverify(
  open: () => Promise<Comparison>,
  replication: Replication,
  logger: Pick<Log, 'info' | 'warn'>,
  signal: AbortSignal,
): Promise<void> {
  const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)) {
    try {
      const comparison = await open();
      try {
        await compareAlways(comparison, replication, signal, () => {
          pauseMs = FIRST_PAUSE_MS;
        });
      } finally {
        comparison.close();
      }
    } catch (error) {
      // Keys that were taken have not been compared. A lost connection is the replication's to report.
      replication.unverified.lose();
      logger.info('The verification beside the replication begins again.', { reason: String(error) });
    }
    await atMost(pauseMs, stopped);
  }
}

async function compareAlways(
  comparison: Comparison,
  replication: Replication,
  signal: AbortSignal,
  onCompared: () => void,
): Promise<void> {
  const { unverified } = replication;
  while (!signal.aborted) {
    if (!unverified.known) {
      await untilItIsDue(replication, signal);
      if (unverified.known || signal.aborted) continue;
      const tookMs = await compareAll(comparison, replication, signal);
      onCompared();
      // Where changes are missed again and again, the servers get as long to themselves.
      for (let restMs = unverified.known ? 0 : tookMs; restMs > 0 && !signal.aborted; restMs -= IDLE_MS) {
        await sleep(IDLE_MS);
      }
      continue;
    }
    await untilItKeepsUp(replication, signal);
    const turn = unverified.enter();
    try {
      await turn.come;
      if (await compareSome(comparison, replication)) continue;
    } finally {
      turn.leave();
    }
    await sleep(IDLE_MS);
  }
}

/** What brings changes over comes first. */
async function untilItKeepsUp(replication: Replication, signal: AbortSignal): Promise<void> {
  while (replication.behind && !signal.aborted) await sleep(IDLE_MS);
}

/** Once everything is there, and no other full comparison runs, as in a freeze: that has the servers' time to itself. */
async function untilItIsDue(replication: Replication, signal: AbortSignal): Promise<void> {
  const isDue = () => replication.status().state === 'tailing' && !replication.unverified.comparing;
  while (!isDue() && !signal.aborted) await sleep(IDLE_MS);
}

/** Another full comparison has taken this one's place, or changes were missed: what it finds says nothing any more. */
class Superseded extends Error {
  override readonly name = 'Superseded';
}

/** What differs is on its way, or is found by the comparison of what changed. */
async function compareAll(comparison: Comparison, replication: Replication, signal: AbortSignal): Promise<number> {
  const { unverified } = replication;
  const began = monotonicNow();
  const full = unverified.begin();
  let compared = 0;
  const onPage = (keys: number, differences: readonly Difference[]) => {
    signal.throwIfAborted();
    compared += keys;
    for (const { database, key } of differences) {
      if (!isTargetWrite(replication, database, key)) unverified.mark(database, nameOf(key));
    }
  };
  const pace = async () => {
    await untilItKeepsUp(replication, signal);
    if (unverified.isOverBy(full)) throw new Superseded();
  };
  try {
    await comparison.everything(onPage, pace);
  } catch (error) {
    if (error instanceof Superseded) return monotonicNow() - began;
    throw error;
  }
  const tookMs = monotonicNow() - began;
  replication.pace.compared(compared, tookMs);
  unverified.end(full);
  return tookMs;
}

/** Of no effect, and false, where nothing has rested long enough. */
async function compareSome(comparison: Comparison, replication: Replication): Promise<boolean> {
  const { unverified, pace } = replication;
  const began = monotonicNow();
  let batches = 0;
  let compared = 0;
  const next = () => {
    if (batches === BATCHES_A_TURN) return undefined;
    batches += 1;
    return unverified.take(KEYS_AT_ONCE, unverified.restMs);
  };
  await comparison.batches(next, ({ keys }, differences) => {
    compared += keys.length;
    for (const { database, key } of differences) {
      if (!isTargetWrite(replication, database, key)) unverified.mark(database, nameOf(key));
    }
  });
  if (compared > 0) pace.comparedAgain(compared, monotonicNow() - began);
  return compared > 0;
}
