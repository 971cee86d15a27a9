import { codeOf } from '../../explain';
import type { Row } from '../../result-row';
import type { Session } from '../../session';
import { systemSchemaList } from '../table';
import type { Reading } from './reading';

/** MySQL 5.7 opens every table for it. */
const TIMEOUT_MS = 600_000;

export interface Wanted {
  /** Every version has columns of its own. @default - all of them */
  readonly columns?: readonly string[];
  readonly order?: readonly string[];
}

/** Rows of one of information_schema's tables for the schemas of users. */
export function readUsersOf(
  session: Session,
  table: string,
  schemaColumn: string,
  { columns = ['*'], order = [] }: Wanted = {},
): Promise<readonly Row[]> {
  const sorted = order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`;
  return session.query(
    `SELECT ${columns.join(', ')} FROM information_schema.${table} WHERE ${schemaColumn} NOT IN (${systemSchemaList})${sorted}`,
    [],
    { timeoutMs: TIMEOUT_MS },
  );
}

/** Rows of one of the server's own tables; none, and a reason, where a managed server keeps it to itself. */
export async function readOwn({ session, notCovered }: Reading, table: string, holds: string): Promise<readonly Row[]> {
  try {
    return await session.query(`SELECT * FROM mysql.${table}`);
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (!/^ER_(TABLEACCESS_DENIED_ERROR|NO_SUCH_TABLE|DBACCESS_DENIED_ERROR)$/.test(code)) throw error;
    notCovered.push({
      object: holds,
      reason: `the server does not let the agent's user read mysql.${table} (${code})`,
    });
    return [];
  }
}
