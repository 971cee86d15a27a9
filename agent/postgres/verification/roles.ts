import type { Definition } from '../../sql/definition';
import type { Session } from '../session';
import { concealed } from './definitions/concealed';
import { type Known, OF_RDS, sharedComment } from './definitions/query';
import { settings } from './definitions/types-and-code';

/** From 16 on a grant says what it is for, and a role that makes another is granted it, only to let others in. */
const FIRST_WITH_OPTIONS = 160_000;

const OPTIONS = `|| CASE WHEN m.inherit_option THEN '' ELSE ' without its rights' END || CASE WHEN m.set_option THEN '' ELSE ' without SET ROLE' END`;
/** What a version does not know is NULL in its rows. */
const IMPLICIT = `coalesce(m.admin_option AND to_jsonb(m) ->> 'inherit_option' = 'false' AND to_jsonb(m) ->> 'set_option' = 'false', false)`;

const membershipsOf = (options: string, condition = ''): string =>
  `(SELECT string_agg(DISTINCT (quote_ident(g.rolname) || CASE WHEN m.admin_option THEN '*' ELSE '' END ${options}) COLLATE "C", ', ')
    FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid ${condition})`;

/** Roles of the whole server, what they are and what they are members of: neither the engine's own nor RDS's. */
export async function readRoles(session: Session, { version }: Known): Promise<Definition[]> {
  const memberships =
    version >= FIRST_WITH_OPTIONS ? membershipsOf(OPTIONS) : membershipsOf('', `AND NOT (${IMPLICIT})`);
  const rows = await session.query<
    Record<'name' | 'can' | 'memberships' | 'limit' | 'until' | 'settings' | 'comment', string | null>
  >(
    `SELECT r.rolname AS name,
       concat_ws(', ', CASE WHEN r.rolcanlogin THEN 'login' END, CASE WHEN r.rolsuper THEN 'superuser' END,
         CASE WHEN r.rolcreatedb THEN 'createdb' END, CASE WHEN r.rolcreaterole THEN 'createrole' END,
         CASE WHEN r.rolreplication THEN 'replication' END, CASE WHEN r.rolbypassrls THEN 'bypassrls' END,
         CASE WHEN NOT r.rolinherit THEN 'noinherit' END) AS can,
       ${memberships} AS memberships,
       nullif(r.rolconnlimit, -1)::text AS limit, (r.rolvaliduntil AT TIME ZONE 'UTC')::text AS until,
       ${settings('r.rolconfig')} AS settings, ${sharedComment('r.oid', 'pg_authid')} AS comment
     FROM pg_roles r WHERE r.rolname !~ '^pg_' AND r.rolname !~ ${OF_RDS} ORDER BY r.rolname`,
  );
  const roles = rows.map((row) => ({
    object: `role ${row.name}`,
    aspects: {
      can: row.can ?? '',
      'member of': row.memberships ?? '',
      'number of connections': row.limit ?? '',
      'valid until': row.until ?? '',
      settings: concealed(row.settings ?? ''),
      comment: row.comment ?? '',
    },
  }));
  return [...roles, ...(await settingsOfAll(session)), ...(await parameterGrants(session))];
}

/** ALTER ROLE ALL SET, whose catalogue has no role for it. */
async function settingsOfAll(session: Session): Promise<Definition[]> {
  const rows = await session.query<{ values: string | null }>(
    `SELECT ${settings('x.setconfig')} AS values FROM pg_db_role_setting x WHERE x.setrole = 0 AND x.setdatabase = 0`,
  );
  return rows.map(({ values }) => ({ object: 'settings of all roles', aspects: { values: concealed(values ?? '') } }));
}

/** Who may SET or ALTER SYSTEM what, which 15 has for the first time. */
async function parameterGrants(session: Session): Promise<Definition[]> {
  if (session.version < 150_000) return [];
  const rows = await session.query<{ name: string; grantee: string; privileges: string }>(
    `SELECT p.parname AS name, CASE WHEN e.grantee = 0 THEN 'public' ELSE quote_ident(pg_get_userbyid(e.grantee)) END AS grantee,
       string_agg(e.privilege_type || CASE WHEN e.is_grantable THEN '*' ELSE '' END, ', ' ORDER BY e.privilege_type COLLATE "C") AS privileges
     FROM pg_parameter_acl p CROSS JOIN aclexplode(p.paracl) e
     WHERE e.grantee = 0 OR pg_get_userbyid(e.grantee) !~ ${OF_RDS} GROUP BY p.parname, e.grantee`,
  );
  return rows.map(({ name, grantee, privileges }) => ({
    object: `grant to ${grantee} on parameter ${name}`,
    aspects: { privileges },
  }));
}
