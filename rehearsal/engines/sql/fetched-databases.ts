import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { moveIntoPlace } from '../debian-packages';
import type { Command } from '../engine';
import { commandsIn, fetchedPackages, type PackageSet } from '../fetched-packages';
import { DATABASE_TITLE, type DatabaseEngine, type DatabaseEngineName, identifyDatabase } from './database-engine';

/** A database server that a Debian suite holds, with every package it needs to run on any Linux of the same processor. */
export interface DebianDatabase {
  readonly engine: DatabaseEngineName;
  /** The line that the suite holds. A rolling suite (sid) may have moved on: the server's own answer decides. */
  readonly version: string;
  readonly suite: string;
  readonly packages: readonly string[];
  readonly megabytes: number;
}

const EVERYWHERE = ['libc6', 'libstdc++6', 'libgcc-s1', 'libsystemd0', 'libcap2', 'zlib1g', 'libzstd1', 'liblz4-1'];
const COMPRESSORS = ['liblzma5', 'libgcrypt20', 'libgpg-error0'];
const MARIADB = ['mariadb-server', 'mariadb-server-core', 'libcrypt1', 'libpcre2-8-0', 'liblzo2-2', 'libbz2-1.0'];
const MARIADB_INPUT_OUTPUT = [
  'libsnappy1v5',
  'liburing2',
  'libaio1',
  'libpmem1',
  'libdaxctl1',
  'libndctl6',
  'libkmod2',
];
const MYSQL = ['mysql-server', 'mysql-server-core', 'libaio1t64', 'libnuma1', 'libevent-core-2.1-7t64', 'libicu78'];
const MYSQL_LIBRARIES = [
  'libevent-pthreads-2.1-7t64',
  'libprotobuf-lite32t64',
  'libgoogle-perftools4t64',
  'libxxhash0',
];
const KERBEROS = ['libgssapi-krb5-2', 'libkrb5-3', 'libk5crypto3', 'libcom-err2', 'libkrb5support0', 'libkeyutils1'];
const POSTGRESQL = [
  'libpq5',
  'libxml2',
  'libpam0g',
  'libaudit1',
  'libcap-ng0',
  'libselinux1',
  'libpcre2-8-0',
  'libuuid1',
];
const DIRECTORY = ['libsasl2-2', 'libcrypt1', 'libffi8', 'libgmp10', 'libidn2-0', 'libtasn1-6', 'libp11-kit0'];

export const DEBIAN_DATABASES: readonly DebianDatabase[] = [
  {
    engine: 'mariadb',
    version: '10.11',
    suite: 'bookworm',
    packages: [...MARIADB, ...MARIADB_INPUT_OUTPUT, ...EVERYWHERE, ...COMPRESSORS, 'libssl3', 'libnuma1', 'libudev1'],
    megabytes: 25,
  },
  {
    engine: 'mysql',
    version: '9.7',
    suite: 'sid',
    packages: [...MYSQL, ...MYSQL_LIBRARIES, ...EVERYWHERE, 'libssl3t64', 'libunwind8', 'liblzma5'],
    megabytes: 50,
  },
  {
    engine: 'postgresql',
    version: '15',
    suite: 'bookworm',
    packages: [
      ...['postgresql-15', ...POSTGRESQL, ...KERBEROS, ...DIRECTORY, ...EVERYWHERE, ...COMPRESSORS],
      ...['libssl3', 'libicu72', 'libldap-2.5-0', 'libnettle8', 'libhogweed6', 'libgnutls30', 'libunistring2'],
    ],
    megabytes: 35,
  },
  {
    engine: 'postgresql',
    version: '17',
    suite: 'trixie',
    packages: [
      ...['postgresql-17', ...POSTGRESQL, ...KERBEROS, ...DIRECTORY, ...EVERYWHERE, ...COMPRESSORS],
      ...['libssl3t64', 'libicu76', 'libldap2', 'libnettle8t64', 'libhogweed6t64', 'libgnutls30t64', 'libunistring5'],
      ...['liburing2', 'libnuma1', 'libxxhash0'],
    ],
    megabytes: 35,
  },
];

/** The server from the cache folder; fetched first where it is not there yet. */
export async function fetchedDatabase(offer: DebianDatabase): Promise<DatabaseEngine> {
  const { engine, suite, packages, megabytes } = offer;
  const folder = await fetchedPackages({
    title: `${DATABASE_TITLE[engine]} ${offer.version}`,
    name: `${engine}-${offer.version}-${suite}`,
    suite,
    packages,
    megabytes,
  });
  const command = await commandsIn(folder);
  const origin = `Debian ${suite}`;
  const base = join(folder, 'usr');
  if (engine === 'postgresql') {
    const bin = `usr/lib/postgresql/${offer.version}/bin`;
    const share = join(folder, 'usr/share/postgresql', offer.version);
    const server = command(`${bin}/postgres`);
    const initdb = await initdbBeside(folder, join(folder, bin), command);
    return { engine, version: await identifyDatabase(engine, server), origin, server, initdb, base, share };
  }
  const server = command(engine === 'mariadb' ? 'usr/sbin/mariadbd' : 'usr/sbin/mysqld');
  return {
    engine,
    version: await identifyDatabase(engine, server),
    origin,
    server,
    base,
    share: join(base, 'share/mysql'),
  };
}

/**
 * What PostgreSQL's own clients need is what its server needs.
 *
 * @param major - e.g. `17`
 * @throws Error where no Debian suite known here holds it
 */
export function clientPackages(major: string): PackageSet {
  const row = DEBIAN_DATABASES.find(({ engine, version }) => engine === 'postgresql' && version === major);
  if (!row) throw new Error(`No Debian suite known here holds the clients of PostgreSQL ${major}.`);
  const { suite, packages, megabytes } = row;
  return {
    title: `the clients of PostgreSQL ${major}`,
    name: `postgresql-client-${major}-${suite}`,
    suite,
    packages: packages.map((name) => (name === `postgresql-${major}` ? `postgresql-client-${major}` : name)),
    megabytes,
  };
}

/**
 * `initdb` starts the `postgres` that stands beside it, and would start it with the machine's own loader: so a copy of
 * initdb is put beside a script that starts postgres with the right one.
 */
async function initdbBeside(folder: string, bin: string, command: (path: string) => Command): Promise<Command> {
  const wrapped = 'initdb-with-loader';
  const place = join(folder, wrapped);
  if (!existsSync(place)) {
    // Made whole or not at all: several processes may make the same one at once.
    const work = await mkdtemp(join(folder, `.${wrapped}-`));
    try {
      const { file, args } = command(join(bin, 'postgres').slice(folder.length + 1));
      const line = [file, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
      await cp(join(bin, 'initdb'), join(work, 'initdb'));
      await writeFile(join(work, 'postgres'), `#!/bin/sh\nexec ${line} "$@"\n`, { mode: 0o755 });
      await chmod(work, 0o755);
      await moveIntoPlace(work, place);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  return command(`${wrapped}/initdb`);
}
