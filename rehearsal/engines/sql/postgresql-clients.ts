import { dirname, join } from 'node:path';
import { type Command, isOfLine } from '../engine';
import { commandsIn, fetchedPackages } from '../fetched-packages';
import { clientPackages } from './fetched-databases';
import { executable, installedPostgresql } from './find-database';

/** What copies a database's definitions. */
export interface PostgresqlClients {
  readonly dump: Command;
  readonly restore: Command;
}

/**
 * The clients of this version of PostgreSQL, which read every older server too: installed beside a server of it, or
 * fetched, for Debian has them in a package of their own.
 *
 * @param version - as a server says it, e.g. `17.11`
 */
export async function findPostgresqlClients(version: string): Promise<PostgresqlClients> {
  const major = String(Number.parseInt(version, 10));
  for (const { origin } of (await installedPostgresql()).filter((found) => isOfLine(found.version, major))) {
    const [dump, restore] = ['pg_dump', 'pg_restore'].map((program) => join(dirname(origin), program));
    if (dump === undefined || restore === undefined) continue;
    if (!(await executable(dump)) || !(await executable(restore))) continue;
    const command = (file: string): Command => ({ file, args: [], env: {} });
    return { dump: command(dump), restore: command(restore) };
  }
  const command = await commandsIn(await fetchedPackages(clientPackages(major)));
  const bin = `usr/lib/postgresql/${major}/bin`;
  return { dump: command(`${bin}/pg_dump`), restore: command(`${bin}/pg_restore`) };
}
