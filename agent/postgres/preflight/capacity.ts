import type { Finding } from '../../../contract/common';
import type { AgentError } from '../../errors';
import type { Session } from '../session';

/** The agent's verbs, and people with a shell. */
const NEEDED = 10;

/** Whether there is a connection left for the agent. Some are kept for superusers, and for roles that are let have them. */
export async function checkConnections(session: Session): Promise<readonly Finding[]> {
  const row = await session.row<{ used: string; most: string }>(
    `SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true), '0')::int
         - coalesce(current_setting('rds.rds_superuser_reserved_connections', true), '0')::int AS most`,
  );
  const [used, most] = [Number(row?.used), Number(row?.most)];
  if (most - used >= NEEDED) return [];
  return [
    {
      id: 'postgres.no-free-connections',
      severity: 'error',
      message: `${session.place} has ${used} of the ${most} connections in use that are not kept for superusers; the agent needs ${NEEDED} free.`,
      remedy: 'Close connections that nobody needs, or raise max_connections in its parameter group and reboot it.',
    },
  ];
}

/** What follows could not be looked at. */
export function noConnectionLeft({ message }: AgentError): Finding {
  return {
    id: 'postgres.no-free-connections',
    severity: 'error',
    message: `${message} What else there is to look at could not be.`,
    remedy:
      'Close connections that nobody needs, raise max_connections in its parameter group and reboot it, or raise the limit of the database or of the role (ALTER ROLE … CONNECTION LIMIT).',
  };
}
