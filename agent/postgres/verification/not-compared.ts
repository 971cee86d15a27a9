import type { DatabaseVerifyResult } from '../../../contract/database';
import type { Session } from '../session';
import { comment, KNOWN_OF_RDS } from './definitions/query';
import { notOfExtension, usersSchemas } from './table';

/** What a verification found, before it is known how long it took. */
export type Compared = Omit<DatabaseVerifyResult, 'durationMs'>;

type NotCovered = Compared['notCovered'];

/** What the whole server has, and nobody but RDS may read, or enter. */
export async function ofServer(source: Session, target: Session): Promise<NotCovered> {
  const shut = new Set([...(await shutDatabases(source)), ...(await shutDatabases(target))]);
  const alike = new Set([...(await calledAsRds(source)), ...(await calledAsRds(target))]);
  return [
    { object: 'passwords of roles', reason: 'the server shows them to superusers only, and RDS has those' },
    ...[...alike].map((name) => ({
      object: `role ${name}`,
      reason: 'its name is like those that RDS makes on each side: give a role of your own another name',
    })),
    ...[...shut].map((name) => ({ object: `database ${name}`, reason: 'it is a template, or takes no connections' })),
  ];
}

/** Of the applications, as any other. */
export function closedDatabase(name: string): NotCovered[number] {
  return { object: `database ${name}`, reason: "the agent's role may not connect to it: GRANT CONNECT on both sides" };
}

/** MySQL has in a side's log who wrote a row; here a row that was replicated and one that was not look alike. */
export function strays(side: string): NotCovered[number] {
  return {
    object: `rows that others than its replication write to ${side} after this`,
    reason: `PostgreSQL does not tell whose a row is: keep everyone from ${side}, and compare again before the switchover`,
  };
}

async function shutDatabases(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT quote_ident(datname) AS name FROM pg_database
     WHERE (NOT datallowconn OR datistemplate) AND datname NOT IN ('template0', 'template1', 'rdsadmin') ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

async function calledAsRds(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT quote_ident(rolname) AS name FROM pg_roles
     WHERE rolname ~ '^rds_' AND rolname !~ ${KNOWN_OF_RDS} AND rolname <> 'rds_pgaudit' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Rows of a database that are not compared, where there are any. */
export async function rowsNotCompared(session: Session): Promise<NotCovered> {
  const rows = await session.query<{ name: string; kind: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, CASE c.relkind WHEN 'r' THEN 'u' ELSE c.relkind END AS kind
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE (c.relkind IN ('m', 'f') OR c.relkind = 'r' AND c.relpersistence = 'u')
       AND ${usersSchemas} AND ${notOfExtension('pg_class', 'c.oid')} ORDER BY 1`,
  );
  const reasons: Readonly<Record<string, string>> = {
    m: 'a materialized view: each side fills its own, and REFRESH MATERIALIZED VIEW does it again',
    f: 'a foreign table: its rows are on another server',
    u: 'an unlogged table: no replication brings its rows',
  };
  const large = await session.row<{ some: boolean }>('SELECT EXISTS (SELECT FROM pg_largeobject_metadata) AS some');
  return [
    // Rows of the others are not the table's own.
    ...rows.map(({ name, kind }) => ({
      object: name,
      reason: reasons[kind] ?? '',
      ...(kind === 'u' && { holdsRows: true as const }),
    })),
    ...(large?.some === true ? [LARGE_OBJECTS] : []),
  ];
}

const LARGE_OBJECTS: NotCovered[number] = {
  object: 'large objects',
  reason: 'neither they nor who owns them are compared; logical replication does not bring them',
};

/** What a database has that is not compared, where there is any of it. */
export async function inDatabase(source: Session, target: Session): Promise<NotCovered> {
  const [mine, theirs] = await Promise.all([look(source), look(target)]);
  return [
    ...kept(mine, theirs),
    ...otherVersions(mine.extensions, theirs.extensions),
    ...otherComments(mine.extensions, theirs.extensions),
  ];
}

interface Look {
  readonly largeObjects: boolean;
  readonly replicated: boolean;
  readonly mapped: boolean;
  readonly extensions: ReadonlyMap<string, Extension>;
}

interface Extension {
  readonly version: string;
  /** Absent: the one that it came with. */
  readonly comment?: string;
}

async function look(session: Session): Promise<Look> {
  const row = await session.row<{ large_objects: boolean; replicated: boolean; mapped: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_largeobject_metadata) AS large_objects, EXISTS (SELECT FROM pg_publication) OR EXISTS (
       SELECT FROM pg_subscription s JOIN pg_database b ON b.oid = s.subdbid WHERE b.datname = current_database()) OR EXISTS (
       SELECT FROM pg_replication_slots WHERE database = current_database()) AS replicated,
       EXISTS (SELECT FROM pg_user_mappings WHERE umoptions IS NULL) AS mapped`,
  );
  const extensions = await session.query<{ name: string; version: string; comment: string; brought: boolean }>(
    `SELECT quote_ident(x.extname) AS name, x.extversion AS version, coalesce(${comment('x.oid', 'pg_extension')}, '') AS comment,
       coalesce(${comment('x.oid', 'pg_extension')} = a.comment, false) AS brought
     FROM pg_extension x LEFT JOIN pg_available_extensions a ON a.name = x.extname ORDER BY x.extname`,
  );
  return {
    largeObjects: row?.large_objects === true,
    replicated: row?.replicated === true,
    mapped: row?.mapped === true,
    extensions: new Map(
      extensions.map(({ name, version, comment, brought }) => [name, { version, ...(!brought && { comment }) }]),
    ),
  };
}

function kept(mine: Look, theirs: Look): NotCovered {
  return [
    ...(mine.largeObjects || theirs.largeObjects ? [LARGE_OBJECTS] : []),
    ...(mine.replicated || theirs.replicated
      ? [{ object: 'publications and subscriptions', reason: 'each side has its own while one follows the other' }]
      : []),
    ...(mine.mapped || theirs.mapped
      ? [{ object: 'options of user mappings', reason: 'the server shows them only to those whom they are for' }]
      : []),
  ];
}

function otherVersions(mine: Look['extensions'], theirs: Look['extensions']): NotCovered {
  return [...mine].flatMap(([name, { version }]) => {
    const other = theirs.get(name)?.version;
    return other === undefined || other === version
      ? []
      : [
          {
            object: `extension ${name}`,
            reason: `of version ${version} and ${other}: what it defines is not compared`,
          },
        ];
  });
}

/** An upgrade keeps the comment of the version that an extension was made by: one that is another may be the engine's. */
function otherComments(mine: Look['extensions'], theirs: Look['extensions']): NotCovered {
  return [...mine].flatMap(([name, { comment }]) => {
    const other = theirs.get(name);
    return other === undefined || other.comment === comment
      ? []
      : [
          {
            object: `comment of extension ${name}`,
            reason: 'is another on each side: it may be the engine’s own, or yours',
          },
        ];
  });
}
