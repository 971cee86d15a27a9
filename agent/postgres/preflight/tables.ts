import type { Finding } from '../../../contract/common';
import { nameSome } from '../../naming';
import type { Session } from '../session';

const usersTables = `
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'`;

export async function sizeOf(session: Session): Promise<{ readonly tables: number; readonly bytes: number }> {
  const row = await session.row<{ tables: string; bytes: string }>(
    `SELECT count(*) AS tables, coalesce(sum(pg_total_relation_size(c.oid)), 0) AS bytes ${usersTables}`,
  );
  return { tables: Number(row?.tables ?? 0), bytes: Number(row?.bytes ?? 0) };
}

/** What logical replication leaves behind. */
export async function checkTables(session: Session): Promise<readonly Finding[]> {
  return [
    ...(await checkReadable(session)),
    ...(await checkRowSecurity(session)),
    ...(await checkIdentity(session)),
    ...(await checkUnlogged(session)),
    ...(await checkLargeObjects(session)),
    ...(await checkMaterializedViews(session)),
  ];
}

/** What the agent's role owns itself, or may look past by BYPASSRLS, is no matter. */
async function checkRowSecurity(session: Session): Promise<readonly Finding[]> {
  const rows = await session.query<{ name: string; role: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, quote_ident(current_user) AS role ${usersTables}
       AND row_security_active(c.oid) ORDER BY 1`,
  );
  const [first] = rows;
  if (first === undefined) return [];
  return [
    {
      id: 'postgres.row-security',
      severity: 'error',
      message: `Row level security hides rows of the database ${session.database} from the agent's role ${first.role}, so that they could not be compared: ${nameSome(rows.map(({ name }) => name))}.`,
      remedy: `ALTER ROLE ${first.role} BYPASSRLS; or put a role into the secret that owns these tables.`,
    },
  ];
}

/** Being no superuser, the agent's role reads what others own by their leave. */
async function checkReadable(session: Session): Promise<readonly Finding[]> {
  const rows = await session.query<{ name: string; role: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, quote_ident(current_user) AS role ${usersTables}
       AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')) ORDER BY 1`,
  );
  const [first] = rows;
  if (first === undefined) return [];
  return [
    {
      id: 'postgres.unreadable-tables',
      severity: 'error',
      message: `The agent's role ${first.role} may not read tables of the database ${session.database}, so that they could not be compared: ${nameSome(rows.map(({ name }) => name))}.`,
      remedy: `GRANT pg_read_all_data TO ${first.role}; (before PostgreSQL 14: GRANT SELECT ON ALL TABLES IN SCHEMA … TO ${first.role};)`,
    },
  ];
}

/** From the moment a table is published, UPDATE and DELETE fail on blue where a row cannot be told from another. */
async function checkIdentity(session: Session): Promise<readonly Finding[]> {
  const rows = await session.query<{ name: string; deferrable: boolean }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name,
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND NOT i.indimmediate) AS deferrable
       ${usersTables} AND c.relpersistence = 'p'
       AND NOT (c.relreplident = 'f' OR EXISTS (
         SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indimmediate AND i.indisvalid
           AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident END))
     ORDER BY 1`,
  );
  return [
    ...noIdentity(
      session,
      rows.filter(({ deferrable }) => !deferrable).map(({ name }) => name),
    ),
    ...deferrableKeys(
      session,
      rows.filter(({ deferrable }) => deferrable).map(({ name }) => name),
    ),
  ];
}

function noIdentity(session: Session, names: readonly string[]): readonly Finding[] {
  if (names.length === 0) return [];
  return [
    {
      id: 'postgres.no-replica-identity',
      severity: 'error',
      message: `Tables of the database ${session.database} have neither a primary key nor a replica identity, so that their rows cannot be updated or deleted while they are replicated: ${nameSome(names)}.`,
      remedy: `Give each a primary key, or: ${nameSome(names.map((name) => `ALTER TABLE ${name} REPLICA IDENTITY FULL;`))}`,
    },
  ];
}

/** Until its transaction ends, such a key may be there twice: PostgreSQL tells no rows apart by it. */
function deferrableKeys(session: Session, names: readonly string[]): readonly Finding[] {
  if (names.length === 0) return [];
  return [
    {
      id: 'postgres.deferrable-key',
      severity: 'error',
      message: `Tables of the database ${session.database} have a primary key that is DEFERRABLE, which is no replica identity, so that their rows cannot be updated or deleted while they are replicated: ${nameSome(names)}.`,
      remedy: `Re-create each key without DEFERRABLE, or: ${nameSome(names.map((name) => `ALTER TABLE ${name} REPLICA IDENTITY FULL;`))}`,
    },
  ];
}

async function checkUnlogged(session: Session): Promise<readonly Finding[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name ${usersTables} AND c.relpersistence = 'u' ORDER BY 1`,
  );
  if (rows.length === 0) return [];
  const names = rows.map(({ name }) => name);
  return [
    {
      id: 'postgres.unlogged-tables',
      severity: 'warning',
      message: `Tables of the database ${session.database} are unlogged, and will not be on green as they are here: ${nameSome(names)}.`,
      remedy: `Fill them again after the switchover, or have them logged: ${nameSome(names.map((name) => `ALTER TABLE ${name} SET LOGGED;`))}`,
    },
  ];
}

async function checkLargeObjects(session: Session): Promise<readonly Finding[]> {
  const row = await session.row<{ count: string }>('SELECT count(*) AS count FROM pg_largeobject_metadata');
  if (Number(row?.count ?? 0) === 0) return [];
  return [
    {
      id: 'postgres.large-objects',
      severity: 'error',
      message: `The database ${session.database} holds ${row?.count} large objects, which are not replicated.`,
      remedy: 'Move them into columns of type bytea, or out to S3; delete those that nothing refers to (vacuumlo).',
    },
  ];
}

/** Anyone who refreshes one meanwhile breaks the replication, and RDS refuses to switch over. */
async function checkMaterializedViews(session: Session): Promise<readonly Finding[]> {
  const rows = await session.query<{ name: string }>(
    "SELECT format('%I.%I', schemaname, matviewname) AS name FROM pg_matviews ORDER BY 1",
  );
  if (rows.length === 0) return [];
  return [
    {
      id: 'postgres.materialized-views',
      severity: 'warning',
      message: `The database ${session.database} has materialized views, which may not be refreshed while green is kept current: ${nameSome(rows.map(({ name }) => name))}.`,
      remedy: 'Stop what refreshes them from before green is made until the switchover is over, and refresh them then.',
    },
  ];
}
