import type { ChainDirection } from '../../../contract/database';
import { compareRows } from '../../sql/compare-rows';
import { type Databases, nameOf as nameOfServer } from '../../sql/databases';
import { onlyOn } from '../../sql/named-difference';
import { bothOpen } from '../both-open';
import { Chain, serverBetween } from '../chain';
import { Session } from '../session';
import { type Checksum, ComparedSide, type Reading } from './compared-side';
import { DeclaredColumns } from './declared-columns';
import type { Difference } from './difference';
import { type Key, type KeyRange, type KeyValues, keyText, keyValuesOf } from './key';
import type { JsonKind } from './row-digest';
import { readTables, type Table, tableName } from './table';
import { type PairedTables, pairTables, type TablePair } from './table-pair';

/** A chunk that differs is cut into so many, until so few rows are left that each is looked at. */
const PIECES = 16;
const ROWS_LOOKED_AT = 512;
const MAX_ROWS_LOOKED_AT = 100_000;
const KEYS_AT_ONCE = 500;
/** As one text it takes about as much, or twice. MariaDB's max_allowed_packet is 16 MiB, where nobody has set it. */
const MAX_BYTES_AS_TEXT = 14 * 1024 * 1024;
/** Of a chunk: beyond, the sides are plainly not equal, and memory has an end. */
const MAX_DIFFERENCES = 10_000;

export interface Compared {
  readonly rows: number;
  readonly differences: readonly Difference[];
}

/** Both sides' rows, compared by digests that the engines compute. */
export class Comparison {
  /** Tables whose rows the sides do not read in one order, or that are longer as text than was thought. */
  private readonly readInOtherOrder = new WeakSet<Table>();

  private constructor(
    readonly direction: ChainDirection,
    readonly from: ComparedSide,
    readonly to: ComparedSide,
    /** With what replicates from the one to the other by way of it. */
    private readonly converting: Session | undefined,
    private readonly declared: DeclaredColumns,
  ) {}

  static async open(databases: Databases, { from, to }: ChainDirection): Promise<Comparison> {
    const [source, target] = await bothOpen(
      ComparedSide.open(databases.server(from)),
      ComparedSide.open(databases.server(to)),
    );
    try {
      const over = await serverBetween(databases, { from, to }, { from: source.session, to: target.session });
      const converting = over === undefined ? undefined : await Session.open(over, 'verify');
      const declared = new DeclaredColumns(databases.converting?.conversions ?? []);
      return new Comparison({ from, to }, source, target, converting, declared);
    } catch (error) {
      for (const side of [source, target]) side.close();
      throw error;
    }
  }

  /** How what is on `from` comes to `to`. */
  chain(): Promise<Chain> {
    const over = this.converting === undefined ? [] : [this.converting];
    return Chain.of([this.from.session, ...over, this.to.session]);
  }

  /** As differences name the two. */
  get names(): { readonly from: string; readonly to: string } {
    return { from: nameOfServer(this.direction.from), to: nameOfServer(this.direction.to) };
  }

  /** JSON_TABLE came with MySQL 8.0.4. */
  private get json(): JsonKind {
    const tellTypes = [this.from, this.to].every(
      ({ session: { dialect } }) => !dialect.mariadb && dialect.atLeast(8, 0, 4),
    );
    return tellTypes ? 'typedJson' : 'json';
  }

  async tables(): Promise<PairedTables> {
    const [from, to] = await Promise.all([readTables(this.from.session), readTables(this.to.session)]);
    return pairTables(from, to, this.names, this.json, this.declared);
  }

  /** Clients wait: what does not end within seconds ends the verb. */
  async hurry(): Promise<void> {
    await Promise.all([this.from.hurry(), this.to.hurry()]);
  }

  /** Compares a table in one go, whatever its size. */
  async whole(pair: TablePair): Promise<Compared> {
    const [mine, theirs] = await this.checksums(pair);
    if (isSame(mine, theirs)) return { rows: mine.rows, differences: [] };
    const difference =
      mine.rows === theirs.rows
        ? `the same number of rows on both sides (${mine.rows}), with other values`
        : `${mine.rows} rows on ${this.direction.from}, ${theirs.rows} on ${this.names.to}`;
    return { rows: mine.rows, differences: [{ table: pair.from, difference }] };
  }

  /**
   * Compares one chunk, and names the rows that differ.
   *
   * @param bytes - about what there is in it
   */
  async chunk(pair: TablePair, key: Key, range: KeyRange, bytes: number): Promise<Compared> {
    const asText = bytes <= MAX_BYTES_AS_TEXT && !this.readInOtherOrder.has(pair.from);
    if (asText) {
      const [mine, theirs] = await this.textChecksums(pair, key, range);
      if (mine !== undefined && isSame(mine, theirs)) return { rows: mine.rows, differences: [] };
    }
    const [mine, theirs] = await this.checksums(pair, range);
    const { rows } = mine;
    if (isSame(mine, theirs)) {
      if (asText) this.readInOtherOrder.add(pair.from);
      return { rows, differences: [] };
    }
    const differences: Difference[] = [];
    await this.lookInto(pair, key, range, Math.max(rows, theirs.rows), differences);
    return { rows, differences };
  }

