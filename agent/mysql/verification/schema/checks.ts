import type { Definition } from '../../../sql/definition';
import { objectName } from '../../../sql/object-name';
import { type Row, text } from '../../result-row';
import { expressionOf } from './hidden-characters';
import type { Reading, ReadTable } from './reading';
import { canonical } from './sql/canonical';
import type { ColumnClauses, TableStatement } from './sql/create-table';

/** CHECKs of the table and of its columns: between versions those that nobody named are known by what they say. */
export function checkDefinitions(
  reading: Reading,
  { schema, name: table, object: of }: ReadTable,
  statement: TableStatement,
  columns: readonly Row[],
): Definition[] {
  const { spelling } = reading;
  const ofColumns = [...statement.columns].flatMap(([name, clauses]) => {
    const row = columns.find((column) => text(column, 'COLUMN_NAME') === name);
    const stands = clauses.check.length > 0 && !isJson(row, clauses);
    return stands ? [{ name: '', expression: clauses.check, enforced: true, column: name }] : [];
  });
  return [...statement.checks, ...ofColumns].map((check) => {
    const expression = expressionOf(reading, of, check.expression);
    const named = spelling.isNamed(check.name, table);
    const object = named ? objectName(schema, table, check.name) : `${objectName(schema, table)}: ${expression}`;
    return { object: `check ${object}`, of, aspects: { expression, enforced: check.enforced ? 'yes' : 'no' } };
  });
}

/** JSON of MariaDB is LONGTEXT that is checked to be JSON. */
export function isJson(row: Row | undefined, clauses: ColumnClauses | undefined): boolean {
  const type = text(row, 'COLUMN_TYPE');
  if (type === 'json') return true;
  const name = `\`${text(row, 'COLUMN_NAME').replaceAll('`', '``')}\``;
  return type === 'longtext' && clauses !== undefined && canonical(clauses.check) === `json_valid(${name})`;
}
