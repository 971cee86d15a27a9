import type { Finding } from '../../contract';
import { applicationName, type Session } from '../session';
import { nameSome } from './naming';

/** The switchover waits for them, and gives up. */
const LONG_SECONDS = 300;

/** What is under way on the side now that would hold a switchover up. */
export async function checkActivity(session: Session): Promise<readonly Finding[]> {
  return [...(await checkTransactions(session)), ...(await checkPrepared(session))];
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
      remedy: 'Have whoever prepared them end them: COMMIT PREPARED or ROLLBACK PREPARED.',
    },
  ];
}
