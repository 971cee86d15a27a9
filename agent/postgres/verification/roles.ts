import type { Definition } from '../../sql/definition';
import type { Session } from '../session';

/** Roles of the whole server, what they are and what they are members of: neither the engine's own nor RDS's. */
export async function readRoles(session: Session): Promise<Definition[]> {
  const rows = await session.query<{ name: string; can: string; memberships: string }>(
    `SELECT r.rolname AS name,
       concat_ws(', ', CASE WHEN r.rolcanlogin THEN 'login' END, CASE WHEN r.rolsuper THEN 'superuser' END,
         CASE WHEN r.rolcreatedb THEN 'createdb' END, CASE WHEN r.rolcreaterole THEN 'createrole' END,
         CASE WHEN r.rolreplication THEN 'replication' END, CASE WHEN r.rolbypassrls THEN 'bypassrls' END,
         CASE WHEN NOT r.rolinherit THEN 'noinherit' END) AS can,
       (SELECT coalesce(string_agg(DISTINCT g.rolname, ', ' ORDER BY g.rolname), '') FROM pg_auth_members m
         JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid) AS memberships
     FROM pg_roles r WHERE r.rolname !~ '^(pg_|rds)' AND r.rolname <> 'rdsadmin' ORDER BY r.rolname`,
  );
  return rows.map(({ name, can, memberships }) => ({
    object: `role ${name}`,
    aspects: { can, 'member of': memberships },
  }));
}
