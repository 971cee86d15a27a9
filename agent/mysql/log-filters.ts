import { text } from './result-row';
import type { Session } from './session';
import { SYSTEM_SCHEMAS } from './verification/table';

/** What a server leaves out of its binary log. */
export interface LogFilters {
  /** As they are set, e.g. `Binlog_Ignore_DB=tmp`. */
  readonly filters: readonly string[];
  /** Whether what is changed in a database is logged. */
  logs(database: string): boolean;
}

/** The servers compare names as they are written, whatever `lower_case_table_names` is. */
export async function logFilters(session: Session): Promise<LogFilters> {
  const row = await session.row(session.dialect.binlogStatement);
  const listed = (column: string) =>
    text(row, column)
      .split(',')
      .filter((name) => name !== '');
  const [only, ignored] = [listed('Binlog_Do_DB'), listed('Binlog_Ignore_DB').filter((name) => !isSystem(name))];
  return {
    filters: [
      ...(only.length === 0 ? [] : [`Binlog_Do_DB=${only.join(',')}`]),
      ...(ignored.length === 0 ? [] : [`Binlog_Ignore_DB=${ignored.join(',')}`]),
    ],
    // Where some are listed that are logged, those that are not are not looked at.
    logs: (database) => (only.length > 0 ? only.includes(database) : !ignored.includes(database)),
  };
}

function isSystem(name: string): boolean {
  return (SYSTEM_SCHEMAS as readonly string[]).includes(name.toLowerCase());
}
