import type { Side } from '../../contract';
import type { ResolvedDatabase } from '../../databases';
import { Session } from '../session';
import type { KeyColumn, Table } from './table';

/** A chunk takes a fraction of a second; a table without a key is read in one go. */
const STATEMENT_MS = 1_800_000;
/** For how long somebody may keep a table locked while users write. */
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

/** One side's rows in one database. Nothing is ever written through it. */
export class ComparedSide {
  private constructor(
    readonly side: Side,
    readonly session: Session,
  ) {}

  static async open(side: Side, endpoint: ResolvedDatabase, database: string): Promise<ComparedSide> {
    const session = await Session.open(endpoint, 'verify', { database });
    // Whatever a role or a database has set: values must have the same texts on both sides.
    await session.set(
      ...["timezone = 'UTC'", "datestyle = 'ISO, YMD'", "intervalstyle = 'postgres'", "bytea_output = 'hex'"],
      ...['extra_float_digits = 3', "lc_monetary = 'C'", "xmloption = 'content'"],
    );
    await session.allow(STATEMENT_MS);
    await session.waitForLocks(LOCK_MS);
    return new ComparedSide(side, session);
  }

  async checksum({ name, key }: Table, columns: readonly string[], range: KeyRange = {}): Promise<Checksum> {
    const { condition, values } = inRange(key, range);
    const row = await this.session.row<{ rows: string; sum: string | null }>(
      `SELECT count(*) AS rows, sum(('x' || left(${digest(columns)}, 15))::bit(60)::bigint) AS sum FROM ONLY ${name} WHERE ${condition}`,
      values,
    );
    return { rows: Number(row?.rows ?? 0), sum: row?.sum ?? '' };
  }

  /** Digest by key of every row in the range. */
  rows({ name, key }: Table, columns: readonly string[], range: KeyRange): Promise<ReadonlyMap<string, string>> {
    const { condition, values } = inRange(key, range);
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
      const arrays = key.map(({ type }, place) => `$${place + 1}::${type}[]`);
      const condition = `(${names(key)}) IN (SELECT * FROM unnest(${arrays.join(', ')}))`;
      const values = key.map((_, place) => tuples.map((tuple) => tuple[place] ?? ''));
      for (const [text, value] of await this.digests(name, key, columns, condition, values)) found.set(text, value);
    }
    return found;
  }

  /** The key `count` rows after `after`; `undefined` where there are fewer. */
  async boundary({ name, key }: Table, after: KeyValues | undefined, count: number): Promise<KeyValues | undefined> {
    const { condition, values } = inRange(key, after === undefined ? {} : { after });
    const row = await this.session.row<{ key: string }>(
      `SELECT ${keyText(key)} AS key FROM ONLY ${name} WHERE ${condition} ORDER BY ${names(key)} LIMIT 1 OFFSET ${count - 1}`,
      values,
    );
    return row === undefined ? undefined : keyValuesOf(row.key);
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private async digests(
    table: string,
    key: readonly KeyColumn[],
    columns: readonly string[],
    condition: string,
    values: readonly unknown[],
  ): Promise<ReadonlyMap<string, string>> {
    const rows = await this.session.query<{ key: string; digest: string }>(
      `SELECT ${keyText(key)} AS key, ${digest(columns)} AS digest FROM ONLY ${table} WHERE ${condition}`,
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

/** By each type's own output function: a cast to text may be one that the type's owner has made. */
function keyText(key: readonly KeyColumn[]): string {
  return `json_build_array(${key.map(({ name }) => `concat(${name})`).join(', ')})::text`;
}

function names(key: readonly KeyColumn[]): string {
  return key.map(({ name }) => name).join(', ');
}

function inRange(key: readonly KeyColumn[], { after, upTo }: KeyRange) {
  const values: string[] = [];
  const compared = (operator: string, bound: KeyValues): string => {
    const parameters = key.map(({ type }, place) => `$${values.push(bound[place] ?? '')}::${type}`);
    return `(${names(key)}) ${operator} (${parameters.join(', ')})`;
  };
  const conditions = [
    ...(after === undefined ? [] : [compared('>', after)]),
    ...(upTo === undefined ? [] : [compared('<=', upTo)]),
  ];
  return { condition: conditions.length === 0 ? 'true' : conditions.join(' AND '), values };
}