  /** Compares these rows. */
  async keys(pair: TablePair, key: Key, keys: readonly string[]): Promise<Compared> {
    const differences: Difference[] = [];
    for (let first = 0; first < keys.length; first += KEYS_AT_ONCE) {
      const values = keys.slice(first, first + KEYS_AT_ONCE).map(keyValuesOf);
      const [mine, theirs] = await Promise.all([
        this.from.rowsOf(this.readingFrom(pair), key, values),
        this.to.rowsOf(this.readingTo(pair), key, values),
      ]);
      differences.push(...this.compare(pair, mine, theirs));
    }
    return { rows: keys.length, differences };
  }

  /** Where to end the next chunk of so many rows; `undefined` where it is the last. */
  boundary(pair: TablePair, key: Key, range: KeyRange, rows: number): Promise<KeyValues | undefined> {
    return this.from.boundary(this.readingFrom(pair), key, range, rows);
  }

  /** Which columns of a row differ. */
  async columnsThatDiffer(pair: TablePair, key: Key, row: string): Promise<readonly string[]> {
    const values = keyValuesOf(row);
    const [mine, theirs] = await Promise.all([
      this.from.columnDigests(this.readingFrom(pair), key, values),
      this.to.columnDigests(this.readingTo(pair), key, values),
    ]);
    return pair.columns.filter((_, index) => mine[index] !== theirs[index]).map((column) => column.from.name);
  }

  close(): void {
    this.from.close();
    this.to.close();
    this.converting?.close();
  }

  private textChecksums(pair: TablePair, key: Key, range: KeyRange) {
    return Promise.all([
      this.from.textChecksum(this.readingFrom(pair), key, range),
      this.to.textChecksum(this.readingTo(pair), key, range),
    ]);
  }

  private checksums(pair: TablePair, range?: KeyRange) {
    return Promise.all([
      this.from.checksum(this.readingFrom(pair), range),
      this.to.checksum(this.readingTo(pair), range),
    ]);
  }

  private async lookInto(
    pair: TablePair,
    key: Key,
    range: KeyRange,
    rows: number,
    differences: Difference[],
  ): Promise<void> {
    if (differences.length >= MAX_DIFFERENCES) return;
    const pieceRows = Math.ceil(rows / PIECES);
    const cut = rows <= ROWS_LOOKED_AT ? undefined : await this.boundary(pair, key, range, pieceRows);
    if (cut === undefined || keyText(cut) === keyText(range.upTo ?? [])) {
      if (rows > MAX_ROWS_LOOKED_AT) {
        differences.push({ table: pair.from, difference: `about ${rows} rows in a row ${onlyOn(this.names.to)}` });
        return;
      }
      const [mine, theirs] = await Promise.all([
        this.from.rows(this.readingFrom(pair), key, range),
        this.to.rows(this.readingTo(pair), key, range),
      ]);
      differences.push(...this.compare(pair, mine, theirs).slice(0, MAX_DIFFERENCES - differences.length));
      return;
    }
    for (let piece: KeyRange | undefined = { ...range, upTo: cut }; piece !== undefined; ) {
      const [mine, theirs] = await this.checksums(pair, piece);
      if (!isSame(mine, theirs)) {
        await this.lookInto(pair, key, piece, Math.max(mine.rows, theirs.rows), differences);
      }
      piece = await this.nextPiece(pair, key, range, piece, pieceRows);
    }
  }

  private async nextPiece(
    pair: TablePair,
    key: Key,
    range: KeyRange,
    { upTo }: KeyRange,
    rows: number,
  ): Promise<KeyRange | undefined> {
    if (upTo === undefined || keyText(upTo) === keyText(range.upTo ?? [])) return undefined;
    const rest: KeyRange = { ...range, after: upTo };
    const end = await this.boundary(pair, key, rest, rows);
    return end === undefined ? rest : { after: upTo, upTo: end };
  }

  private compare(
    { from: table }: TablePair,
    mine: ReadonlyMap<string, string>,
    theirs: ReadonlyMap<string, string>,
  ): Difference[] {
    return compareRows(this.names, mine, theirs).map((row) => ({ table, ...row }));
  }

  private readingFrom({ from: table, columns }: TablePair): Reading {
    return { table, columns: columns.map((column) => column.from), indexed: true };
  }

  /** By the key of `from`, which names the rows; by its index where this side has it too. */
  private readingTo({ from, to, columns }: TablePair): Reading {
    const table = { ...to, ...(from.key === undefined ? {} : { key: from.key }) };
    return { table, columns: columns.map((column) => column.to), indexed: to.key?.index === from.key?.index };
  }
}

function isSame(mine: Checksum, theirs: Checksum | undefined): boolean {
  return mine.rows === theirs?.rows && mine.digest === theirs.digest;
}

/** Where a difference was found, as `pairs` knows it. */
export function nameOf({ table }: Difference): string {
  return tableName(table);
}
