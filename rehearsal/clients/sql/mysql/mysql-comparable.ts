import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Comparable, Digest } from '../data/comparable';

interface Table {
  readonly name: string;
  readonly columns: string[];
  readonly key: string[];
}

/** What is the servers' own, on MySQL, MariaDB and RDS. */
const NOT_USERS = ['mysql', 'sys', 'performance_schema', 'information_schema', 'innodb', 'tmp'];

/** It reads no server's own checksums, which differ between engines. */
export class MysqlComparable implements Comparable {
  static async of(database: Connection): Promise<MysqlComparable> {
    const [found] = await database.query<RowDataPacket[]>(
      `SELECT c.TABLE_SCHEMA AS db, c.TABLE_NAME AS tbl, c.COLUMN_NAME AS col, c.COLUMN_KEY AS keyed
       FROM information_schema.COLUMNS c JOIN information_schema.TABLES t USING (TABLE_SCHEMA, TABLE_NAME)
       WHERE t.TABLE_TYPE = 'BASE TABLE' AND c.TABLE_SCHEMA NOT IN (?)
       ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.ORDINAL_POSITION`,
      [NOT_USERS],
    );
    const tables = new Map<string, Table>();
    for (const { db, tbl, col, keyed } of found) {
      const name = `${quoted(String(db))}.${quoted(String(tbl))}`;
      const table = tables.get(name) ?? { name, columns: [], key: [] };
      tables.set(name, table);
      table.columns.push(String(col));
      if (keyed === 'PRI') table.key.push(String(col));
    }
    return new MysqlComparable(database, tables);
  }

  private constructor(
    private readonly database: Connection,
    private readonly found: ReadonlyMap<string, Table>,
  ) {}

  get tables(): readonly string[] {
    return [...this.found.keys()];
  }

  async digest(name: string): Promise<Digest> {
    const [[found]] = await this.database.query<RowDataPacket[]>(
      `SELECT COUNT(*) AS n, CONCAT(COALESCE(BIT_XOR(crc), 0), '/', COALESCE(SUM(crc), 0)) AS digest
       FROM (SELECT ${rowDigest(this.table(name))} AS crc FROM ${name}) AS digests`,
    );
    return { rows: Number(found?.n), digest: String(found?.digest) };
  }

  async rows(name: string): Promise<ReadonlyMap<string, string>> {
    const { key } = this.table(name);
    const keyText = key.length === 0 ? `''` : `CONCAT_WS(',', ${key.map(quoted).join(', ')})`;
    const [found] = await this.database.query<RowDataPacket[]>(
      `SELECT ${keyText} AS k, ${rowDigest(this.table(name))} AS crc FROM ${name}`,
    );
    return new Map(found.map(({ k, crc }) => [String(k), String(crc)]));
  }

  async close(): Promise<void> {
    this.database.destroy();
  }

  private table(name: string): Table {
    return this.found.get(name) ?? { name, columns: [], key: [] };
  }
}

function rowDigest({ columns }: Table): string {
  return `CRC32(CONCAT_WS('#', ${columns.map((column) => `COALESCE(HEX(CAST(${quoted(column)} AS BINARY)), '-')`).join(', ')}))`;
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
