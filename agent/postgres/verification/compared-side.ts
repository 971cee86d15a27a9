import type { QueryResultRow } from 'pg';
import type { Side } from '../../../contract/common';
import type { ResolvedDatabase } from '../../sql/databases';
import type { Session } from '../session';
import { openComparable } from './comparable';
import type { KeyColumn, Table } from './table';
import { UnreadableTable } from './unreadable-table';

/** How long a side may take. */
export interface Limits {
  /** For a chunk, which is to take a fraction of a second. */
  readonly chunkMs: number;
  /** For a table without a key, which is read in one go. */
  readonly tableMs: number;
}

/** One process of a server may hang while others answer: nothing tells it from one that is busy but the time. */
export const LIMITS: Limits = { chunkMs: 300_000, tableMs: 1_800_000 };
/** For how long somebody may keep a table locked while clients write. */
const LOCK_MS = 30_000;
const KEYS_AT_ONCE = 500;

export interface Checksum {
  readonly rows: number;
  /** Sum of the rows' digests: it does not depend on their order, and equal rows do not cancel out. */
  readonly sum: string;
}

/** The values of a key's columns, each as its text. */
export type KeyValues = readonly string[];

/** Rows after `after`, up to and with `upTo`; open where one is absent. */
export interface KeyRange {
  readonly after?: KeyValues;
  readonly upTo?: KeyValues;
}

/** How a key's values are sent to and fro. */
interface KeyNotation {
  /** The value of a column as a text. */
  written(column: string): string;
  /** The type that it is sent back as. */
  sentAs(type: string): string;
  /** What was sent back as a value of the column's type. */
  read(sent: string, type: string): string;
}

/** By each type's own output function: a cast to text, or from it, may be one that the type's owner has made. */
const AS_TEXTS: KeyNotation = {
  written: (column) => `concat(${column})`,
  sentAs: (type) => type,
  read: (sent) => sent,
};

const AS_BYTES: KeyNotation = {
  written: (column) => `encode(convert_to(concat(${column}), 'SQL_ASCII'), 'hex')`,
  sentAs: () => 'text',
  read: (sent, type) => `convert_from(decode(${sent}, 'hex'), 'SQL_ASCII')::${type}`,
};

/** One side's rows in one database. Nothing is ever written through it. */
export class ComparedSide {
  private keys: KeyNotation = AS_TEXTS;

  private constructor(
    readonly side: Side,
    readonly session: Session,
  ) {}

  static async open(side: Side, endpoint: ResolvedDatabase, database: string): Promise<ComparedSide> {
    const session = await openComparable(endpoint, database);
    await session.allow(LIMITS.tableMs);
    await session.waitForLocks(LOCK_MS);
    return new ComparedSide(side, session);
  }

  /** Keys of a database that knows nothing of characters may be no texts. */
  readKeysAsBytes(): void {
    this.keys = AS_BYTES;
  }

  async checksum({ name, key }: Table, columns: readonly string[], range: KeyRange = {}): Promise<Checksum> {
    const { condition, values } = this.inRange(key, range);
    const [row] = await this.ask<{ rows: string; sum: string | null }>(
      name,
      `SELECT count(*) AS rows, sum(('x' || left(${digest(columns)}, 15))::bit(60)::bigint) AS sum FROM ONLY ${name} WHERE ${condition}`,
      values,
    );
    return { rows: Number(row?.rows ?? 0), sum: row?.sum ?? '' };
  }

  /** Digest by key of every row in the range. */
  rows({ name, key }: Table, columns: readonly string[], range: KeyRange): Promise<ReadonlyMap<string, string>> {
    const { condition, values } = this.inRange(key, range);
    return this.digests(name, key, columns, condition, values);
  }

  /** Digest by key of these rows, where they are there. */
  async rowsOf(
    { name, key }: Table,
    columns: readonly string[],
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (let first = 0; first < keys.length; first += KEYS_AT_ONCE) {
      const tuples = keys.slice(first, first + KEYS_AT_ONCE).map(keyValuesOf);
      const arrays = key.map(({ type }, place) => `$${place + 1}::${this.keys.sentAs(type)}[]`);
      const read = key.map(({ type }, place) => this.keys.read(`k.k${place}`, type));
      const columnsOfKey = key.map((_, place) => `k${place}`);
      const condition = `(${names(key)}) IN (SELECT ${read.join(', ')} FROM unnest(${arrays.join(', ')}) AS k (${columnsOfKey.join(', ')}))`;
      const values = key.map((_, place) => tuples.map((tuple) => tuple[place] ?? ''));
      for (const [text, value] of await this.digests(name, key, columns, condition, values)) found.set(text, value);
    }
    return found;
  }

  /** The key `count` rows after `after`; `undefined` where there are fewer. */
  async boundary({ name, key }: Table, after: KeyValues | undefined, count: number): Promise<KeyValues | undefined> {
    const { condition, values } = this.inRange(key, after === undefined ? {} : { after });
    // A column that is called key is not the text of the key, which no index has in order.
    const inOrder = key.map((column) => `r.${column.name}`).join(', ');
    const [row] = await this.ask<{ key: string }>(
      name,
      `SELECT ${this.keyText(key)} AS key FROM ONLY ${name} AS r WHERE ${condition} ORDER BY ${inOrder} LIMIT 1 OFFSET ${count - 1}`,
      values,
    );
    return row === undefined ? undefined : keyValuesOf(row.key);
  }

  close(): Promise<void> {
    return this.session.close();
  }

  /** Rejects with an `UnreadableTable` where no other table is concerned. */
  private async ask<R extends QueryResultRow>(
    table: string,
    sql: string,
    values: readonly unknown[],
  ): Promise<readonly R[]> {
    try {
      return await this.session.query<R>(sql, values);
    } catch (error) {
      throw UnreadableTable.from(table, this.side, error);
    }
  }

  private keyText(key: readonly KeyColumn[]): string {
    return `json_build_array(${key.map(({ name }) => this.keys.written(name)).join(', ')})::text`;
  }

  private inRange(key: readonly KeyColumn[], { after, upTo }: KeyRange) {
    const values: string[] = [];
    const compared = (operator: string, bound: KeyValues): string => {
      const parameters = key.map(({ type }, place) =>
        this.keys.read(`$${values.push(bound[place] ?? '')}::${this.keys.sentAs(type)}`, type),
      );
      return `(${names(key)}) ${operator} (${parameters.join(', ')})`;
    };
    const conditions = [
      ...(after === undefined ? [] : [compared('>', after)]),
      ...(upTo === undefined ? [] : [compared('<=', upTo)]),
    ];
    return { condition: conditions.length === 0 ? 'true' : conditions.join(' AND '), values };
  }

  private async digests(
    table: string,
    key: readonly KeyColumn[],
    columns: readonly string[],
    condition: string,
    values: readonly unknown[],
  ): Promise<ReadonlyMap<string, string>> {
    const rows = await this.ask<{ key: string; digest: string }>(
      table,
      `SELECT ${this.keyText(key)} AS key, ${digest(columns)} AS digest FROM ONLY ${table} WHERE ${condition}`,
      values,
    );
    return new Map(rows.map((row) => [row.key, row.digest]));
  }
}

export function keyValuesOf(key: string): KeyValues {
  const values: unknown = JSON.parse(key);
  return Array.isArray(values) ? values.map(String) : [];
}

/** The text of a row tells NULL from an empty text, and quotes what would be ambiguous. */
function digest(columns: readonly string[]): string {
  return `md5(ROW(${columns.join(', ')})::text)`;
}

function names(key: readonly KeyColumn[]): string {
  return key.map(({ name }) => name).join(', ');
}
