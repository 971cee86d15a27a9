import type { Finding } from '../../../contract/common';
import { nameSome } from '../../naming';
import type { Session } from '../session';

/**
 * RDS fences by default_transaction_read_only, before the switchover and on the old blue after it: who has it off by a
 * setting of his own goes on writing there.
 */
export async function checkFence(session: Session): Promise<readonly Finding[]> {
  const rows = await session.query<{ whose: string; reset: string }>(
    `SELECT concat_ws(' in ', 'the role ' || quote_ident(rolname), 'the database ' || quote_ident(datname)) AS whose,
       CASE WHEN rolname IS NULL THEN format('ALTER DATABASE %I', datname)
         ELSE format('ALTER ROLE %I', rolname) || coalesce(format(' IN DATABASE %I', datname), '')
       END || ' RESET default_transaction_read_only;' AS reset
     FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = setrole LEFT JOIN pg_database d ON d.oid = setdatabase
     WHERE EXISTS (SELECT FROM unnest(setconfig) AS setting WHERE setting ~* '^default_transaction_read_only=(off|false|no|0)$')
     ORDER BY 1`,
  );
  if (rows.length === 0) return [];
  return [
    {
      id: 'postgres.fence-overridden',
      severity: 'error',
      message: `On ${session.where} transactions may write whatever the server says: ${nameSome(rows.map(({ whose }) => whose))} sets default_transaction_read_only to off. RDS fences by it, so that writes to the old side would be lost.`,
      remedy: nameSome(rows.map(({ reset }) => reset)),
    },
  ];
}
