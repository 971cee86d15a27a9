import type { ChainServer } from '../../../contract/database';
import { AgentError } from '../../errors';
import type { ResolvedDatabase } from '../../sql/databases';
import { codeOf } from '../explain';
import { figure, type Row, text } from '../result-row';
import { Session } from '../session';
import { among, inRange, type Key, type KeyRange, type KeyValues, keyText, selectKey } from './key';
import { identifier } from './quoting';
import {
  type ComparedColumn,
  columnDigest,
  isComplete,
  rowDigest,
  rowNumber,
  textDigest,
  textOfRows,
  textOnlyJson,
} from './row-digest';
import { type Table, tableName } from './table';
import { UnreadableTable } from './unreadable-table';

/** How long a side may take. */
export interface Limits {
  /** For a chunk, which is to take a fraction of a second. */
  readonly chunkMs: number;
  /** For a table without a key, which is read in one go. */
  readonly tableMs: number;
  /** For how long somebody may keep a table locked. */
  readonly lockSeconds: number;
}

/** Clients write meanwhile. */
const AT_LEISURE: Limits = { chunkMs: 300_000, tableMs: 1_800_000, lockSeconds: 30 };
/** Clients wait, or soon may; the task as a whole may take six minutes. */
const IN_FREEZE: Limits = { chunkMs: 20_000, tableMs: 240_000, lockSeconds: 5 };
/** The server's own word for it, or the client's. */
const TOO_LATE = /^(ER_QUERY_TIMEOUT|ER_STATEMENT_TIMEOUT|PROTOCOL_SEQUENCE_TIMEOUT)$/;
/** Of a chunk as one text, which the server holds in its memory. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/** What a side has to say of many rows at once. */
export interface Checksum {
  readonly rows: number;
  /** The same for the same rows. */
  readonly digest: string;
}

/** How to read one table of one side. */
export interface Reading {
  readonly table: Table;
  readonly columns: readonly ComparedColumn[];
  /** Whether the side has the index that the table is cut into chunks by. */
  readonly indexed: boolean;
}

/** One side's rows, read through a connection of its own. Nothing is ever written through it. */
export class ComparedSide {
  /** Tables with JSON documents that were compared by their text alone, by `schema.table`. */
  readonly textOnly = new Set<string>();
  private limits = AT_LEISURE;

  private constructor(
    readonly side: ChainServer,
    readonly session: Session,
    /** The longest text that the server makes. */
    private readonly packet: number,
  ) {}

  static async open(endpoint: ResolvedDatabase): Promise<ComparedSide> {
    const session = await Session.open(endpoint, 'verify');
    const untimed = session.dialect.mariadb ? 'max_statement_time' : 'max_execution_time';
    // A TIMESTAMP is shown in the session's zone, a CHAR in a length that depends on the mode.
    await session.query(
      `SET SESSION time_zone = '+00:00', SESSION sql_mode = '', SESSION ${untimed} = 0, SESSION group_concat_max_len = ${MAX_TEXT_BYTES}`,
    );
    // No locks, and no old versions of rows kept for longer than one statement.
    await session.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
    await session.waitForLocks(AT_LEISURE.lockSeconds);
    const [row] = await session.query('SELECT @@max_allowed_packet AS packet');
    return new ComparedSide(endpoint.side, session, figure(row, 'packet') ?? 0);
  }

  /** A statement that does not end, and a lock that somebody holds, end the verb within seconds from now on. */
  async hurry(limits = IN_FREEZE): Promise<void> {
    this.limits = limits;
    await this.session.waitForLocks(limits.lockSeconds);
  }

  /** Another one at the same server, in as much of a hurry. */
  async beside(endpoint: ResolvedDatabase): Promise<ComparedSide> {
    const other = await ComparedSide.open(endpoint);
    if (this.limits !== AT_LEISURE) await other.hurry(this.limits);
    return other;
  }

  /** By the sum of the rows' digests: it does not depend on their order, and equal rows do not cancel out. */
  async checksum({ table, columns, indexed }: Reading, range?: KeyRange): Promise<Checksum> {
    const condition = table.key === undefined || range === undefined ? 'TRUE' : inRange(table.key, range);
    const { chunkMs, tableMs } = this.limits;
    const [row] = await this.ask(
      table,
      `SELECT COUNT(*) AS row_count, SUM(${rowNumber(columns)}) AS sum${counted(columns)} FROM ${from(table, indexed)} WHERE ${condition}`,
      range === undefined ? tableMs : chunkMs,
    );
    const sum = text(row, 'sum');
    if (!isComplete(sum)) throw UnreadableTable.tooLong(table, this.side);
    this.noteTextOnly(table, row);
    return { rows: figure(row, 'row_count') ?? 0, digest: sum };
  }

  /**
   * By the digest of all rows as one text, which takes two thirds of the time; unlike where the sides read them in another
   * order. `undefined` where the text is longer than the server takes.
   */
  async textChecksum({ table, columns, indexed }: Reading, key: Key, range: KeyRange): Promise<Checksum | undefined> {
    const rows = `SELECT COUNT(*) AS row_count, ${textOfRows(columns, this.packet)} AS text${counted(columns)} FROM ${from(table, indexed)} WHERE ${inRange(key, range)}`;
    const [row] = await this.ask(
      table,
      `SELECT row_count, ${textOnlyJson(columns) === undefined ? '' : 'text_only, '}${textDigest('text', columns, this.packet)} AS digest FROM (${rows}) AS chunk`,
    );
    const found = text(row, 'digest');
    if (found === '') return undefined;
    this.noteTextOnly(table, row);
    return { rows: figure(row, 'row_count') ?? 0, digest: found };
  }

