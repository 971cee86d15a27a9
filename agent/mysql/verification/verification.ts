import type { ChainDirection, NotCovered } from '../../../contract/database';
import type { Databases } from '../../sql/databases';
import { objectName } from '../../sql/object-name';
import type { Report } from '../../verb';
import { compareEverything, type Everything } from './compare-everything';
import { type Compared, type Comparison, nameOf } from './comparison';
import { type Difference, named } from './difference';
import { untilApplied } from './following-side';
import { type Standing, Suspects } from './suspects';
import { tableName } from './table';
import type { PairedTables, TablePair } from './table-pair';
import type { Tails } from './tails';
import type { TouchedBatch } from './touched-rows';
import { UnreadableTable } from './unreadable-table';

/** Rows compared in one go of those that changed. */
export const ROWS_AT_ONCE = 2_000;

/** A table that changes while it is read is looked at as it is then, so often. */
const ATTEMPTS = 3;

const TEXT_ONLY =
  'has JSON documents of more than 64 KiB, which are compared by their text: not whether a date in them is a string on the other side, or a DECIMAL a DOUBLE';

export type Verified = Everything & Pick<Standing, 'mismatches' | 'sample'>;

/** What a full verification has found equal, and what has changed since. */
export class Verification {
  private turn: Promise<void> = Promise.resolve();
  /** Tables whose rows could not be compared, by name: named until they are. */
  private readonly uncovered: Map<string, NotCovered>;
  /** What of the rows that were compared was not. */
  private readonly inPart: Map<string, NotCovered>;

  /** @param uncovered what could not be compared before */
  constructor(
    readonly tails: Tails,
    private pairs: ReadonlyMap<string, TablePair>,
    private unpaired: readonly Difference[],
    uncovered: readonly NotCovered[] = [],
  ) {
    const holding = (rows: boolean) => uncovered.filter(({ holdsRows }) => (holdsRows === true) === rows);
    this.uncovered = new Map(holding(true).map((table) => [table.object, table]));
    this.inPart = new Map(holding(false).map((part) => [part.object, part]));
  }

  get direction(): ChainDirection {
    return this.tails.direction;
  }

  /** Both sides' tables that anything was changed in since all of it was compared. */
  get changedTables(): readonly TablePair[] {
    const { everChanged } = this.tails.touched;
    return [...this.pairs].filter(([name]) => everChanged.has(name)).map(([, pair]) => pair);
  }

  /** Compares every row of every table. */
  everything(databases: Databases, comparison: Comparison, report: Report): Promise<Verified> {
    return this.alone(() => {
      const tables = [...this.pairs.keys()].map((table) => ({ table }));
      return this.compare(databases, comparison, tables, report);
    });
  }

  /** Compares what has changed and was not found equal since. */
  changes(databases: Databases, comparison: Comparison, report: Report): Promise<Verified> {
    return this.alone(async () => {
      // What only one side had may be on the other by now.
      if (this.tails.definitionsChanged || this.unpaired.length > 0) await this.readDefinitions(comparison, report);
      const uncovered = [...this.uncovered.keys()].map((table) => ({ table }));
      const changed = this.take(Number.POSITIVE_INFINITY, 0);
      return this.compareTaken(databases, comparison, [...changed, ...uncovered], report);
    });
  }

  /** Compares some of what has changed and has rested for a while; tells how many rows that were. */
  some(databases: Databases, comparison: Comparison, report: Report, restMs: number): Promise<number> {
    return this.alone(async () => {
      if (this.tails.definitionsChanged) await this.readDefinitions(comparison, report);
      const batches = this.take(ROWS_AT_ONCE, restMs);
      if (batches.length === 0) return 0;
      return (await this.compareTaken(databases, comparison, batches, report)).rowsCompared;
    });
  }

  /** What differs now is compared again, until it is equal. */
  remember(differences: readonly Difference[]): void {
    for (const difference of differences) {
      if (difference.key === undefined) this.tails.touched.markWhole(nameOf(difference));
      else this.tails.touched.mark(nameOf(difference), difference.key);
    }
  }

