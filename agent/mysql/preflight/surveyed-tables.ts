import { figure, type Row, text } from '../result-row';
import type { Session } from '../session';
import { identifier } from '../verification/quoting';
import { systemSchemaList, tableName } from '../verification/table';

/** A table of the applications. */
export interface SurveyedTable {
  /** `schema.table`, as it is reported. */
  readonly name: string;
  /** The same in a statement. */
  readonly quoted: string;
  readonly engine: string;
  /** As it was declared, else as it is, in capitals. */
  readonly rowFormat: string;
  /** By the engine's own estimate. */
  readonly bytes: number;
  readonly hasPrimaryKey: boolean;
}

/** The engine's and RDS's own. */
export const systemSchemas = ['mysql', 'sys', 'information_schema', 'performance_schema', 'innodb'];

/** Many tables take the engine a while to list. */
const timeoutMs = 300_000;

/** A table without a primary key but with a unique one over columns that cannot be NULL is found by that. */
export async function surveyTables(session: Session): Promise<readonly SurveyedTable[]> {
  const tables = await session.query(
    `SELECT table_schema AS \`schema\`, table_name AS name, engine AS engine, row_format AS format,
       create_options AS options, COALESCE(data_length, 0) + COALESCE(index_length, 0) AS bytes
     FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN (${systemSchemaList})`,
    [],
    { timeoutMs },
  );
  const keyed = await session.query(
    `SELECT table_schema AS \`schema\`, table_name AS name FROM information_schema.statistics
     WHERE table_schema NOT IN (${systemSchemaList}) AND non_unique = 0
     GROUP BY table_schema, table_name, index_name HAVING SUM(nullable = 'YES') = 0`,
    [],
    { timeoutMs },
  );
  const nameOf = (row: Row) => tableName({ schema: text(row, 'schema'), name: text(row, 'name') });
  const withKey = new Set(keyed.map(nameOf));
  return tables.map((row) => ({
    name: nameOf(row),
    quoted: `${identifier(text(row, 'schema'))}.${identifier(text(row, 'name'))}`,
    engine: text(row, 'engine'),
    rowFormat: (/row_format=(\w+)/i.exec(text(row, 'options'))?.[1] ?? text(row, 'format')).toUpperCase(),
    bytes: figure(row, 'bytes') ?? 0,
    hasPrimaryKey: withKey.has(nameOf(row)),
  }));
}
