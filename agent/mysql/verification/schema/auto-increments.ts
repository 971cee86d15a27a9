import type { BothNames, Named } from '../../../sql/named-difference';
import { figure, text } from '../../result-row';
import type { Session } from '../../session';
import { systemSchemaList, type Table, tableName } from '../table';

/** Values that were handed out and rolled back are in no binary log: a gap like that appears by itself. */
const HARMLESS_VALUES = 1_000;

/**
 * Neither are those that were set aside for an INSERT … SELECT. InnoDB doubles them while it inserts, so that up to as
 * many again as there are may be left over, and no more than this.
 *
 * @see https://dev.mysql.com/doc/refman/8.0/en/innodb-auto-increment-handling.html
 */
const MAX_SET_ASIDE = 65_535;

/**
 * The next value of every table that has one, by `schema.table`.
 *
 * @param tables @default - all of them
 */
export async function readAutoIncrements(
  session: Session,
  tables?: readonly Pick<Table, 'schema' | 'name'>[],
): Promise<ReadonlyMap<string, number>> {
  // MySQL 8.0 shows what it knew up to a day ago.
  if (!session.dialect.mariadb && session.dialect.atLeast(8, 0)) {
    await session.query('SET SESSION information_schema_stats_expiry = 0');
  }
  const which =
    tables === undefined ? `TABLE_SCHEMA NOT IN (${systemSchemaList})` : '(TABLE_SCHEMA, TABLE_NAME) IN (?)';
  const rows = await session.query(
    `SELECT TABLE_SCHEMA AS table_schema, TABLE_NAME AS name, AUTO_INCREMENT AS next
     FROM information_schema.TABLES WHERE ${which} AND AUTO_INCREMENT IS NOT NULL`,
    [tables?.map(({ schema, name }) => [schema, name])],
  );
  return new Map(
    rows.map((row) => [
      tableName({ schema: text(row, 'table_schema'), name: text(row, 'name') }),
      figure(row, 'next') ?? 0,
    ]),
  );
}

/** Whether two next values are too far apart to come from values that were handed out and not used. */
export function farApart(mine: number, theirs: number): boolean {
  return Math.abs(mine - theirs) > HARMLESS_VALUES + Math.min(mine, theirs, MAX_SET_ASIDE);
}

export function nextValuesApart(table: string, mine: number, theirs: number, { from, to }: BothNames): Named {
  return {
    object: `AUTO_INCREMENT of ${table}`,
    difference: `the next value is ${mine} on ${from} and ${theirs} on ${to}`,
  };
}
