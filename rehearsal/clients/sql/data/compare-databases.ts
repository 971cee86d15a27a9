import type { Connection, RowDataPacket } from 'mysql2/promise';
import { type DatabaseAddress, withDatabase } from './database-address';

export interface DatabaseComparison {
  readonly rows: number;
  readonly mismatches: number;
  /** The first ones. */
  readonly sample: readonly { readonly table: string; readonly key: string; readonly difference: string }[];
}

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
}

const SAMPLE = 20;
/** What is the servers' own, on MySQL, MariaDB and RDS. */
const NOT_USERS = ['mysql', 'sys', 'performance_schema', 'information_schema', 'innodb', 'tmp'];

/**
 * Compares every row of two databases that nobody writes to. Made to check a copy from outside: it shares nothing with
 * whatever made the copy, and reads no server's own checksums, which differ between engines.
 */
export async function compareDatabases(from: DatabaseAddress, to: DatabaseAddress): Promise<DatabaseComparison> {
  return withDatabase(from, (source) => withDatabase(to, (target) => compareAll(source, target)));
}

async function compareAll(source: Connection, target: Connection): Promise<DatabaseComparison> {
  const [theirs, ours] = await Promise.all([tablesOf(source), tablesOf(target)]);
  let rows = 0;
  let mismatches = 0;
  const sample: DatabaseComparison['sample'][number][] = [];
  const differ = (table: string, key: string, difference: string) => {
    mismatches++;
    if (sample.length < SAMPLE) sample.push({ table, key, difference });
  };
  for (const name of new Set([...theirs.keys(), ...ours.keys()])) {
    const [there, here] = [theirs.get(name), ours.get(name)];
    if (there === undefined || here === undefined) {
      differ(name, '', here === undefined ? 'the table is missing' : 'the table is on the target only');
      continue;
    }
    const [left, right] = await Promise.all([digestOf(source, there), digestOf(target, here)]);
    rows += Math.max(left.rows, right.rows);
    if (left.rows === right.rows && left.digest === right.digest) continue;
    const [before, after] = await Promise.all([rowsOf(source, there), rowsOf(target, here)]);
    const found = mismatches;
    for (const [key, digest] of before) {
      const other = after.get(key);
      if (other === undefined) differ(name, key, 'is missing');
      else if (other !== digest) differ(name, key, 'has another content');
    }
    for (const key of after.keys()) if (!before.has(key)) differ(name, key, 'is on the target only');
    if (mismatches === found) differ(name, '', 'holds other rows under the same keys');
  }
  return { rows, mismatches, sample };
}

async function tablesOf(database: Connection): Promise<Map<string, Table>> {
  const [found] = await database.query<RowDataPacket[]>(
    `SELECT c.TABLE_SCHEMA AS db, c.TABLE_NAME AS tbl, c.COLUMN_NAME AS col, c.COLUMN_KEY AS keyed
     FROM information_schema.COLUMNS c JOIN information_schema.TABLES t USING (TABLE_SCHEMA, TABLE_NAME)
     WHERE t.TABLE_TYPE = 'BASE TABLE' AND c.TABLE_SCHEMA NOT IN (?)
     ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.ORDINAL_POSITION`,
    [NOT_USERS],
  );
  const tables = new Map<string, { name: string; columns: string[]; key: string[] }>();
  for (const { db, tbl, col, keyed } of found) {
    const name = `${quoted(String(db))}.${quoted(String(tbl))}`;
    const table = tables.get(name) ?? { name, columns: [], key: [] };
    tables.set(name, table);
    table.columns.push(String(col));
    if (keyed === 'PRI') table.key.push(String(col));
  }
  return tables;
}

/** Of all rows, in whatever order: neither two exchanged ones nor the same one twice go unseen. */
async function digestOf(database: Connection, table: Table): Promise<{ rows: number; digest: string }> {
  const [[found]] = await database.query<RowDataPacket[]>(
    `SELECT COUNT(*) AS n, CONCAT(COALESCE(BIT_XOR(crc), 0), '/', COALESCE(SUM(crc), 0)) AS digest
     FROM (SELECT ${rowDigest(table)} AS crc FROM ${table.name}) AS digests`,
  );
  return { rows: Number(found?.n), digest: String(found?.digest) };
}

/** Digests by primary key; all in one where the table has none. */
async function rowsOf(database: Connection, table: Table): Promise<Map<string, number>> {
  const key = table.key.length === 0 ? `''` : `CONCAT_WS(',', ${table.key.map(quoted).join(', ')})`;
  const [found] = await database.query<RowDataPacket[]>(
    `SELECT ${key} AS k, ${rowDigest(table)} AS crc FROM ${table.name}`,
  );
  return new Map(found.map(({ k, crc }) => [String(k), Number(crc)]));
}

function rowDigest({ columns }: Table): string {
  return `CRC32(CONCAT_WS('#', ${columns.map((column) => `COALESCE(HEX(CAST(${quoted(column)} AS BINARY)), '-')`).join(', ')}))`;
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
