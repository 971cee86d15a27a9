import { setTimeout as sleep } from 'node:timers/promises';
import type { Databases } from '../../sql/databases';
import { Comparison } from './comparison';
import { ROWS_AT_ONCE, type Verification } from './verification';

/** A change has this long to be applied on the other side before it is compared. */
const REST_MS = 2_000;
const IDLE_MS = 200;
const BUSY_MS = 10;
const AFTER_FAILURE_MS = 5_000;

/**
 * Compares what changes, all the time, so that the verification inside a freeze finds only the last moment's changes
 * left to compare, however long ago the full one was. Ends when it is stopped, or when changes were missed.
 */
export async function reverify(databases: Databases, verification: Verification, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && verification.tails.known) {
    try {
      await untilFailure(databases, verification, signal);
    } catch (error) {
      if (signal.aborted) return;
      databases.log.warn('verification.interrupted', { ...verification.direction, error });
      await sleep(AFTER_FAILURE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function untilFailure(databases: Databases, verification: Verification, signal: AbortSignal): Promise<void> {
  const comparison = await Comparison.open(databases, verification.direction);
  // A verification that clients wait for waits for its turn.
  await comparison.hurry();
  const report = { progress: () => undefined, signal };
  try {
    while (!signal.aborted && verification.tails.known) {
      const rows = await verification.some(databases, comparison, report, REST_MS);
      // Rows that change one by one are worth a statement when some have come together.
      await sleep(rows < ROWS_AT_ONCE ? IDLE_MS : BUSY_MS, undefined, { signal });
    }
  } finally {
    comparison.close();
  }
}
