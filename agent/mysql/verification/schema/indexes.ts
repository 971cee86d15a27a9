import type { Definition } from '../../../sql/definition';
import { objectName } from '../../../sql/object-name';
import { type Row, text } from '../../result-row';
import { expressionOf } from './hidden-characters';
import { readUsersOf } from './information-schema';
import type { Reading, ReadTable } from './reading';
import type { TableStatement } from './sql/create-table';

export function indexDefinitions(
  reading: Reading,
  { schema, name: table, object: of }: ReadTable,
  { indexes }: TableStatement,
  engine: string,
): Definition[] {
  const { spelling } = reading;
  return [...indexes].map(([name, { kind, parts, options }]) => {
    const object = `index ${objectName(schema, table, name)}`;
    return {
      object,
      of,
      aspects: {
        columns: parts.map((part) => expressionOf(reading, object, part)).join(', '),
        kind: spelling.attributes(kind),
        options: spelling.indexOptions(options, engine),
      },
    };
  });
}

export async function readForeignKeyDefinitions({ session, spelling }: Reading): Promise<Definition[]> {
  const rules = await readUsersOf(session, 'REFERENTIAL_CONSTRAINTS', 'CONSTRAINT_SCHEMA');
  const columns = await readUsersOf(session, 'KEY_COLUMN_USAGE', 'CONSTRAINT_SCHEMA', {
    order: ['ORDINAL_POSITION'],
  });
  const byConstraint = new Map<string, Row[]>();
  for (const column of columns) {
    const group = byConstraint.get(constraintOf(column));
    if (group === undefined) byConstraint.set(constraintOf(column), [column]);
    else group.push(column);
  }
  return rules.map((row) => {
    const parts = byConstraint.get(constraintOf(row)) ?? [];
    return {
      object: `foreign key ${constraintOf(row)}`,
      of: `table ${objectName(text(row, 'CONSTRAINT_SCHEMA'), text(row, 'TABLE_NAME'))}`,
      aspects: {
        columns: parts.map((part) => objectName(text(part, 'COLUMN_NAME'))).join(', '),
        references: parts
          .map((part) =>
            objectName(
              text(part, 'REFERENCED_TABLE_SCHEMA'),
              text(part, 'REFERENCED_TABLE_NAME'),
              text(part, 'REFERENCED_COLUMN_NAME'),
            ),
          )
          .join(', '),
        'on update': spelling.referentialRule(text(row, 'UPDATE_RULE')),
        'on delete': spelling.referentialRule(text(row, 'DELETE_RULE')),
      },
    };
  });
}

function constraintOf(row: Row): string {
  return objectName(text(row, 'CONSTRAINT_SCHEMA'), text(row, 'TABLE_NAME'), text(row, 'CONSTRAINT_NAME'));
}
