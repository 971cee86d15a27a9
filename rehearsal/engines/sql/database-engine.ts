import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Command } from '../engine';

const run = promisify(execFile);

/**
 * - `mariadb` 10.11 speaks the dialect of Aurora MySQL 2 and RDS MySQL 5.7 (`SHOW SLAVE STATUS`) and stands in for them.
 * - `mysql` 9.7 speaks that of Aurora MySQL 3 and RDS MySQL 8.4 (`SHOW REPLICA STATUS`) and stands in for them.
 */
export type DatabaseEngineName = 'mariadb' | 'mysql' | 'postgresql';

export const DATABASE_TITLE: Readonly<Record<DatabaseEngineName, string>> = {
  mariadb: 'MariaDB',
  mysql: 'MySQL',
  postgresql: 'PostgreSQL',
};

/** A database server that can be started on this machine. */
export interface DatabaseEngine {
  readonly engine: DatabaseEngineName;
  /** As the server itself says it, e.g. `10.11.6`. */
  readonly version: string;
  /** Where it comes from, for people: a path, or a Debian suite. */
  readonly origin: string;
  readonly server: Command;
  /** PostgreSQL: what makes a data directory. The others' servers do it themselves. */
  readonly initdb?: Command;
  /** MariaDB and MySQL: what `basedir` names, with `share` and `lib` in it. */
  readonly base: string;
  /** Messages, system tables' SQL and the like. */
  readonly share: string;
}

const VERSION: Readonly<Record<DatabaseEngineName, RegExp>> = {
  mariadb: /Ver (\d+\.\d+\.\d+)-MariaDB/,
  mysql: /Ver (\d+\.\d+\.\d+)(?!\S*MariaDB)/,
  postgresql: /postgres \(PostgreSQL\) (\d+\.\d+)/,
};

/** The version that a server answers to `--version`. A `mysqld` may be another name of MariaDB: the answer decides. */
export async function identifyDatabase(engine: DatabaseEngineName, server: Command): Promise<string> {
  const { stdout } = await run(server.file, [...server.args, '--version'], {
    env: { ...process.env, ...server.env },
    timeout: 20_000,
  });
  const version = VERSION[engine].exec(stdout)?.[1];
  if (!version) {
    throw new Error(
      `${server.file} --version answered "${stdout.trim().slice(0, 120)}", which is not ${DATABASE_TITLE[engine]}.`,
    );
  }
  return version;
}
