import type { Client } from 'pg';
import type { Comparable, Digest } from '../data/comparable';
import type { DatabaseAddress } from '../database-address';
import { openPostgresql } from './postgresql-database';

interface Table {
  readonly client: Client;
  /** `schema.table`, quoted where it must be. */
  readonly name: string;
  readonly columns: string;
  /** Of the primary key; empty where there is none. */
  readonly key: string;
}

/** Values must have the same texts on both sides, whatever a role or a database has set. */
const SPELLING = `SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres';
  SET bytea_output = 'hex'; SET extra_float_digits = 3`;

/** A connection to each database of clients. */
export class PostgresqlComparable implements Comparable {
  static async of(address: DatabaseAddress): Promise<PostgresqlComparable> {
    const comparable = new PostgresqlComparable();
    try {
      await comparable.open(address);
      return comparable;
    } catch (error) {
      await comparable.close();
      throw error;
    }
  }

  private readonly clients: Client[] = [];
  private readonly found = new Map<string, Table>();

  get tables(): readonly string[] {
    return [...this.found.keys()];
  }

  async digest(name: string): Promise<Digest> {
    const { client, name: table, columns } = this.table(name);
    const { rows } = await client.query<{ n: number; digest: string }>(
      `SELECT count(*) AS n, concat_ws('/', bit_xor(digest), sum(digest)) AS digest
       FROM (SELECT ('x' || left(md5(${columns}), 15))::bit(60)::bigint AS digest FROM ${table}) AS digests`,
    );
    return { rows: rows[0]?.n ?? 0, digest: rows[0]?.digest ?? '' };
  }

  async rows(name: string): Promise<ReadonlyMap<string, string>> {
    const { client, name: table, columns, key } = this.table(name);
    const { rows } = await client.query<{ key: string; digest: string }>(
      `SELECT concat_ws(',', ${key || "''"}) AS key, md5(${columns}) AS digest FROM ${table}`,
    );
    return new Map(rows.map((row) => [row.key, row.digest]));
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.end()));
  }

  private async open(address: DatabaseAddress): Promise<void> {
    const server = await openPostgresql(address);
    this.clients.push(server);
    const { rows } = await server.query<{ name: string }>(
      'SELECT datname AS name FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname',
    );
    for (const { name: database } of rows) {
      const client = await openPostgresql(address, database);
      this.clients.push(client);
      await client.query(SPELLING);
      for (const table of await tablesIn(client)) this.found.set(`${database}.${table.name}`, table);
    }
  }

  private table(name: string): Table {
    const table = this.found.get(name);
    if (table === undefined) throw new Error(`There is no table ${name}.`);
    return table;
  }
}

/** What holds rows of its own and is logged: what is not logged is not replicated. */
async function tablesIn(client: Client): Promise<Table[]> {
  const { rows } = await client.query<Omit<Table, 'client'>>(
    `SELECT format('%I.%I', nspname, relname) AS name,
       (SELECT format('ROW(%s)::text', string_agg(quote_ident(attname), ', ' ORDER BY attnum)) FROM pg_attribute
         WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
       (SELECT coalesce(string_agg(quote_ident(attname), ', ' ORDER BY attnum), '')
         FROM pg_index JOIN pg_attribute ON attrelid = c.oid AND attnum = ANY (indkey)
         WHERE indrelid = c.oid AND indisprimary) AS key
     FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind = 'r' AND relpersistence = 'p' AND nspname <> 'information_schema' AND nspname !~ '^pg_'`,
  );
  return rows.map((row) => ({ client, ...row }));
}
