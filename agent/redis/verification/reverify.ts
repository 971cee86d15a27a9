import { nameOf } from '../key';
import { sleep } from '../replication/clock';
import type { Replication } from '../replication/replication';
import type { Comparison } from './comparison';
import { isTheirs } from './suspects';

const KEYS_AT_ONCE = 500;
/** A change has this long to arrive before its key is compared. */
const REST_MS = 500;
const IDLE_MS = 100;

/**
 * Compares what changes, all the time, so that the verification inside a freeze finds only the last moment's changes
 * left to compare, however long ago the full one was. Ends with the replication, or when changes were missed.
 */
export async function reverify(comparison: Comparison, replication: Replication, signal: AbortSignal): Promise<void> {
  const { unverified } = replication;
  try {
    while (!signal.aborted && unverified.known) {
      const turn = unverified.enter();
      try {
        await turn.come;
        if (await compareSome(comparison, replication)) continue;
      } finally {
        turn.leave();
      }
      await sleep(IDLE_MS);
    }
  } catch (error) {
    // Keys that were taken have not been compared.
    unverified.lose();
    throw error;
  } finally {
    comparison.close();
  }
}

async function compareSome(comparison: Comparison, replication: Replication): Promise<boolean> {
  const batch = replication.unverified.take(KEYS_AT_ONCE, REST_MS);
  if (batch === undefined) return false;
  for (const { database, key } of await comparison.keys(batch.database, batch.keys)) {
    if (!isTheirs(replication, database, key)) replication.unverified.mark(database, nameOf(key));
  }
  return true;
}
