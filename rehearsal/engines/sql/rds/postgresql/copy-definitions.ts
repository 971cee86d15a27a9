import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import type { Command } from '../../../engine';
import type { DatabaseServer } from '../../database-server';
import { findPostgresqlClients } from '../../postgresql-clients';
import { databasesOf, signedIn } from './signed-in';

const run = promisify(execFile);

/** Gives an empty server of the same version or a later one another's roles, databases and all that is defined in them. */
export async function copyDefinitions(source: DatabaseServer, target: DatabaseServer): Promise<void> {
  await copyRoles(source, target);
  const clients = await findPostgresqlClients(target.version);
  const folder = await mkdtemp(join(tmpdir(), 'definitions-'));
  try {
    const there = await databasesOf(target);
    for (const [index, database] of (await databasesOf(source)).entries()) {
      const file = join(folder, `${index}.dump`);
      await client(clients.dump, source, database, [
        '-Fc',
        '-s',
        '--no-publications',
        '--no-subscriptions',
        '-f',
        file,
      ]);
      // Restored through the maintenance database, it is made first.
      const [into, flags] = there.includes(database) ? [database, []] : ['postgres', ['-C']];
      await client(clients.restore, target, into, ['-e', ...flags, file]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Materialized views hold what they held. */
export async function fillMaterializedViews(source: DatabaseServer, target: DatabaseServer): Promise<void> {
  for (const database of await databasesOf(source)) {
    const { rows } = await signedIn(
      source,
      (on) =>
        on.query<{ name: string }>(
          `SELECT c.oid::regclass AS name FROM pg_class c WHERE relkind = 'm' AND relispopulated ORDER BY c.oid`,
        ),
      database,
    );
    await signedIn(
      target,
      async (on) => {
        for (const { name } of rows) await on.query(`REFRESH MATERIALIZED VIEW ${name}`);
      },
      database,
    );
  }
}

async function client(
  { file, args, env }: Command,
  { host, port, user, password }: DatabaseServer,
  database: string,
  flags: readonly string[],
): Promise<void> {
  const where = ['-h', host, '-p', String(port), '-U', user, '-d', database, '-w'];
  const PGOPTIONS = '-c default_transaction_read_only=off';
  await run(file, [...args, ...where, ...flags], {
    env: { ...process.env, ...env, PGPASSWORD: password, PGOPTIONS },
  }).catch((error: Error & { stderr?: string }) => {
    throw new Error(`The definitions of the database ${database} cannot be copied: ${error.stderr || error.message}`);
  });
}

/** With their passwords, as they are kept. */
async function copyRoles(source: DatabaseServer, target: DatabaseServer): Promise<void> {
  const statements = await signedIn(source, roleStatements);
  await signedIn(target, async (on) => {
    for (const statement of statements) await on.query(statement);
  });
}

const OWN = `rolname !~ '^pg_' AND rolname <> 'rdsadmin'`;

async function roleStatements(on: Client): Promise<readonly string[]> {
  const { rows } = await on.query<{ statement: string }>(
    `SELECT statement FROM (
       SELECT 1 AS step, format('CREATE ROLE %I WITH %s %s %s %s %s %s CONNECTION LIMIT %s %s', rolname,
           CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END, CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
           CASE WHEN rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END,
           CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END,
           CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END,
           CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END, rolconnlimit,
           CASE WHEN rolpassword IS NULL THEN '' ELSE format('PASSWORD %L', rolpassword) END) AS statement
         FROM pg_authid WHERE ${OWN}
       UNION ALL
       SELECT 2, format('GRANT %I TO %I%s', g.rolname, m.rolname, CASE WHEN admin_option THEN ' WITH ADMIN OPTION' ELSE '' END)
         FROM pg_auth_members JOIN pg_roles g ON g.oid = roleid
           JOIN (SELECT oid, rolname FROM pg_roles WHERE ${OWN}) m ON m.oid = member
       UNION ALL
       SELECT 3, format('ALTER ROLE %I SET %I = %L', rolname, split_part(setting, '=', 1),
           substr(setting, strpos(setting, '=') + 1))
         FROM pg_roles, unnest(rolconfig) AS setting WHERE ${OWN}
     ) AS all_of_them ORDER BY step`,
  );
  return rows.map(({ statement }) => statement);
}
