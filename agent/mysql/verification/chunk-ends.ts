import type { ComparedSide } from './compared-side';
import type { Key, KeyRange, KeyValues } from './key';
import type { Table } from './table';

/** The engine's estimate of a range may be several times what is in it; a chunk this much larger is still a short statement. */
const ESTIMATED_TOO_FEW = 4;
/** Fewer than this part of what was wanted: behind a gap, the keys may lie closer. */
const SPARSE = 0.25;

const INTEGERS = new Set(['tinyint', 'smallint', 'mediumint', 'int', 'bigint']);

/** Keys that rows have, as numbers. */
interface Extent {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * Where the chunks of a table end. To count its rows off is to read its index once more. Where the key is one integer, the
 * end is reckoned from how close keys lay in the chunks before instead, and the engine asked what it estimates to be in
 * it; rows are counted off where there is too much, and behind a gap.
 */
export class ChunkEnds {
  private extent: Extent | undefined;
  /** Keys for each row; absent: rows are counted off. */
  private spacing: number | undefined;

  private constructor(
    private readonly side: ComparedSide,
    private readonly table: Table,
    private readonly key: Key,
  ) {}

  static async of(side: ComparedSide, table: Table, key: Key): Promise<ChunkEnds> {
    const ends = new ChunkEnds(side, table, key);
    const [column] = key.columns;
    if (key.columns.length === 1 && INTEGERS.has(column?.dataType ?? '')) {
      const [first, last] = await side.extent(table, key);
      if (first !== '' && last !== '') ends.extent = { first: BigInt(first), last: BigInt(last) };
    }
    return ends;
  }

  /** The key that ends a chunk of about so many rows; `undefined` where it is the last. */
  async after(after: KeyValues | undefined, rows: number): Promise<KeyValues | undefined> {
    const range = await this.reckoned(after, rows);
    return range === undefined ? this.countedOff(after, rows) : range.upTo;
  }

  /** What a chunk held. */
  held(after: KeyValues | undefined, upTo: KeyValues | undefined, rows: number, wanted: number): void {
    const width = this.width(after, upTo);
    if (width === undefined) return;
    this.spacing = rows < wanted * SPARSE ? undefined : width / rows;
  }

  /** `undefined` where nothing can be reckoned, or there is too much in it. */
  private async reckoned(after: KeyValues | undefined, rows: number): Promise<KeyRange | undefined> {
    if (this.extent === undefined || this.spacing === undefined) return undefined;
    const end = this.before(after) + BigInt(Math.max(1, Math.round(rows * this.spacing)));
    const range: KeyRange = {
      ...(after !== undefined && { after }),
      // The last chunk is open: rows that clients add meanwhile are in it.
      ...(end < this.extent.last && { upTo: [String(end)] }),
    };
    const estimate = await this.side.estimate(this.table, this.key, range);
    return estimate > rows * ESTIMATED_TOO_FEW ? undefined : range;
  }

  private async countedOff(after: KeyValues | undefined, rows: number): Promise<KeyValues | undefined> {
    const range = after === undefined ? {} : { after };
    const upTo = await this.side.boundary({ table: this.table, indexed: true }, this.key, range, rows);
    this.held(after, upTo, rows, rows);
    return upTo;
  }

  private width(after: KeyValues | undefined, upTo: KeyValues | undefined): number | undefined {
    if (this.extent === undefined || upTo === undefined) return undefined;
    return Number(BigInt(upTo[0] ?? '') - this.before(after));
  }

  /** The key behind which a chunk begins. */
  private before(after: KeyValues | undefined): bigint {
    return after === undefined ? (this.extent?.first ?? 0n) - 1n : BigInt(after[0] ?? '');
  }
}
