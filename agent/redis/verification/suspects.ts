import type { VerifyResult } from '../../../contract/cache';
import { type KeyName, keyHash, nameOf } from '../key';
import { sleep } from '../replication/clock';
import type { Replication } from '../replication/replication';
import type { Difference } from './compare';
import type { Comparison } from './comparison';

/** Keys that differ and are looked at again; beyond, the sides are plainly not equal. */
const MAX_SUSPECTS = 100_000;
const ROUNDS = 6;
const ROUND_PAUSE_MS = 50;
const KEYS_PER_PAGE = 500;
const SAMPLE = 20;

/**
 * Keys that were found different while both sides were in use. A change that was on its way explains most of them, so
 * each is looked at again once everything known has arrived, before it counts.
 */
export class Suspects {
  private readonly found: Difference[] = [];
  private uncounted = 0;

  add(differences: readonly Difference[]): void {
    for (const difference of differences) {
      if (this.found.length < MAX_SUSPECTS) this.found.push(difference);
      else this.uncounted += 1;
    }
  }

  /** The differences that stand. `replication` is what brings changes over, where it runs in this process. */
  async confirm(
    comparison: Comparison,
    replication: Replication | undefined,
    signal: AbortSignal,
  ): Promise<Pick<VerifyResult, 'mismatches' | 'sample'> & { readonly standing: readonly Difference[] }> {
    let standing: readonly Difference[] = this.found;
    for (let round = 0; round < ROUNDS && standing.length > 0; round += 1) {
      if (round > 0) await sleep(ROUND_PAUSE_MS);
      standing = await lookAgain(standing, comparison, replication, signal);
    }
    return {
      standing,
      mismatches: standing.length + this.uncounted,
      sample: standing
        .slice(0, SAMPLE)
        .map(({ database, key, difference }) => ({ keyHash: keyHash(key), database, difference })),
    };
  }
}

async function lookAgain(
  suspects: readonly Difference[],
  comparison: Comparison,
  replication: Replication | undefined,
  signal: AbortSignal,
): Promise<readonly Difference[]> {
  if (replication === undefined) return compareAgain(suspects, comparison);
  let standing: readonly Difference[] = [];
  const changed = await replication.unverified.changedDuring(async () => {
    await replication.catchUp(signal);
    standing = await compareAgain(suspects, comparison);
    // The events of what changed while it was compared arrive before this resolves.
    await replication.catchUp(signal);
  });
  // A key that is written all the time never holds still; as it has changed, it is the next delta's to compare.
  return standing.filter(
    ({ database, key }) => !changed(database, nameOf(key)) && !isTargetWrite(replication, database, key),
  );
}

/** LIVE: what clients wrote on the target is meant to differ. */
export function isTargetWrite({ targetWrites }: Replication, database: number, key: Buffer): boolean {
  return targetWrites?.has(database, key) ?? false;
}

async function compareAgain(suspects: readonly Difference[], comparison: Comparison): Promise<Difference[]> {
  const databases = new Map<number, Map<KeyName, Buffer>>();
  for (const { database, key } of suspects) {
    const keys = databases.get(database) ?? new Map<KeyName, Buffer>();
    databases.set(database, keys.set(nameOf(key), key));
  }
  const differences: Difference[] = [];
  for (const [database, keys] of databases) {
    const all = [...keys.values()];
    for (let from = 0; from < all.length; from += KEYS_PER_PAGE) {
      differences.push(...(await comparison.keys(database, all.slice(from, from + KEYS_PER_PAGE))));
    }
  }
  return differences;
}