  /** Digest by key of every row in the range. */
  rows(reading: Reading, key: Key, range: KeyRange): Promise<ReadonlyMap<string, string>> {
    return this.digests(reading, key, inRange(key, range));
  }

  /** Digest by key of these rows, where they are there. */
  rowsOf(reading: Reading, key: Key, keys: readonly KeyValues[]): Promise<ReadonlyMap<string, string>> {
    return this.digests({ ...reading, indexed: false }, key, among(key, keys));
  }

  /** Digest by column of one row. */
  async columnDigests({ table, columns }: Reading, key: Key, values: KeyValues): Promise<readonly string[]> {
    const list = columns.map((column, index) => `${columnDigest(column)} AS c${index}`).join(', ');
    const [row] = await this.ask(table, `SELECT ${list} FROM ${from(table, false)} WHERE ${among(key, [values])}`);
    return columns.map((_, index) => text(row, `c${index}`));
  }

  /** The key `count` rows after `after`; `undefined` where there are fewer. */
  async boundary(
    { table, indexed }: Omit<Reading, 'columns'>,
    key: Key,
    range: KeyRange,
    count: number,
  ): Promise<KeyValues | undefined> {
    const [row] = await this.ask(
      table,
      `SELECT ${selectKey(key)} FROM ${from(table, indexed)} WHERE ${inRange(key, range)} ` +
        `ORDER BY ${inOrder(table, key)} LIMIT 1 OFFSET ${count - 1}`,
    );
    return row === undefined ? undefined : key.columns.map((_, index) => text(row, `k${index}`));
  }

  /** The smallest and the largest value of the key's first column; '' each where there are no rows. */
  async extent(table: Table, { columns: [column], index }: Key): Promise<readonly [string, string]> {
    if (column === undefined) return ['', ''];
    const end = (which: string) =>
      `(SELECT CAST(${which}(${identifier(column.name)}) AS CHAR) FROM ${from(table, false)} FORCE INDEX (${identifier(index)}))`;
    const [row] = await this.ask(table, `SELECT ${end('MIN')} AS first, ${end('MAX')} AS last`);
    return [text(row, 'first'), text(row, 'last')];
  }

  /**
   * About how many rows a range has: by a few pages of the index, which the engine looks at when it plans. MySQL does not
   * where an index is forced.
   *
   * @see https://dev.mysql.com/doc/refman/8.4/en/range-optimization.html#equality-range-optimization
   */
  async estimate(table: Table, key: Key, range: KeyRange): Promise<number> {
    const rows = `SELECT 1 FROM ${from(table, false)} USE INDEX (${identifier(key.index)}) WHERE ${inRange(key, range)}`;
    const [plan] = await this.ask(table, `EXPLAIN FORMAT = TRADITIONAL ${rows}`);
    return figure(plan, 'rows') ?? Number.POSITIVE_INFINITY;
  }

  private noteTextOnly(table: Table, row: Row | undefined): void {
    if ((figure(row, 'text_only') ?? 0) > 0) this.textOnly.add(tableName(table));
  }

  close(): void {
    this.session.close();
  }

  /** Rejects with an `UnreadableTable` where no other table is concerned. */
  private async ask(table: Table, sql: string, timeoutMs = this.limits.chunkMs): Promise<readonly Row[]> {
    try {
      return await this.session.query(sql, [], { timeoutMs });
    } catch (error) {
      if (error instanceof AgentError && TOO_LATE.test(codeOf(error) ?? '')) {
        throw new AgentError(error.name, `Within ${timeoutMs / 1000} s for ${tableName(table)}: ${error.message}`, {
          cause: error,
        });
      }
      throw UnreadableTable.from(table, this.side, error);
    }
  }

  private async digests({ table, columns, indexed }: Reading, key: Key, condition: string) {
    const textOnly = textOnlyJson(columns);
    const rows = await this.ask(
      table,
      `SELECT ${selectKey(key)}, ${rowDigest(columns)} AS digest${textOnly === undefined ? '' : `, ${textOnly} AS text_only`} FROM ${from(table, indexed)} WHERE ${condition}`,
    );
    return new Map(
      rows.map((row) => {
        const found = text(row, 'digest');
        if (found === '') throw UnreadableTable.tooLong(table, this.side);
        this.noteTextOnly(table, row);
        return [keyText(key.columns.map((_, index) => text(row, `k${index}`))), found];
      }),
    );
  }
}

function counted(columns: readonly ComparedColumn[]): string {
  const textOnly = textOnlyJson(columns);
  return textOnly === undefined ? '' : `, SUM(${textOnly}) AS text_only`;
}

/** With the table's name: a column may be called `k0`, as a text of the key is, which no index has in order. */
function inOrder({ schema, name }: Table, { columns }: Key): string {
  return columns.map((column) => `${identifier(schema)}.${identifier(name)}.${identifier(column.name)}`).join(', ');
}

/** The optimizer prefers to read the whole table where a range seems wide. */
function from({ schema, name, key, versioned }: Table, indexed: boolean): string {
  const table = `${identifier(schema)}.${identifier(name)}${versioned ? ' FOR SYSTEM_TIME ALL' : ''}`;
  return key === undefined || !indexed ? table : `${table} FORCE INDEX (${identifier(key.index)})`;
}
