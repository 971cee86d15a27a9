import type { Direction } from '../../contract';
import type { Databases } from '../../databases';
import type { Report } from '../../verb';
import { compareEverything, type Everything } from './compare-everything';
import { type Comparison, nameOf } from './comparison';
import { type Difference, named } from './difference';
import { type Standing, Suspects } from './suspects';
import { tableName } from './table';
import type { TablePair } from './table-pair';
import type { Tail } from './tail';
import type { TouchedBatch } from './touched-rows';

/** Rows compared in one go of those that changed. */
export const ROWS_AT_ONCE = 2_000;

export type Verified = Everything & Pick<Standing, 'mismatches' | 'sample'>;

/** What a full verification has found equal, and what has changed since. */
export class Verification {
  private turn: Promise<void> = Promise.resolve();

  constructor(
    readonly tail: Tail,
    private pairs: ReadonlyMap<string, TablePair>,
    private unpaired: readonly Difference[],
  ) {}

  get direction(): Direction {
    return this.tail.direction;
  }

  /** Both sides' tables that anything was changed in since all of it was compared. */
  get changedTables(): readonly TablePair[] {
    const { everChanged } = this.tail.touched;
    return [...this.pairs].filter(([name]) => everChanged.has(name)).map(([, pair]) => pair);
  }

  /** Compares what has changed and was not found equal since. */
  changes(databases: Databases, comparison: Comparison, report: Report): Promise<Verified> {
    return this.alone(async () => {
      await this.readDefinitionsAgain(comparison);
      return this.compareTaken(databases, comparison, this.take(Number.POSITIVE_INFINITY, 0), report);
    });
  }

  /** Compares some of what has changed and has rested for a while; tells how many rows that were. */
  some(databases: Databases, comparison: Comparison, report: Report, restMs: number): Promise<number> {
    return this.alone(async () => {
      await this.readDefinitionsAgain(comparison);
      const batches = this.take(ROWS_AT_ONCE, restMs);
      if (batches.length === 0) return 0;
      return (await this.compareTaken(databases, comparison, batches, report)).rowsCompared;
    });
  }

  /** What differs now is compared again, until it is equal. */
  remember(differences: readonly Difference[]): void {
    for (const difference of differences) {
      if (difference.key === undefined) this.tail.touched.markWhole(nameOf(difference));
      else this.tail.touched.mark(nameOf(difference), difference.key);
    }
  }

  /** Of every table: what has rested, until it is `most` rows or more. */
  private take(most: number, restMs: number): readonly TouchedBatch[] {
    const batches: TouchedBatch[] = [];
    for (let rows = 0; rows < most; ) {
      const batch = this.tail.touched.take(ROWS_AT_ONCE, restMs);
      if (batch === undefined) break;
      batches.push(batch);
      rows += batch.keys?.length ?? ROWS_AT_ONCE;
    }
    return batches;
  }

  private async compareTaken(
    databases: Databases,
    comparison: Comparison,
    batches: readonly TouchedBatch[],
    report: Report,
  ): Promise<Verified> {
    try {
      return await this.compare(databases, comparison, batches, report);
    } catch (error) {
      for (const batch of batches) this.markAgain(batch);
      throw error;
    }
  }

  private async compare(
    databases: Databases,
    comparison: Comparison,
    batches: readonly TouchedBatch[],
    report: Report,
  ): Promise<Verified> {
    const suspects = new Suspects(this.pairs);
    let [rowsCompared, chunksCompared] = [0, 0];
    const whole: TablePair[] = [];
    for (const { table, keys } of batches) {
      report.signal.throwIfAborted();
      const pair = this.pairs.get(table);
      const key = pair?.from.key;
      // A table that is on one side only is among the unpaired.
      if (pair === undefined) continue;
      if (keys === undefined || key === undefined || !pair.keyed) whole.push(pair);
      else {
        const compared = await comparison.keys(pair, key, keys);
        suspects.add(compared.differences);
        rowsCompared += compared.rows;
        chunksCompared += 1;
        report.progress({ phase: 'comparing changes', done: rowsCompared });
      }
    }
    const tables = await compareEverything(databases, comparison, whole, report, (found) => suspects.add(found));
    const standing = await suspects.confirm(comparison, this.tail, report.signal);
    this.remember(standing.differences);
    return {
      rowsCompared: rowsCompared + tables.rowsCompared,
      chunksCompared: chunksCompared + tables.chunksCompared,
      notCovered: tables.notCovered,
      mismatches: standing.mismatches + this.unpaired.length,
      sample: [...this.unpaired.map(named), ...standing.sample],
    };
  }

  /** A table that was made since has never been compared. */
  private async readDefinitionsAgain(comparison: Comparison): Promise<void> {
    if (!this.tail.definitionsChanged) return;
    const before = this.pairs;
    const { pairs, unpaired, from } = await comparison.tables();
    this.tail.use(from);
    this.pairs = pairs;
    this.unpaired = unpaired;
    for (const [name, { from: table }] of pairs) {
      if (!before.has(name)) this.tail.touched.markWhole(tableName(table));
    }
  }

  private markAgain({ table, keys }: TouchedBatch): void {
    if (keys === undefined) this.tail.touched.markWhole(table);
    for (const key of keys ?? []) this.tail.touched.mark(table, key);
  }

  /** What was taken is in neither place until it was compared, so there is one at a time. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  }
}
