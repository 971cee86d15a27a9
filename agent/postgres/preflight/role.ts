import type { Finding } from '../../../contract/common';
import type { Session } from '../session';

/** What the agent does on a side: reads every row, sees who is connected and what replicates, closes connections. */
const NEEDED = ['pg_read_all_data', 'pg_monitor', 'pg_signal_backend'];
/** The first version that has `pg_read_all_data`. */
const READ_ALL_DATA_SINCE = 140_000;

/**
 * The agent's role may do what it must, and no more: what it owns, or what another role gives it, it may change; and anyone who owns a table on the side can lay traps for an administrator
 * that reads it.
 */
export async function checkRole(session: Session): Promise<readonly Finding[]> {
  const needed = NEEDED.filter((role) => role !== 'pg_read_all_data' || session.version >= READ_ALL_DATA_SINCE);
  const row = await session.row<{ role: string; lacking: string; more: string }>(
    `SELECT quote_ident(current_user) AS role,
       coalesce((SELECT string_agg(needed, ', ' ORDER BY needed) FROM unnest($1::text[]) AS needed
         WHERE NOT pg_has_role(current_user, needed, 'USAGE')), '') AS lacking,
       concat_ws(', ', CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
         CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
         CASE WHEN r.rolreplication THEN 'REPLICATION' END,
         CASE WHEN NOT r.rolsuper THEN (SELECT string_agg(g.rolname, ', ' ORDER BY g.rolname) FROM pg_roles g
           WHERE g.oid <> r.oid AND pg_has_role(r.oid, g.oid, 'MEMBER')
             AND NOT EXISTS (SELECT 1 FROM unnest($1::text[]) AS needed WHERE pg_has_role(needed::name, g.oid, 'MEMBER'))) END,
         (SELECT 'what it owns in ' || string_agg(coalesce(quote_ident(d.datname), 'all databases'), ', ' ORDER BY d.datname)
           FROM (SELECT DISTINCT dbid FROM pg_shdepend
             WHERE refclassid = 'pg_authid'::regclass AND refobjid = r.oid AND deptype = 'o') AS owned
           LEFT JOIN pg_database d ON d.oid = owned.dbid)) AS more
     FROM pg_roles r WHERE r.rolname = current_user`,
    [needed],
  );
  const findings: Finding[] = [];
  if (row !== undefined && row.lacking !== '') {
    findings.push({
      id: 'postgres.role-lacks',
      severity: 'error',
      message: `The agent's role ${row.role} on ${session.where} lacks ${row.lacking}.`,
      remedy: `GRANT ${row.lacking} TO ${row.role};`,
    });
  }
  if (row !== undefined && row.more !== '') {
    findings.push({
      id: 'postgres.role-has-more',
      severity: 'warning',
      message: `The agent's role ${row.role} on ${session.where} has more than it needs (${row.more}): it reads what others own, and must not be able to give them what is its own.`,
      remedy: `Put a role of its own into the secret: CREATE ROLE cutover_agent LOGIN PASSWORD '…'; GRANT ${needed.join(', ')} TO cutover_agent;`,
    });
  }
  return findings;
}
