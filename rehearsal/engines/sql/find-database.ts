import { access, constants, readdir, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { compareVersions, isOfLine } from '../engine';
import { EngineUnavailable } from '../redis/find-engine';
import { DATABASE_TITLE, type DatabaseEngine, type DatabaseEngineName, identifyDatabase } from './database-engine';
import { DEBIAN_DATABASES, fetchedDatabase } from './fetched-databases';

/**
 * A database server of this line. PostgreSQL may be installed on the machine; MariaDB and MySQL always come from
 * Debian's packages, because what is installed of them may be either under the other's name.
 *
 * @param version - a line: `10.11`, `17`, or a whole version. Absent: the newest known.
 * @throws EngineUnavailable saying what was looked for, where, and what to do.
 */
export async function findDatabase(engine: DatabaseEngineName, version?: string): Promise<DatabaseEngine> {
  const fits = (found: string) => version === undefined || isOfLine(found, version) || isOfLine(version, found);
  if (engine === 'postgresql') {
    const installed = (await installedPostgresql()).find((found) => fits(found.version));
    if (installed) return installed;
  }
  const offers = DEBIAN_DATABASES.filter((row) => row.engine === engine && fits(row.version));
  const offer = offers.sort((a, b) => compareVersions(b.version, a.version))[0];
  if (!offer) throw unavailable(engine, version, 'no Debian suite known here holds it');
  const fetched = await fetchedDatabase(offer).catch((error: Error) => {
    throw unavailable(engine, version, error.message);
  });
  if (!fits(fetched.version)) throw unavailable(engine, version, `Debian ${offer.suite} now holds ${fetched.version}`);
  return fetched;
}

/** On PATH, and where Debian puts it. */
export async function installedPostgresql(): Promise<DatabaseEngine[]> {
  const debian = '/usr/lib/postgresql';
  const folders = (await readdir(debian).catch(() => [])).map((line) => join(debian, line, 'bin'));
  const found = new Map<string, DatabaseEngine>();
  for (const folder of [...(process.env.PATH ?? '').split(delimiter).filter((entry) => entry !== ''), ...folders]) {
    const file = await realpath(join(folder, 'postgres')).catch(() => undefined);
    if (!file || found.has(file)) continue;
    const initdb = join(dirname(file), 'initdb');
    if (!(await executable(file)) || !(await executable(initdb))) continue;
    const command = (program: string) => ({ file: program, args: [], env: {} });
    const version = await identifyDatabase('postgresql', command(file));
    const base = dirname(dirname(file));
    const server = command(file);
    found.set(file, { engine: 'postgresql', version, origin: file, server, initdb: command(initdb), base, share: '' });
  }
  return [...found.values()];
}

export async function executable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function unavailable(engine: DatabaseEngineName, version: string | undefined, reason: string): EngineUnavailable {
  const known = DEBIAN_DATABASES.map((row) => `${DATABASE_TITLE[row.engine]} ${row.version} (${row.suite})`).join(', ');
  return new EngineUnavailable(
    `${DATABASE_TITLE[engine]}${version === undefined ? '' : ` ${version}`} cannot be started on this machine: ${reason}. ` +
      `Known Debian packages: ${known}. Run on a machine with apt-get and Debian sources${engine === 'postgresql' ? ', or install it so that it is on PATH' : ''}.`,
  );
}
