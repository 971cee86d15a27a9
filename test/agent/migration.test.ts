import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Credentials } from '../../agent/credentials';
import { JsonLog } from '../../agent/log';
import { Migration } from '../../agent/migration';
import type { CacheEndpoint } from '../../contract/cache';
import { configurationOf } from './migration';
import { configurationOf as configurationOfDatabases } from './mysql/stage';

const endpoint: CacheEndpoint = {
  ...{ host: '127.0.0.1', port: 6379, tls: false },
  ...{ engine: 'redis', engineVersion: '7.0', clusterMode: false },
};
const caches = configurationOf(endpoint, endpoint);
const { host, port, tls } = endpoint;
const database = { host, port, tls, secretArn: 'arn', engine: 'mysql', engineVersion: '8.0.36' } as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-migration-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const configured = (configuration: object) =>
  writeFile(join(folder, 'configuration.json'), JSON.stringify(configuration));

async function open(): Promise<Migration> {
  await configured(caches);
  const source = { file: join(folder, 'configuration.json') };
  const log = new JsonLog({ write: () => undefined });
  return Migration.open({ source, stateDirectory: folder, log, credentials: new Credentials(() => undefined) });
}

test('a configuration that is read again tells whether it says something else', async () => {
  const migration = await open();
  expect(await migration.reload()).toBe(false);
  await configured({ ...caches, recordTtlSeconds: 60 });
  expect(await migration.reload()).toBe(true);
  expect(await migration.reload()).toBe(false);
});

test('a migration does not become one of another engine while the service runs', async () => {
  const migration = await open();
  await configured(configurationOfDatabases(database, database));
  await expect(migration.reload()).rejects.toMatchObject({
    name: 'Agent.BadRequest',
    message:
      'The migration orders was one of caches and is now one of MySQL databases: restart the service of this host.',
  });
});

test('a migration has sides of one engine', async () => {
  const migration = await open();
  await configured(configurationOfDatabases(database, { ...database, engine: 'postgres' }));
  await expect(migration.reload()).rejects.toMatchObject({
    message:
      'blue is mysql and green is postgres: a migration stays within MySQL databases or within PostgreSQL databases.',
  });
});
