import { objectName } from '../../sql/object-name';
import type { Dialect } from '../dialect';
import type { Row } from '../result-row';
import { figure, text } from '../result-row';
import type { Session } from '../session';
import { type Cascade, readCascades } from './cascade';
import type { Key } from './key';
import { type KeyColumn, keyKindOf } from './key-column';
import type { TypedColumn } from './notation';

export interface Column extends TypedColumn {
  readonly name: string;
  readonly nullable: boolean;
  /** As the server writes it, e.g. `int(10) unsigned`. */
  readonly columnType: string;
  readonly octets: number;
}

/** A base table of a user's schema. */
export interface Table {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly Column[];
  /** MariaDB's, with the rows that it has had before: these are rows of it as well. */
  readonly versioned: boolean;
  /** Absent: versioned, no unique index without NULLs, or of a type that keys are not compared by. */
  readonly key?: Key;
  /** The column that the server numbers rows in, where there is one. */
  readonly autoIncrement?: string;
  /** What else changes with its rows, unlogged. */
  readonly cascades: readonly Cascade[];
  /** By the engine's statistics; may be far off. */
  readonly estimatedRows: number;
  readonly estimatedBytes: number;
}

/** The engine's own, and RDS's. */
export const SYSTEM_SCHEMAS = ['mysql', 'information_schema', 'performance_schema', 'sys', 'innodb'] as const;

/** For `WHERE … NOT IN`. As bytes: MariaDB would take a user's `SÝS` for `sys`. */
export const systemSchemaList = SYSTEM_SCHEMAS.map((schema) => `CAST('${schema}' AS BINARY)`).join(', ');

/** One text for a table's name, which no other table has; also how it is reported. */
export function tableName({ schema, name }: Pick<Table, 'schema' | 'name'>): string {
  return objectName(schema, name);
}

/** Every table of the applications, by `schema.table`. */
export async function readTables(session: Session): Promise<ReadonlyMap<string, Table>> {
  const [tables, columns, indexes, cascades] = [
    await session.query(tablesQuery),
    grouped(await session.query(columnsQuery)),
    grouped(await session.query(indexesQuery(session.dialect))),
    await readCascades(session),
  ];
  return new Map(
    tables.map((row) => {
      const [schema, name] = [text(row, 'table_schema'), text(row, 'table_name')];
      const of = tableName({ schema, name });
      const rows = columns.get(of) ?? [];
      const versioned = text(row, 'table_type') === 'SYSTEM VERSIONED';
      const key = versioned ? undefined : keyOf(indexes.get(of) ?? [], rows);
      return [
        of,
        {
          schema,
          name,
          columns: [...rows.map(columnOf), ...(versioned ? hiddenPeriod(rows) : [])],
          versioned,
          ...(key === undefined ? {} : { key }),
          ...autoIncrementOf(rows),
          cascades: cascades.get(of) ?? [],
          estimatedRows: figure(row, 'table_rows') ?? 0,
          estimatedBytes: figure(row, 'data_length') ?? 0,
        },
      ];
    }),
  );
}

const tablesQuery = `
  SELECT TABLE_SCHEMA AS table_schema, TABLE_NAME AS table_name, TABLE_TYPE AS table_type, TABLE_ROWS AS table_rows,
    DATA_LENGTH AS data_length
  FROM information_schema.TABLES
  WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') AND TABLE_SCHEMA NOT IN (${systemSchemaList})
  ORDER BY DATA_LENGTH DESC, TABLE_SCHEMA, TABLE_NAME`;

const columnsQuery = `
  SELECT TABLE_SCHEMA AS table_schema, TABLE_NAME AS table_name, COLUMN_NAME AS name, DATA_TYPE AS data_type,
    COLUMN_TYPE AS column_type, CHARACTER_SET_NAME AS charset, IS_NULLABLE AS nullable,
    CHARACTER_OCTET_LENGTH AS octets, ORDINAL_POSITION AS place, EXTRA AS extra,
    GENERATION_EXPRESSION AS computed
  FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA NOT IN (${systemSchemaList})
  ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION`;

