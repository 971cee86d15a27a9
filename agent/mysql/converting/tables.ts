import { objectName } from '../../sql/object-name';
import { figure, type Row, text } from '../result-row';
import type { Session } from '../session';
import { identifier } from '../verification/quoting';
import { systemSchemaList } from '../verification/table';

/** Many tables take the engine a while to list. */
const TIMEOUT_MS = 300_000;

/** A column of an index, and how many characters or bytes of it where that is not all. */
export interface IndexPart {
  /** '' of an expression. */
  readonly column: string;
  readonly length?: number;
}

export interface Index {
  /** As declared, e.g. `BTREE`, `FULLTEXT`. */
  readonly type: string;
  readonly unique: boolean;
  readonly parts: readonly IndexPart[];
}

/** A table of the applications on the converting replica, as it is now. */
export interface ConvertibleTable {
  /** `schema.table`, as it is reported and configured. */
  readonly of: string;
  /** The same in a statement. */
  readonly quoted: string;
  readonly schema: string;
  readonly name: string;
  /** '' where the server cannot open it. */
  readonly engine: string;
  /** As it was declared, else as it is, in capitals. */
  readonly rowFormat: string;
  readonly options: string;
  readonly rows: number;
  readonly dataBytes: number;
  readonly bytes: number;
  readonly columns: ReadonlySet<string>;
  readonly autoIncrement?: string;
  /** By name, in small letters: the server takes no two that differ in their case alone. */
  readonly indexes: ReadonlyMap<string, Index>;
}

/** By name. */
export type ConvertibleTables = ReadonlyMap<string, ConvertibleTable>;

export async function convertibleTables(session: Session): Promise<ConvertibleTables> {
  // MySQL 8.0 gives figures of up to a day ago otherwise.
  if (!session.dialect.mariadb && session.dialect.atLeast(8, 0)) {
    await session.query('SET SESSION information_schema_stats_expiry = 0');
  }
  const ask = (sql: string) => session.query(sql, [], { timeoutMs: TIMEOUT_MS });
  const tables = await ask(
    `SELECT table_schema AS \`schema\`, table_name AS name, engine AS engine, row_format AS format, create_options AS options,
       COALESCE(table_rows, 0) AS row_count, COALESCE(data_length, 0) AS data, COALESCE(data_length, 0) + COALESCE(index_length, 0) AS bytes
     FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN (${systemSchemaList})
     ORDER BY table_schema, table_name`,
  );
  const columns = grouped(
    await ask(
      `SELECT table_schema AS \`schema\`, table_name AS name, column_name AS \`column\`, extra AS extra
       FROM information_schema.columns WHERE table_schema NOT IN (${systemSchemaList})`,
    ),
  );
  const indexes = grouped(
    await ask(
      `SELECT table_schema AS \`schema\`, table_name AS name, index_name AS \`index\`, non_unique AS non_unique,
         column_name AS \`column\`, sub_part AS part, index_type AS type
       FROM information_schema.statistics WHERE table_schema NOT IN (${systemSchemaList})
       ORDER BY table_schema, table_name, index_name, seq_in_index`,
    ),
  );
  return new Map(
    tables.map((row): [string, ConvertibleTable] => {
      const of = nameOf(row);
      return [of, tableOf(row, columns.get(of) ?? [], indexes.get(of) ?? [])];
    }),
  );
}

function tableOf(row: Row, columns: readonly Row[], indexes: readonly Row[]): ConvertibleTable {
  const [schema, name, options] = [text(row, 'schema'), text(row, 'name'), text(row, 'options')];
  const numbered = columns.find((column) => /auto_increment/i.test(text(column, 'extra')));
  return {
    of: objectName(schema, name),
    quoted: `${identifier(schema)}.${identifier(name)}`,
    schema,
    name,
    engine: text(row, 'engine'),
    rowFormat: (/row_format=(\w+)/i.exec(options)?.[1] ?? text(row, 'format')).toUpperCase(),
    options,
    rows: figure(row, 'row_count') ?? 0,
    dataBytes: figure(row, 'data') ?? 0,
    bytes: figure(row, 'bytes') ?? 0,
    columns: new Set(columns.map((column) => text(column, 'column').toLowerCase())),
    ...(numbered === undefined ? {} : { autoIncrement: text(numbered, 'column') }),
    indexes: indexesOf(indexes),
  };
}

function indexesOf(rows: readonly Row[]): ReadonlyMap<string, Index> {
  const indexes = new Map<string, Index>();
  for (const row of rows) {
    const name = text(row, 'index').toLowerCase();
    const length = figure(row, 'part');
    const part = { column: text(row, 'column'), ...(length === undefined ? {} : { length }) };
    const before = indexes.get(name)?.parts ?? [];
    indexes.set(name, {
      type: text(row, 'type'),
      unique: figure(row, 'non_unique') === 0,
      parts: [...before, part],
    });
  }
  return indexes;
}

function nameOf(row: Row): string {
  return objectName(text(row, 'schema'), text(row, 'name'));
}

function grouped(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(nameOf(row));
    if (group === undefined) groups.set(nameOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
