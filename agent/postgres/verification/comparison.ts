import { setTimeout as sleep } from 'node:timers/promises';
import type { Direction } from '../../../contract/common';
import { compareRows } from '../../sql/compare-rows';
import type { Databases } from '../../sql/databases';
import { Pace } from '../../sql/pace';
import { ComparedSide, type KeyRange, type KeyValues, LIMITS, type Limits } from './compared-side';
import { untilConfirmed } from './confirmed';
import { keepsBytes } from './definitions/definitions';
import { readTables, type Table } from './table';
import { UnreadableTable } from './unreadable-table';

/** Of a chunk that differs every row is looked at. */
const MAX_ROWS_OF_CHUNK = 20_000;
/** A table without a key is read in one statement, which must not keep the source busy for long. */
const MAX_KEYLESS_BYTES = 1024 ** 3;
const ROUNDS = 6;
const FIRST_PAUSE_MS = 100;

export interface Pair {
  readonly from: Table;
  readonly columns: readonly string[];
}

/** A row, or a table as a whole, that is not the same on both sides. */
export interface Difference {
  readonly pair: Pair;
  readonly key?: string;
  readonly difference: string;
}

/** One database of both sides, compared by digests that the engines compute. */
export class Comparison {
  private constructor(
    private readonly direction: Direction,
    readonly from: ComparedSide,
    readonly to: ComparedSide,
    private readonly keys: 'texts' | 'bytes',
    private readonly limits: Limits,
  ) {}

  static async open(
    { endpoints }: Databases,
    { from, to }: Direction,
    database: string,
    limits: Limits = LIMITS,
  ): Promise<Comparison> {
    const sides: ComparedSide[] = [];
    try {
      const source = await ComparedSide.open(from, endpoints[from], database);
      sides.push(source);
      const target = await ComparedSide.open(to, endpoints[to], database);
      sides.push(target);
      const bytes = (await keepsBytes(source.session)) || (await keepsBytes(target.session));
      if (bytes) for (const side of sides) side.readKeysAsBytes();
      return new Comparison({ from, to }, source, target, bytes ? 'bytes' : 'texts', limits);
    } catch (error) {
      await Promise.all(sides.map((side) => side.close()));
      throw error;
    }
  }

  async tables(): Promise<{ readonly from: ReadonlyMap<string, Table>; readonly to: ReadonlyMap<string, Table> }> {
    const [from, to] = await Promise.all([
      readTables(this.from.session, this.keys),
      readTables(this.to.session, this.keys),
    ]);
    return { from, to };
  }

  /** Compares a table, chunk by chunk where it has a key. `undefined`: it is too large without one. */
  async table(
    pair: Pair,
    signal: AbortSignal,
    onChunk: (rows: number, differences: readonly Difference[]) => void,
  ): Promise<'compared' | 'not covered'> {
    const { from: table } = pair;
    if (table.key.length === 0) {
      if (table.bytes > MAX_KEYLESS_BYTES) return 'not covered';
      await this.allow(this.limits.tableMs);
      onChunk(...(await this.whole(pair)));
      return 'compared';
    }
    await this.allow(this.limits.chunkMs);
    const { bytes, estimatedRows } = table;
    const pace = new Pace(estimatedRows === 0 ? undefined : bytes / estimatedRows, MAX_ROWS_OF_CHUNK);
    for (let after: KeyValues | undefined; ; ) {
      await pace.wait(signal);
      const upTo = await this.from.boundary(table, after, pace.rows);
      const began = performance.now();
      const range = { ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }) };
      const [rows, differences] = await this.chunk(pair, range);
      pace.took(performance.now() - began, rows);
      onChunk(rows, differences);
      if (upTo === undefined) return 'compared';
      after = upTo;
    }
  }

  /**
   * The differences that stand once what `from` holds now has been applied on `to`.
   *
   * @param onUnreadable takes a table that gives no rows any more
   */
  async confirm(
    suspects: readonly Difference[],
    signal: AbortSignal,
    onUnreadable: (table: UnreadableTable) => void,
  ): Promise<readonly Difference[]> {
    let standing = suspects;
    if (suspects.length > 0) await this.allow(this.limits.tableMs);
    for (let round = 0; round < ROUNDS && standing.length > 0; round += 1) {
      if (round > 0) await sleep(FIRST_PAUSE_MS * 2 ** round, undefined, { signal });
      await untilConfirmed(this.from.session, signal);
      standing = await this.lookAgain(standing, onUnreadable);
    }
    return standing;
  }

  async close(): Promise<void> {
    await Promise.all([this.from.close(), this.to.close()]);
  }

  private async allow(milliseconds: number): Promise<void> {
    await Promise.all([this.from.session.allow(milliseconds), this.to.session.allow(milliseconds)]);
  }

  private async whole(pair: Pair): Promise<[number, readonly Difference[]]> {
    const [mine, theirs] = await this.checksums(pair, {});
    if (mine.rows === theirs.rows && mine.sum === theirs.sum) return [mine.rows, []];
    const difference =
      mine.rows === theirs.rows
        ? `the same number of rows on both sides (${mine.rows}), with other values`
        : `${mine.rows} rows on ${this.direction.from}, ${theirs.rows} on ${this.direction.to}`;
    return [mine.rows, [{ pair, difference }]];
  }

  private async chunk(pair: Pair, range: KeyRange): Promise<[number, readonly Difference[]]> {
    const [mine, theirs] = await this.checksums(pair, range);
    if (mine.rows === theirs.rows && mine.sum === theirs.sum) return [mine.rows, []];
    const { from: table, columns } = pair;
    const found = await Promise.all([this.from.rows(table, columns, range), this.to.rows(table, columns, range)]);
    return [mine.rows, this.differencesOf(pair, ...found)];
  }

  /** By key, as rows of one chunk may be of another on a side that orders texts otherwise. */
  private async lookAgain(
    suspects: readonly Difference[],
    onUnreadable: (table: UnreadableTable) => void,
  ): Promise<readonly Difference[]> {
    const standing: Difference[] = [];
    for (const pair of new Set(suspects.map((suspect) => suspect.pair))) {
      const of = suspects.filter((suspect) => suspect.pair === pair);
      const keys = [...new Set(of.map(({ key }) => key).filter((key) => key !== undefined))];
      try {
        standing.push(...(keys.length > 0 ? await this.rowsAgain(pair, keys) : (await this.whole(pair))[1]));
      } catch (error) {
        if (!(error instanceof UnreadableTable)) throw error;
        onUnreadable(error);
      }
    }
    return standing;
  }

  private async rowsAgain(pair: Pair, keys: readonly string[]): Promise<readonly Difference[]> {
    const { from: table, columns } = pair;
    const found = await Promise.all([this.from.rowsOf(table, columns, keys), this.to.rowsOf(table, columns, keys)]);
    return this.differencesOf(pair, ...found);
  }

  private checksums({ from: table, columns }: Pair, range: KeyRange) {
    return Promise.all([this.from.checksum(table, columns, range), this.to.checksum(table, columns, range)]);
  }

  private differencesOf(
    pair: Pair,
    mine: ReadonlyMap<string, string>,
    theirs: ReadonlyMap<string, string>,
  ): Difference[] {
    return compareRows(this.direction, mine, theirs).map((row) => ({ pair, ...row }));
  }
}
