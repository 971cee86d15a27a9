import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchCriterion, BatchDatabaseClient } from '../../../lib';
import type { Command } from '../../../rehearsal/engines/engine';
import { commandsIn, fetchedPackages } from '../../../rehearsal/engines/fetched-packages';
import { type DatabaseServer, startDatabase } from '../../../rehearsal/engines/sql/database-server';
import { clientPackages } from '../../../rehearsal/engines/sql/fetched-databases';

// The first run fetches packages and makes data directories.
jest.setTimeout(300_000);

const MARIADB_CLIENT = {
  ...{ title: 'the client of MariaDB 10.11', name: 'mariadb-client-10.11-bookworm', suite: 'bookworm', megabytes: 7 },
  packages: [
    ...['mariadb-client-core', 'libmariadb3', 'libc6', 'libedit2', 'libgcc-s1', 'libncurses6', 'libssl3'],
    ...['libstdc++6', 'libtinfo6', 'zlib1g', 'libbsd0', 'libmd0'],
  ],
};

const folder = mkdtempSync(join(tmpdir(), 'newer-'));
let server: DatabaseServer | undefined;
afterEach(() => server?.stop());
afterAll(() => rmSync(folder, { recursive: true }));

/** A program of the PATH of the commands. */
function install(name: string, { file, args }: Pick<Command, 'file' | 'args'>): void {
  writeFileSync(join(folder, name), `#!/bin/sh\nexec ${[file, ...args].join(' ')} "$@"\n`);
  chmodSync(join(folder, name), 0o755);
}

interface Ran {
  readonly status: number;
  readonly output: string;
}

/** As the runner has a check run, for the slot of 09:05. */
function run(command: string, environment: Readonly<Record<string, string>>): Promise<Ran> {
  const env = { PATH: `${folder}:/usr/bin:/bin`, CUTOVER_SLOT_AT: '2026-11-30 09:05:00', ...environment };
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', command], { env }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
}

const SALES = (time: string) => `CREATE TABLE sales (note VARCHAR(20), at ${time});
INSERT INTO sales VALUES ('last week''s', '2026-11-23 10:00:00'), ('of the slot', '2026-11-30 09:05:00')`;

interface Client {
  readonly client: BatchDatabaseClient;
  readonly options: string;
  readonly timestamp: string;
  readonly inBerlin: string;
  start(): Promise<{ readonly server: DatabaseServer; readonly environment: Readonly<Record<string, string>> }>;
}

const CLIENTS: Readonly<Record<string, Client>> = {
  MariaDB: {
    client: BatchDatabaseClient.MYSQL,
    options: '--protocol=tcp --host="$DB_HOST" --port="$DB_PORT" --user="$DB_USER" shop',
    timestamp: 'TIMESTAMP NULL',
    inBerlin: "SET time_zone = '+01:00'",
    start: async () => {
      install('mysql', (await commandsIn(await fetchedPackages(MARIADB_CLIENT)))('usr/bin/mariadb'));
      const started = await startDatabase({ engine: 'mariadb' });
      const environment = environmentOf(started, 'MYSQL_PWD');
      const created = await run(
        'mysql --protocol=tcp --host="$DB_HOST" --port="$DB_PORT" --user="$DB_USER" -e "CREATE DATABASE shop"',
        environment,
      );
      expect(created).toEqual({ status: 0, output: '' });
      return { server: started, environment };
    },
  },
  PostgreSQL: {
    client: BatchDatabaseClient.POSTGRESQL,
    options: '--host="$DB_HOST" --port="$DB_PORT" --username="$DB_USER" postgres',
    timestamp: 'TIMESTAMP WITH TIME ZONE',
    inBerlin: "SET TIME ZONE 'Europe/Berlin'",
    start: async () => {
      install(
        'psql',
        (await commandsIn(await fetchedPackages(clientPackages('17'))))('usr/lib/postgresql/17/bin/psql'),
      );
      const started = await startDatabase({ engine: 'postgresql', version: '17' });
      return { server: started, environment: environmentOf(started, 'PGPASSWORD') };
    },
  },
};

function environmentOf({ host, port, user, password }: DatabaseServer, variable: string): Record<string, string> {
  return { DB_HOST: host, DB_PORT: String(port), DB_USER: user, [variable]: password };
}

test.each(Object.entries(CLIENTS))('%s is asked whether something is not older than the slot', async (_, of) => {
  const started = await of.start();
  server = started.server;
  const program = of.client;
  const tell = async (sql: string) => {
    const flag = program === BatchDatabaseClient.MYSQL ? '--execute' : '--command';
    expect(await run(`${program} ${of.options} ${flag}="$SQL"`, { ...started.environment, SQL: sql })).toMatchObject({
      status: 0,
    });
  };
  const judge = (newest: string) => {
    const { check = '' } = BatchCriterion.newerThanSlot({ client: of.client, options: of.options, newest })._definition;
    return run(check, started.environment);
  };
  await tell(SALES(of.timestamp));
  expect(await judge('SELECT MAX(at) FROM sales')).toEqual({
    status: 0,
    output: 'The newest is of 2026-11-30 09:05:00, and the slot of 2026-11-30 09:05:00 UTC.\n',
  });
  expect(await judge("SELECT at FROM sales WHERE note = 'last week''s' -- by hand")).toEqual({
    status: 1,
    output: 'The newest is of 2026-11-23 10:00:00, and the slot of 2026-11-30 09:05:00 UTC.\n',
  });
  expect(await judge("SELECT MAX(at) FROM sales WHERE note = '$HOME `id` \"\\\\'")).toMatchObject({
    status: 1,
    output: expect.stringMatching(/^The newest is of never, /),
  });
  const { status, output } = await judge('SELECT MAX(at) FROM nothing');
  expect([status === 0, output]).toEqual([false, expect.stringMatching(/nothing/)]);
  // Ten to ten in Berlin is ten to nine: a quarter of an hour before the slot.
  await tell(`DELETE FROM sales; ${of.inBerlin}; INSERT INTO sales VALUES ('', '2026-11-30 09:50:00')`);
  expect((await judge('SELECT MAX(at) FROM sales')).output).toMatch(/^The newest is of 2026-11-30 08:50:00, /);
});