/** SUB_PART: an index on the beginning of a column orders nothing. */
const indexesQuery = (dialect: Dialect): string => `
  SELECT TABLE_SCHEMA AS table_schema, TABLE_NAME AS table_name, INDEX_NAME AS name, COLUMN_NAME AS column_name,
    SEQ_IN_INDEX AS place, SUB_PART AS sub_part, NULLABLE AS nullable
  FROM information_schema.STATISTICS
  WHERE NON_UNIQUE = 0 AND INDEX_TYPE = 'BTREE' AND TABLE_SCHEMA NOT IN (${systemSchemaList})
    AND ${indexInUse(dialect, 'STATISTICS')}
  ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME = 'PRIMARY' DESC, INDEX_NAME, SEQ_IN_INDEX`;

/** Nobody may ask for an index that the optimizer is not to see. @param statistics as the statement calls them */
export function indexInUse(dialect: Dialect, statistics: string): string {
  if (dialect.mariadb) return dialect.atLeast(10, 6) ? `${statistics}.IGNORED = 'NO'` : 'TRUE';
  return dialect.atLeast(8, 0) ? `${statistics}.IS_VISIBLE = 'YES'` : 'TRUE';
}

function grouped(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = tableName({ schema: text(row, 'table_schema'), name: text(row, 'table_name') });
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return groups;
}

function columnOf(row: Row): Column {
  return {
    name: text(row, 'name'),
    dataType: text(row, 'data_type').toLowerCase(),
    columnType: text(row, 'column_type'),
    charset: text(row, 'charset'),
    nullable: text(row, 'nullable') === 'YES',
    octets: figure(row, 'octets') ?? 0,
  };
}

/** From when until when a row of a versioned table was it, where no columns of its own say so. */
function hiddenPeriod(columns: readonly Row[]): readonly Column[] {
  if (columns.some((row) => /^ROW (START|END)$/.test(text(row, 'computed')))) return [];
  const period = { dataType: 'timestamp', columnType: 'timestamp(6)', charset: '', nullable: false, octets: 0 };
  return ['ROW_START', 'ROW_END'].map((name) => ({ name, ...period }));
}

function autoIncrementOf(columns: readonly Row[]): Pick<Table, 'autoIncrement'> {
  const column = columns.find((row) => text(row, 'extra').toLowerCase().includes('auto_increment'));
  return column === undefined ? {} : { autoIncrement: text(column, 'name') };
}

/** The primary key, else the first unique index, of which every column can be compared by. */
function keyOf(indexes: readonly Row[], columns: readonly Row[]): Key | undefined {
  const names = [...new Set(indexes.map((row) => text(row, 'name')))];
  for (const index of names) {
    const parts = indexes.filter((row) => text(row, 'name') === index);
    const found = parts.map((part) => keyColumnOf(part, columns));
    const usable = found.filter((column): column is KeyColumn => column !== undefined);
    if (usable.length === parts.length) return { index, columns: usable };
  }
  return undefined;
}

function keyColumnOf(part: Row, columns: readonly Row[]): KeyColumn | undefined {
  const row = columns.find((candidate) => text(candidate, 'name') === text(part, 'column_name'));
  if (row === undefined || text(part, 'sub_part') !== '' || text(part, 'nullable') === 'YES') return undefined;
  return asKeyColumn(columnOf(row), (figure(row, 'place') ?? 0) - 1);
}

/** `undefined` for one that no key is compared by. @param place among the table's columns, from 0 */
export function asKeyColumn(column: Column, place: number): KeyColumn | undefined {
  const kind = keyKindOf(column.dataType);
  if (kind === undefined || isSetOf64(column)) return undefined;
  return {
    name: column.name,
    place,
    kind,
    dataType: column.dataType,
    unsigned: /\bunsigned\b/.test(column.columnType) || ['enum', 'set', 'bit', 'year'].includes(column.dataType),
    charset: column.charset,
    fixedBytes: column.dataType === 'binary' ? column.octets : 0,
  };
}

/** A SET is compared with a number by sign: none that has its 64th label is above 0, though the index orders it last. */
function isSetOf64({ dataType, columnType }: Column): boolean {
  return dataType === 'set' && columnType.match(/'(?:[^']|'')*'/g)?.length === 64;
}
