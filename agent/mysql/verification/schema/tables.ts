import type { Definition } from '../../../sql/definition';
import { objectName } from '../../../sql/object-name';
import { type Row, text } from '../../result-row';
import { checkDefinitions } from './checks';
import { columnDefinitions } from './columns';
import { indexDefinitions } from './indexes';
import { readUsersOf } from './information-schema';
import { partitionOptionsOf, partitionsOf } from './partitions';
import type { Reading } from './reading';
import { shownStatement } from './shown-statement';
import { parseCreateTable } from './sql/create-table';

/** Not how large it is, for which the server would look into each. */
const TABLE = [
  ...['TABLE_SCHEMA', 'TABLE_NAME', 'TABLE_TYPE', 'ENGINE', 'ROW_FORMAT'],
  ...['TABLE_COLLATION', 'CREATE_OPTIONS', 'TABLE_COMMENT'],
];
const PARTITION = {
  columns: [
    ...['TABLE_SCHEMA', 'TABLE_NAME', 'PARTITION_NAME', 'SUBPARTITION_NAME', 'PARTITION_METHOD', 'SUBPARTITION_METHOD'],
    ...['PARTITION_EXPRESSION', 'SUBPARTITION_EXPRESSION', 'PARTITION_DESCRIPTION', 'PARTITION_COMMENT'],
  ],
  order: ['PARTITION_ORDINAL_POSITION', 'SUBPARTITION_ORDINAL_POSITION'],
};

/** Tables with their columns, indexes, checks and partitions. */
export async function readTableDefinitions(reading: Reading): Promise<Definition[]> {
  const { session, spelling } = reading;
  const rows = await readUsersOf(session, 'TABLES', 'TABLE_SCHEMA', { columns: TABLE });
  const order = ['ORDINAL_POSITION'];
  const columns = grouped(await readUsersOf(session, 'COLUMNS', 'TABLE_SCHEMA', { order }));
  const partitions = grouped(await readUsersOf(session, 'PARTITIONS', 'TABLE_SCHEMA', PARTITION));
  const definitions: Definition[] = [];
  for (const row of rows) {
    const kind = text(row, 'TABLE_TYPE');
    if (kind !== 'BASE TABLE' && kind !== 'SYSTEM VERSIONED') continue;
    const [schema, name] = [text(row, 'TABLE_SCHEMA'), text(row, 'TABLE_NAME')];
    const table = { schema, name, object: `table ${objectName(schema, name)}` };
    const shown = await shownStatement(reading, 'TABLE', schema, name);
    if (shown === undefined) continue;
    const statement = parseCreateTable(shown);
    reading.statements.set(table.object, statement.text);
    const checks = checkDefinitions(reading, table, statement, columns.get(table.object) ?? []);
    definitions.push(
      {
        object: table.object,
        of: `database ${objectName(schema)}`,
        aspects: {
          engine: spelling.storageEngine(text(row, 'ENGINE')),
          collation: spelling.charset(text(row, 'TABLE_COLLATION')),
          'row format': spelling.rowFormat(text(row, 'ROW_FORMAT')),
          options: spelling.tableOptions(text(row, 'CREATE_OPTIONS')),
          comment: text(row, 'TABLE_COMMENT'),
          versioning: kind === 'SYSTEM VERSIONED' ? 'system' : '',
          partitions: partitionsOf(reading, partitions.get(table.object) ?? []),
          'options of partitions': partitionOptionsOf(shown),
          'other clauses': statement.others.map((clause) => spelling.sql(clause)).join(', '),
        },
      },
      ...columnDefinitions(reading, table, columns.get(table.object) ?? [], statement),
      ...indexDefinitions(reading, table, statement, text(row, 'ENGINE')),
      ...checks,
    );
  }
  return definitions;
}

export function tableObject(row: Row): string {
  return `table ${objectName(text(row, 'TABLE_SCHEMA'), text(row, 'TABLE_NAME'))}`;
}

function grouped(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(tableObject(row));
    if (group === undefined) groups.set(tableObject(row), [row]);
    else group.push(row);
  }
  return groups;
}
