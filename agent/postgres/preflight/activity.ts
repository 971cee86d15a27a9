import type { Finding } from '../../../contract/common';
import { nameSome } from '../../naming';
import type { Session } from '../session';
import { applicationName } from '../session-configuration';

/** The switchover waits for them, and gives up. */
const LONG_SECONDS = 300;

/** What is under way on the side now that would hold a switchover up. */
export async function checkActivity(session: Session): Promise<readonly Finding[]> {
  return [...(await checkTransactions(session)), ...(await checkPrepared(session))];
}

/** A standby that is told to be late shows readers old data, and never catches up. */
export async function checkDelay(session: Session): Promise<readonly Finding[]> {
  const row = await session.row<{ delay: string }>(
    "SELECT current_setting('recovery_min_apply_delay') AS delay WHERE pg_is_in_recovery() AND current_setting('recovery_min_apply_delay') <> '0'",
  );
  if (row === undefined) return [];
  return [
    {
      id: 'postgres.replication-delayed',
      severity: 'error',
      message: `${session.place} is told to apply everything ${row.delay} late (recovery_min_apply_delay): it never catches up.`,
      remedy: 'Set recovery_min_apply_delay to 0 in its parameter group.',
    },
  ];
}

async function checkTransactions(session: Session): Promise<readonly Finding[]> {
  const rows = await session.query<{ id: number; user: string; seconds: number }>(
    `SELECT pid AS id, coalesce(usename, '') AS "user", extract(epoch FROM now() - xact_start)::int AS seconds
     FROM pg_stat_activity
     WHERE xact_start < now() - make_interval(secs => ${LONG_SECONDS}) AND backend_type = 'client backend'
       AND application_name NOT LIKE $1
     ORDER BY xact_start`,
    [`${applicationName}:%`],
  );
  if (rows.length === 0) return [];
  const described = rows.map(({ id, user, seconds }) => `${user} (${id}) for ${seconds} s`);
  return [
    {
      id: 'postgres.long-transactions',
      severity: 'warning',
      message: `${session.where} has transactions that have long been open: ${nameSome(described)}.`,
      remedy: `Let them end, or end them: ${rows.map(({ id }) => `SELECT pg_terminate_backend(${id});`).join(' ')}`,
    },
  ];
}

async function checkPrepared(session: Session): Promise<readonly Finding[]> {
  const rows = await session.query<{ gid: string }>('SELECT gid FROM pg_prepared_xacts ORDER BY prepared');
  if (rows.length === 0) return [];
  return [
    {
      id: 'postgres.prepared-transactions',
      severity: 'error',
      message: `${session.where} has ${rows.length} transactions that were prepared and neither committed nor rolled back: ${nameSome(rows.map(({ gid }) => gid))}.`,
      remedy: 'Have the programs that prepared them end them: COMMIT PREPARED or ROLLBACK PREPARED.',
    },
  ];
}
