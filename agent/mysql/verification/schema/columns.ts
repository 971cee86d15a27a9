import type { Definition } from '../../../sql/definition';
import { objectName } from '../../../sql/object-name';
import { type Row, text } from '../../result-row';
import { isJson } from './checks';
import { defaultOf, expressionOf, noteHiddenLabels } from './hidden-characters';
import type { Reading, ReadTable } from './reading';
import type { ColumnClauses, TableStatement } from './sql/create-table';

/** MySQL writes no DEFAULT NULL for these, which can have no other default than an expression. */
const WITHOUT_DEFAULT = /^((tiny|medium|long)?(text|blob))\b/;

export function columnDefinitions(
  reading: Reading,
  { schema, name: table, object: of }: ReadTable,
  rows: readonly Row[],
  statement: TableStatement,
): Definition[] {
  const { spelling } = reading;
  return rows.map((row, place) => {
    const name = text(row, 'COLUMN_NAME');
    const object = `column ${objectName(schema, table, name)}`;
    const clauses = statement.columns.get(name);
    const json = isJson(row, clauses);
    noteHiddenLabels(reading, object, text(row, 'COLUMN_TYPE'));
    return {
      object,
      of,
      aspects: {
        type: json ? 'json' : spelling.columnType(text(row, 'COLUMN_TYPE')),
        nullable: text(row, 'IS_NULLABLE'),
        default: columnDefault(reading, object, row, clauses),
        'on update': spelling.sql(clauses?.onUpdate ?? []),
        collation: json ? '' : spelling.charset(text(row, 'COLLATION_NAME')),
        generated: expressionOf(reading, object, clauses?.generated ?? []),
        attributes: spelling.attributes(clauses?.attributes ?? []),
        comment: text(row, 'COLUMN_COMMENT'),
        after: text(rows[place - 1], 'COLUMN_NAME'),
      },
    };
  });
}

function columnDefault(reading: Reading, object: string, row: Row, clauses: ColumnClauses | undefined): string {
  const { spelling, notCovered } = reading;
  const type = text(row, 'COLUMN_TYPE');
  const preset = clauses?.default;
  if (preset === undefined && WITHOUT_DEFAULT.test(type) && text(row, 'IS_NULLABLE') === 'YES') {
    return clauses?.generated.length === 0 ? 'NULL' : '';
  }
  // A server that shows bytes as a text puts a question mark for those that are none.
  if (/^(var)?binary/.test(type) && preset !== undefined && !spelling.showsBytes(preset)) {
    notCovered.push({ object, reason: 'its default has bytes that a server does not show' });
    return spelling.hiddenBytes(preset);
  }
  return preset === undefined ? '' : defaultOf(reading, object, type, preset);
}
