import type { Definition } from '../../../sql/definition';
import { type Row, text } from '../../row';
import type { Session } from '../../session';
import { systemSchemaList } from '../table';
import { referentialRule } from './spelling';

export async function readIndexDefinitions(session: Session): Promise<Definition[]> {
  const rows = await session.query(`
    SELECT TABLE_SCHEMA AS table_schema, TABLE_NAME AS table_name, INDEX_NAME AS name, NON_UNIQUE AS non_unique,
      INDEX_TYPE AS index_type, COLUMN_NAME AS column_name, SUB_PART AS sub_part, COLLATION AS direction
    FROM information_schema.STATISTICS
    WHERE TABLE_SCHEMA NOT IN (${systemSchemaList})
    ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`);
  return byName(rows, 'index').map(([object, parts]) => ({
    object,
    aspects: {
      columns: parts.map(indexPart).join(', '),
      unique: text(parts[0], 'non_unique') === '0' ? 'yes' : 'no',
      type: text(parts[0], 'index_type'),
    },
  }));
}

export async function readForeignKeyDefinitions(session: Session): Promise<Definition[]> {
  const rows = await session.query(`
    SELECT r.CONSTRAINT_SCHEMA AS table_schema, r.TABLE_NAME AS table_name, r.CONSTRAINT_NAME AS name,
      r.UPDATE_RULE AS update_rule, r.DELETE_RULE AS delete_rule, k.COLUMN_NAME AS column_name,
      k.REFERENCED_TABLE_SCHEMA AS other_schema, k.REFERENCED_TABLE_NAME AS other_table,
      k.REFERENCED_COLUMN_NAME AS other_column
    FROM information_schema.REFERENTIAL_CONSTRAINTS r
    JOIN information_schema.KEY_COLUMN_USAGE k
      ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME
      AND k.TABLE_NAME = r.TABLE_NAME
    WHERE r.CONSTRAINT_SCHEMA NOT IN (${systemSchemaList})
    ORDER BY r.CONSTRAINT_SCHEMA, r.TABLE_NAME, r.CONSTRAINT_NAME, k.ORDINAL_POSITION`);
  return byName(rows, 'foreign key').map(([object, parts]) => ({
    object,
    aspects: {
      columns: parts.map((part) => text(part, 'column_name')).join(', '),
      references: parts
        .map((part) => `${text(part, 'other_schema')}.${text(part, 'other_table')}.${text(part, 'other_column')}`)
        .join(', '),
      'on update': referentialRule(text(parts[0], 'update_rule')),
      'on delete': referentialRule(text(parts[0], 'delete_rule')),
    },
  }));
}

function byName(rows: readonly Row[], kind: string): [string, Row[]][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const object = `${kind} ${text(row, 'table_schema')}.${text(row, 'table_name')}.${text(row, 'name')}`;
    groups.set(object, [...(groups.get(object) ?? []), row]);
  }
  return [...groups];
}

/** An index on an expression names no column. */
function indexPart(row: Row): string {
  const prefix = text(row, 'sub_part');
  const name = text(row, 'column_name') || 'an expression';
  return name + (prefix === '' ? '' : `(${prefix})`) + (text(row, 'direction') === 'D' ? ' DESC' : '');
}
