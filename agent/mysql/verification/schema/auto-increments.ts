import { figure, text } from '../../row';
import type { Session } from '../../session';
import { systemSchemaList, tableName } from '../table';

/**
 * Values that were handed out and rolled back, or set aside for a bulk insert, are in no binary log: a gap like that
 * appears by itself.
 */
const HARMLESS_VALUES = 1_000;
const HARMLESS_PART = 0.01;

/** The next value of every table that has one, by `schema.table`. */
export async function readAutoIncrements(session: Session): Promise<ReadonlyMap<string, number>> {
  // MySQL 8.0 shows what it knew up to a day ago.
  if (!session.dialect.mariadb && session.dialect.atLeast(8, 0)) {
    await session.query('SET SESSION information_schema_stats_expiry = 0');
  }
  const rows = await session.query(`
    SELECT TABLE_SCHEMA AS table_schema, TABLE_NAME AS name, AUTO_INCREMENT AS next
    FROM information_schema.TABLES
    WHERE AUTO_INCREMENT IS NOT NULL AND TABLE_SCHEMA NOT IN (${systemSchemaList})`);
  return new Map(
    rows.map((row) => [
      tableName({ schema: text(row, 'table_schema'), name: text(row, 'name') }),
      figure(row, 'next') ?? 0,
    ]),
  );
}

/** Whether two next values are too far apart to come from values that were handed out and not used. */
export function farApart(mine: number, theirs: number): boolean {
  return Math.abs(mine - theirs) > Math.max(HARMLESS_VALUES, Math.min(mine, theirs) * HARMLESS_PART);
}
