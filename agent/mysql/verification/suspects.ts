import { setTimeout as sleep } from 'node:timers/promises';
import { type Named, SAMPLE } from '../../sql/named-difference';
import { binlogPosition } from '../binlog-position';
import { type Comparison, nameOf } from './comparison';
import { type Difference, named } from './difference';
import { untilApplied } from './following-side';
import type { TablePair } from './table-pair';
import type { Tails } from './tails';
import { UnreadableTable } from './unreadable-table';

/** What differs is looked at again up to so many; beyond, the sides are plainly not equal. */
const MAX_SUSPECTS = 100_000;
const ROUNDS = 5;
const FIRST_PAUSE_MS = 50;

export interface Standing {
  readonly differences: readonly Difference[];
  readonly mismatches: number;
  readonly sample: readonly Named[];
}

/**
 * What was found different while both sides were in use. Replication that was on its way explains most of it, so each
 * is looked at again, once what the one side held has been applied on the other, before it counts.
 */
export class Suspects {
  private readonly found: Difference[] = [];
  private uncounted = 0;

  /** @param pairs both sides' tables as they are then */
  constructor(private readonly pairs: () => ReadonlyMap<string, TablePair>) {}

  add(differences: readonly Difference[]): void {
    for (const difference of differences) {
      if (this.found.length < MAX_SUSPECTS) this.found.push(difference);
      else this.uncounted += 1;
    }
  }

  /** The differences that stand. @param tails tell what changed meanwhile, which is the next comparison's to find equal */
  async confirm(comparison: Comparison, tails: Tails, signal: AbortSignal): Promise<Standing> {
    let standing: readonly Difference[] = this.found;
    let certain = false;
    for (let round = 0; round < ROUNDS && standing.length > 0 && !certain; round += 1) {
      if (round > 0) await sleep(FIRST_PAUSE_MS * 2 ** round, undefined, { signal });
      ({ standing, certain } = await this.lookAgain(standing, comparison, tails, signal));
    }
    return {
      differences: standing,
      mismatches: standing.length + this.uncounted,
      sample: await this.sample(standing, comparison),
    };
  }

  /** A difference is certain when everything was applied before the comparison, and the row did not change during it. */
  private async lookAgain(
    suspects: readonly Difference[],
    comparison: Comparison,
    tails: Tails,
    signal: AbortSignal,
  ): Promise<{ readonly standing: readonly Difference[]; readonly certain: boolean }> {
    let standing: readonly Difference[] = [];
    let applied = false;
    const look = async (): Promise<void> => {
      applied = await untilApplied(comparison, signal);
      standing = await this.compareAgain(suspects, comparison);
    };
    if (!tails.known) {
      await look();
      return { standing, certain: false };
    }
    const changed = await tails.touched.changedDuring(async () => {
      await look();
      // What changed while it was compared has been read from the log before this ends.
      await tails.source.catchUp(await binlogPosition(comparison.from.session), signal);
    });
    const moving = standing.filter((difference) => changed(nameOf(difference), difference.key));
    // A row that is written all the time never holds still; as it has changed, it is compared again later. Of a table
    // only some rows have.
    for (const difference of moving) if (difference.key === undefined) tails.touched.markWhole(nameOf(difference));
    return {
      standing: standing.filter((difference) => !changed(nameOf(difference), difference.key)),
      certain: applied,
    };
  }

  private async compareAgain(suspects: readonly Difference[], comparison: Comparison): Promise<readonly Difference[]> {
    const tables = groupByTable(suspects);
    const standing: Difference[] = [];
    for (const [name, found] of tables) {
      const pair = this.pairs().get(name);
      if (pair !== undefined) standing.push(...(await this.compareTableAgain(pair, found, comparison)));
    }
    return standing;
  }

  /** What cannot be looked at again stands. */
  private async compareTableAgain(
    pair: TablePair,
    found: readonly Difference[],
    comparison: Comparison,
  ): Promise<readonly Difference[]> {
    try {
      const standing: Difference[] = [];
      const { key } = pair.from;
      const keys = found.map((difference) => difference.key).filter((text) => text !== undefined);
      if (key !== undefined && keys.length > 0) {
        standing.push(...(await comparison.keys(pair, key, [...new Set(keys)])).differences);
      }
      if (keys.length < found.length) standing.push(...(await comparison.whole(pair)).differences);
      return standing;
    } catch (error) {
      if (error instanceof UnreadableTable) return found;
      throw error;
    }
  }

  /** The first ones by name, with the columns that differ. */
  private async sample(standing: readonly Difference[], comparison: Comparison): Promise<readonly Named[]> {
    const sample: Named[] = [];
    for (const difference of standing.slice(0, SAMPLE)) {
      const columns = await this.columnsThatDiffer(difference, comparison);
      const where = columns.length === 0 ? '' : ` in ${columns.join(', ')}`;
      sample.push(named({ ...difference, difference: difference.difference + where }));
    }
    return sample;
  }

  private async columnsThatDiffer(difference: Difference, comparison: Comparison): Promise<readonly string[]> {
    const pair = this.pairs().get(nameOf(difference));
    if (pair?.from.key === undefined || difference.key === undefined || difference.difference !== 'differs') return [];
    try {
      return await comparison.columnsThatDiffer(pair, pair.from.key, difference.key);
    } catch (error) {
      if (error instanceof UnreadableTable) return [];
      throw error;
    }
  }
}

function groupByTable(suspects: readonly Difference[]): ReadonlyMap<string, readonly Difference[]> {
  const tables = new Map<string, Difference[]>();
  for (const difference of suspects) {
    const found = tables.get(nameOf(difference));
    if (found === undefined) tables.set(nameOf(difference), [difference]);
    else found.push(difference);
  }
  return tables;
}
