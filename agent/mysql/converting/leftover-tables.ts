import { AgentError } from '../../errors';
import { text } from '../result-row';
import type { Session } from '../session';

/** Tables that an ALTER of InnoDB's has left behind: they take space and belong to nobody. */
export async function leftoverTables(session: Session): Promise<readonly string[]> {
  const { mariadb } = session.dialect;
  const table = mariadb || !session.dialect.atLeast(8, 0) ? 'innodb_sys_tables' : 'innodb_tables';
  try {
    const rows = await session.query(
      `SELECT name AS name FROM information_schema.${table} WHERE name LIKE '%/#sql%' AND name NOT LIKE '%/#sql-ib%-inc%'`,
    );
    return rows.map((row) => text(row, 'name'));
  } catch (error) {
    // The failure that it is to complete is worth more than its own.
    if (error instanceof AgentError) return [];
    throw error;
  }
}
