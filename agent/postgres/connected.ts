import type { Connection } from '../sql/connection-groups';
import type { Session } from './session';
import { applicationName } from './session-configuration';

/** Who is connected: clients and replication, neither the agent itself nor what belongs to the engine or to RDS. */
export async function connected(session: Session): Promise<readonly Connection[]> {
  return session.query<Connection>(
    `SELECT pid AS id, coalesce(usename, '') AS "user", coalesce(host(client_addr), '') AS host,
       coalesce(datname, '') AS database,
       CASE WHEN backend_type = 'walsender' THEN 'replication' WHEN state = 'idle' THEN 'sleeping' ELSE 'active' END AS kind,
       greatest(0, extract(epoch FROM now() - coalesce(state_change, backend_start)))::int AS seconds
     FROM pg_stat_activity
     WHERE backend_type IN ('client backend', 'walsender') AND pid <> pg_backend_pid()
       AND application_name NOT LIKE $1 AND coalesce(usename, '') NOT IN ('rdsadmin', 'rdsrepladmin', 'rdsproxyadmin')
     ORDER BY pid`,
    [`${applicationName}:%`],
  );
}

/** Those that are clients: a side is left when none of them is there. */
export async function connectedClients(session: Session): Promise<readonly Connection[]> {
  return (await connected(session)).filter(({ kind }) => kind !== 'replication');
}

/** Closes these connections. One that has gone by itself meanwhile is as good as closed. */
export async function closeConnections(session: Session, connections: readonly Connection[]): Promise<void> {
  const ids = connections.map(({ id }) => id);
  await session.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [ids]);
}