  /** Of every table: what has rested, until it is `most` rows or more. */
  private take(most: number, restMs: number): readonly TouchedBatch[] {
    const batches: TouchedBatch[] = [];
    for (let rows = 0; rows < most; ) {
      const batch = this.tails.touched.take(ROWS_AT_ONCE, restMs);
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
    const suspects = new Suspects(() => this.pairs);
    let [rowsCompared, chunksCompared] = [0, 0];
    const whole = new Set<string>();
    for (const { table, keys } of batches) {
      report.signal.throwIfAborted();
      const compared = keys === undefined ? undefined : await this.compareRows(comparison, table, keys);
      if (compared === undefined) whole.add(table);
      else {
        suspects.add(compared.differences);
        rowsCompared += compared.rows;
        chunksCompared += 1;
        report.progress({ phase: 'comparing changes', done: rowsCompared });
      }
    }
    const tables = await this.compareTables(databases, comparison, [...whole], report, suspects);
    for (const table of whole) this.uncovered.delete(table);
    for (const table of tables.notCovered) this.uncovered.set(table.object, table);
    const standing = await suspects.confirm(comparison, this.tails, report.signal);
    this.remember(standing.differences);
    for (const object of comparison.from.textOnly) this.inPart.set(object, { object, reason: TEXT_ONLY });
    for (const part of [...this.pairs.values()].flatMap(declaredAlone)) this.inPart.set(part.object, part);
    return {
      rowsCompared: rowsCompared + tables.rowsCompared,
      chunksCompared: chunksCompared + tables.chunksCompared,
      notCovered: [...this.uncovered.values(), ...this.inPart.values()],
      mismatches: standing.mismatches + this.unpaired.length,
      sample: this.tails.explain([...this.unpaired.map(named), ...standing.sample]),
    };
  }

  /** `undefined` where they cannot be compared one by one. */
  private async compareRows(
    comparison: Comparison,
    table: string,
    keys: readonly string[],
  ): Promise<Compared | undefined> {
    const pair = this.pairs.get(table);
    if (pair?.from.key === undefined || !pair.keyed) return undefined;
    try {
      return await comparison.keys(pair, pair.from.key, keys);
    } catch (error) {
      if (error instanceof UnreadableTable) return undefined;
      throw error;
    }
  }

  /** A table that was dropped, renamed or altered meanwhile is looked at as it is then. */
  private async compareTables(
    databases: Databases,
    comparison: Comparison,
    names: readonly string[],
    report: Report,
    suspects: Suspects,
  ): Promise<Everything> {
    let [rowsCompared, chunksCompared] = [0, 0];
    const notCovered: NotCovered[] = [];
    for (let [left, attempt] = [names, 1]; left.length > 0; attempt += 1) {
      // A table that is on one side only is among the unpaired.
      const pairs = left.map((name) => this.pairs.get(name)).filter((pair) => pair !== undefined);
      const tried = await compareEverything(databases, comparison, pairs, report, (found) => suspects.add(found));
      rowsCompared += tried.rowsCompared;
      chunksCompared += tried.chunksCompared;
      notCovered.push(...tried.notCovered);
      left = tried.unreadable.map(({ table }) => tableName(table));
      if (left.length === 0) break;
      await this.readDefinitions(comparison, report);
      if (attempt < ATTEMPTS) continue;
      for (const { table, reason } of tried.unreadable) {
        const object = tableName(table);
        if (this.pairs.has(object)) notCovered.push({ object, reason, holdsRows: true });
      }
      break;
    }
    return { rowsCompared, chunksCompared, notCovered };
  }

  /** What was made or altered since has never been compared as it is. */
  private async readDefinitions(comparison: Comparison, { signal }: Report): Promise<void> {
    const before = this.pairs;
    await this.tails.definitionsSettled(signal);
    const asOf = performance.now();
    const { pairs, unpaired, from } = await definedNow(comparison, signal);
    this.tails.use({ from, pairs }, asOf);
    this.pairs = pairs;
    this.unpaired = unpaired;
    for (const [name, pair] of pairs) if (!isSamePair(before.get(name), pair)) this.tails.touched.markWhole(name);
  }

  private markAgain({ table, keys }: TouchedBatch): void {
    if (keys === undefined) this.tails.touched.markWhole(table);
    for (const key of keys ?? []) this.tails.touched.mark(table, key);
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

/** Both sides' tables. One that only one side has may have been made there a moment ago. */
export async function definedNow(comparison: Comparison, signal: AbortSignal): Promise<PairedTables> {
  const tables = await comparison.tables();
  if (tables.unpaired.length === 0) return tables;
  await untilApplied(comparison, signal);
  return comparison.tables();
}

function declaredAlone({ from: { schema, name }, alone }: TablePair): readonly NotCovered[] {
  return alone.map((column) => ({
    object: `column ${objectName(schema, name, column)}`,
    reason: 'is on one side only, as a conversion declares, and its values are compared with nothing',
  }));
}

function isSamePair(one: TablePair | undefined, other: TablePair): boolean {
  const definition = (pair: TablePair | undefined) => JSON.stringify([pair?.columns, pair?.from.key, pair?.to.key]);
  return definition(one) === definition(other);
}
