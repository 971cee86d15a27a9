import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from '../../agent/configuration';
import type { CacheMigrationConfiguration } from '../../contract/cache';
import type { DatabaseMigrationConfiguration } from '../../contract/database';
import { useAws } from './aws';

const aws = useAws();

let folder: string;
let reachFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'configuration-'));
  reachFile = join(folder, 'reach.json');
});
afterAll(() => rm(folder, { recursive: true }));

/** What the deploy wrote that made the host. */
const deployed = (reach: object) => writeFile(reachFile, JSON.stringify(reach));

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
    await deployed(configuration);
    aws.parameters.set('/cdk-cutover/sessions/configuration', JSON.stringify(configuration));
    await expect(readConfiguration({ parameter: '/cdk-cutover/sessions/configuration', reachFile })).resolves.toEqual(
      configuration,
    );
  });

  test('may be one of databases', async () => {
    await deployed(ofDatabases);
    aws.parameters.set('/cdk-cutover/orders/configuration', JSON.stringify(ofDatabases));
    await expect(readConfiguration({ parameter: '/cdk-cutover/orders/configuration', reachFile })).resolves.toEqual(
      ofDatabases,
    );
  });

  test('that is not there is told with the variable that names it', async () => {
    await expect(readConfiguration({ parameter: '/nowhere', reachFile })).rejects.toMatchObject({
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
    await expect(readConfiguration({ parameter: '/bad', reachFile })).rejects.toMatchObject({
      name: 'Agent.BadRequest',
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ['blue', { host: 'attacker.example' }],
    ['blue', { port: 443 }],
    ['green', { tls: false }],
    ['green', { serverName: 'attacker.example' }],
    ['green', { serverName: undefined }],
    ['green', { secretArn: 'arn:of:another' }],
    ['blue', { secretArn: 'arn' }],
  ] as const)('that sends %s elsewhere than was deployed is refused: %j', async (side, changed) => {
    await deployed(configuration);
    const planted = { ...configuration, [side]: { ...configuration[side], ...changed } };
    aws.parameters.set('/planted', JSON.stringify(planted));
    await expect(readConfiguration({ parameter: '/planted', reachFile })).rejects.toMatchObject({
      name: 'Agent.AccessDenied',
      message: expect.stringMatching(
        `^SSM parameter /planted says otherwise.*${side}\\.${Object.keys(changed)[0]} is `,
      ),
    });
  });

  test.each([
    [{ migrationName: 'other' }, 'migrationName'],
    [{ replicationSecretArn: 'arn:of:another' }, 'replicationSecretArn'],
    [{ blue: { ...database, readerHost: 'attacker.example' } }, 'blue.readerHost'],
  ])('of databases that names others than was deployed is refused: %j', async (changed, field) => {
    await deployed(ofDatabases);
    aws.parameters.set('/planted', JSON.stringify({ ...ofDatabases, ...changed }));
    await expect(readConfiguration({ parameter: '/planted', reachFile })).rejects.toMatchObject({
      name: 'Agent.AccessDenied',
      message: expect.stringContaining(`${field} is `),
    });
  });

  const converting = {
    endpoint: {
      ...database,
      host: 'converting.abc.eu-central-1.rds.amazonaws.com',
      engine: 'mysql',
      engineVersion: '8.0.36',
    },
    conversions: [
      { kind: 'toInnoDb' },
      { kind: 'toDynamic', tables: ['shop.log'] },
      { kind: 'addIndex', table: 'shop.orders', name: 'by_state', columns: ['state'], unique: true },
      { kind: 'statements', statements: ['DROP INDEX old ON shop.orders'], changesColumns: true },
    ],
    maxLagSeconds: 600,
  } as const;
  const chained: DatabaseMigrationConfiguration = { ...ofDatabases, converting };
  const reachOfChain = { ...chained, converting: converting.endpoint, conversions: converting.conversions };

  test('may have a converting replica', async () => {
    await deployed(reachOfChain);
    aws.parameters.set('/deployed', JSON.stringify(chained));
    await expect(readConfiguration({ parameter: '/deployed', reachFile })).resolves.toEqual(chained);
  });

  test.each([
    ['another host', { endpoint: { ...converting.endpoint, host: 'attacker.example' } }, 'converting.host is '],
    [
      'another secret',
      { endpoint: { ...converting.endpoint, secretArn: 'arn:of:another' } },
      'converting.secretArn is ',
    ],
    ['other conversions', { conversions: [{ kind: 'toInnoDb' }] }, 'converting.conversions are others'],
  ])('whose converting replica has %s than was deployed is refused', async (_what, changed, message) => {
    await deployed(reachOfChain);
    aws.parameters.set('/planted', JSON.stringify({ ...chained, converting: { ...converting, ...changed } }));
    await expect(readConfiguration({ parameter: '/planted', reachFile })).rejects.toMatchObject({
      name: 'Agent.AccessDenied',
      message: expect.stringContaining(message),
    });
  });

  test.each([
    ['has one that was not deployed', chained, ofDatabases],
    ['lacks the one that was', ofDatabases, reachOfChain],
  ])('that %s is refused', async (_what, planted, reach) => {
    await deployed(reach);
    aws.parameters.set('/planted', JSON.stringify(planted));
    await expect(readConfiguration({ parameter: '/planted', reachFile })).rejects.toMatchObject({
      name: 'Agent.AccessDenied',
      message: expect.stringContaining('converting is '),
    });
  });

  test.each([
    [{ conversions: [{ kind: 'toRocksDb' }] }, /converting\.conversions\.0/],
    [{ conversions: [{ kind: 'statements', statements: [] }] }, /converting\.conversions\.0\.statements/],
    [{ maxLagSeconds: 0 }, /converting\.maxLagSeconds/],
    [{ endpoint: { ...converting.endpoint, secretArn: undefined } }, /converting\.endpoint\.secretArn/],
    [{ endpoint: { ...converting.endpoint, engine: 'aurora-mysql' } }, /converting\.endpoint\.engine: .*"mysql"/],
  ])('with a converting replica that is none is refused: %j', async (changed, message) => {
    aws.parameters.set('/bad', JSON.stringify({ ...chained, converting: { ...converting, ...changed } }));
    await expect(readConfiguration({ parameter: '/bad', reachFile })).rejects.toMatchObject({
      name: 'Agent.BadRequest',
      message: expect.stringMatching(message),
    });
  });

  test('may change in what is no way to a side', async () => {
    await deployed(ofDatabases);
    const changed = {
      ...ofDatabases,
      recordTtlSeconds: 30,
      blue: { ...database, engineVersion: '8.4.mysql_aurora.4.1.0' },
    };
    aws.parameters.set('/deployed', JSON.stringify(changed));
    await expect(readConfiguration({ parameter: '/deployed', reachFile })).resolves.toEqual(changed);
  });

  test('has the requests of checks from the host’s own file alone', async () => {
    const request = { check: 'login', method: 'GET', url: 'http://shop.example/', headers: {} };
    await deployed({ ...configuration, requests: [request] });
    const planted = { ...request, url: 'http://elsewhere.example/' };
    aws.parameters.set('/planted', JSON.stringify({ ...configuration, requests: [planted] }));
    const read = await readConfiguration({ parameter: '/planted', reachFile });
    expect(read.requests).toEqual([request]);
    await deployed(configuration);
    expect((await readConfiguration({ parameter: '/planted', reachFile })).requests).toBeUndefined();
  });

  test.each([
    ['there is none', undefined, /ENOENT/],
    ['it is cut off', '{"migrationName":"sess', /does not hold JSON/],
    ['it says nothing', '{}', /does not say which sides this host was made for/],
  ])('without knowing what was deployed it is refused: %s', async (_what, text, message) => {
    const file = join(folder, 'other.json');
    if (text !== undefined) await writeFile(file, text);
    aws.parameters.set('/deployed', JSON.stringify(configuration));
    await expect(readConfiguration({ parameter: '/deployed', reachFile: file })).rejects.toMatchObject({
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
