import type { Definition } from '../../../sql/definition';
import { text } from '../../row';
import type { Session } from '../../session';
import { systemSchemaList } from '../table';
import { columnDefault, columnExtra, columnType, expression, inUtf8mb3, rowFormat, storageEngine } from './spelling';

export async function readTableDefinitions(session: Session): Promise<Definition[]> {
  const rows = await session.query(`
    SELECT TABLE_SCHEMA AS table_schema, TABLE_NAME AS table_name, ENGINE AS engine, TABLE_COLLATION AS collation,
      ROW_FORMAT AS row_format
    FROM information_schema.TABLES
    WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') AND TABLE_SCHEMA NOT IN (${systemSchemaList})`);
  return rows.map((row) => ({
    object: `table ${text(row, 'table_schema')}.${text(row, 'table_name')}`,
    aspects: {
      engine: storageEngine(text(row, 'engine')),
      collation: inUtf8mb3(text(row, 'collation')),
      'row format': rowFormat(text(row, 'row_format')),
    },
  }));
}

/** Columns of views come with the views. */
export async function readColumnDefinitions(session: Session): Promise<Definition[]> {
  const rows = await session.query(`
    SELECT c.TABLE_SCHEMA AS table_schema, c.TABLE_NAME AS table_name, c.COLUMN_NAME AS name,
      c.COLUMN_TYPE AS column_type, c.IS_NULLABLE AS nullable, c.COLUMN_DEFAULT AS column_default, c.EXTRA AS extra,
      c.COLLATION_NAME AS collation, c.GENERATION_EXPRESSION AS generation, c.ORDINAL_POSITION AS place
    FROM information_schema.COLUMNS c
    JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
    WHERE t.TABLE_TYPE <> 'VIEW' AND c.TABLE_SCHEMA NOT IN (${systemSchemaList})`);
  return rows.map((row) => ({
    object: `column ${text(row, 'table_schema')}.${text(row, 'table_name')}.${text(row, 'name')}`,
    aspects: {
      type: columnType(text(row, 'column_type')),
      nullable: text(row, 'nullable'),
      default: columnDefault(text(row, 'column_default')),
      extra: columnExtra(text(row, 'extra')),
      collation: inUtf8mb3(text(row, 'collation')),
      generated: expression(text(row, 'generation')),
      place: text(row, 'place'),
    },
  }));
}
