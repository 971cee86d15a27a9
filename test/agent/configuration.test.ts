import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from '../../agent/configuration';
import type { CacheMigrationConfiguration } from '../../agent/contract';
import type { DatabaseMigrationConfiguration } from '../../agent/database-contract';
import { useAws } from './aws';

const aws = useAws();

const endpoint = {
  host: 'blue.cache.example',
  port: 6379,
  tls: false,
  engine: 'redis',
  engineVersion: '2.8.24',
  clusterMode: false,
} as const;
const configuration: CacheMigrationConfiguration = {
  migrationName: 'sessions',
  kind: 'cache',
  consistency: 'FENCED',
  recordName: 'sessions.internal.example',
  recordTtlSeconds: 5,
  blue: endpoint,
  green: {
    ...endpoint,
    engine: 'valkey',
    engineVersion: '8.1',
    tls: true,
    serverName: 'green.cache.example',
    secretArn: 'arn',
  },
};
const database = {
  host: 'blue.cluster-abc.eu-central-1.rds.amazonaws.com',
  readerHost: 'blue.cluster-ro-abc.eu-central-1.rds.amazonaws.com',
  port: 3306,
  tls: true,
  secretArn: 'arn',
  engine: 'aurora-mysql',
  engineVersion: '8.0.mysql_aurora.3.08.0',
} as const;
const ofDatabases: DatabaseMigrationConfiguration = {
  migrationName: 'orders',
  kind: 'database',
  strategy: 'binlogReplica',
  recordName: 'orders.internal.example',
  recordTtlSeconds: 5,
  blue: database,
  green: { ...database, host: 'green.cluster-abc.eu-central-1.rds.amazonaws.com' },
  smokeQueries: [{ name: 'latest orders', sql: 'SELECT 1', database: 'shop' }],
};

describe('the configuration', () => {
  test('is read from its parameter', async () => {
    aws.parameters.set('/cdk-cutover/sessions/configuration', JSON.stringify(configuration));
    await expect(readConfiguration({ parameter: '/cdk-cutover/sessions/configuration' })).resolves.toEqual(
      configuration,
    );
  });

  test('may be one of databases', async () => {
    aws.parameters.set('/cdk-cutover/orders/configuration', JSON.stringify(ofDatabases));
    await expect(readConfiguration({ parameter: '/cdk-cutover/orders/configuration' })).resolves.toEqual(ofDatabases);
  });

  test('that is not there is told with the variable that names it', async () => {
    await expect(readConfiguration({ parameter: '/nowhere' })).rejects.toMatchObject({
      name: 'Agent.BadRequest',
      message: expect.stringMatching(/\/nowhere does not exist: check CUTOVER_CONFIGURATION/),
    });
  });

  test.each([
    ['no JSON', 'nonsense', /does not hold JSON/],
    ['another kind', JSON.stringify({ ...configuration, kind: 'host' }), /kind: .*"cache"\|"database"/],
    [
      'the fields of another kind',
      JSON.stringify({ ...configuration, kind: 'database' }),
      /strategy: .*blue\.secretArn/,
    ],
    [
      'a database without a secret',
      JSON.stringify({ ...ofDatabases, blue: { ...database, secretArn: undefined } }),
      /blue\.secretArn: /,
    ],
    [
      'a port that is none',
      JSON.stringify({ ...configuration, blue: { ...endpoint, port: 70_000 } }),
      /blue\.port: .*65535/,
    ],
    ['nothing', '{}', /kind: /],
    ['nothing but its kind', '{"kind":"cache"}', /blue: .*green: /],
  ])('with %s is refused, field by field', async (_kind, text, message) => {
    aws.parameters.set('/bad', text);
    await expect(readConfiguration({ parameter: '/bad' })).rejects.toMatchObject({
      name: 'Agent.BadRequest',
      message: expect.stringMatching(message),
    });
  });

  test('may be a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'agent-configuration-'));
    try {
      const file = join(folder, 'configuration.json');
      await expect(readConfiguration({ file })).rejects.toMatchObject({ message: expect.stringContaining('ENOENT') });
      await writeFile(file, JSON.stringify(configuration));
      await expect(readConfiguration({ file })).resolves.toEqual(configuration);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
