import type { ElastiCache } from '../../../rehearsal/aws/elasticache/elasticache';
import { findMigration } from '../../../rehearsal/testbed/migration';
import { EXAMPLES, synthesized } from '../../examples/example-under-test';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { anyone } from '../../rehearsal/aws/test-environment';
import { buildProgram, inAccount, run } from './deployed-migration';
import { CACHE, type Counted, LOG_GROUP, type Load, plantedLoad } from './planted-load';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

let program: string;
beforeAll(async () => {
  program = await buildProgram();
});

interface Blue {
  /** What CloudWatch has of it, by AWS's names. @see docs/aws-facts.md#cloudwatch-engine-metrics */
  readonly counted: Counted;
  readonly caches: (elasticache: ElastiCache) => void;
  readonly figure: string;
}

const none = () => undefined;

const database = (dimension: string, id: string, metric: string, figure: string): Blue => ({
  counted: { namespace: 'AWS/RDS', dimensions: [[dimension, id]], busyHour: { [metric]: 800 } },
  caches: none,
  figure,
});

const ofNode = (dimensions: Counted['dimensions'], ...metrics: readonly string[]): Counted => ({
  namespace: 'AWS/ElastiCache',
  dimensions,
  busyHour: Object.fromEntries(metrics.map((name) => [name, 500_000])),
});

const single = (id: string, address: string): Blue => ({
  counted: ofNode([['CacheClusterId', id]], 'GetTypeCmds', 'SetTypeCmds'),
  caches: ({ caches }) => caches.addCluster({ ...CACHE, id, endpoint: { address, port: 6379 } }),
  figure: 'commands',
});

/** What is blue in each example. RDS for MySQL counts no queries in CloudWatch: what it receives is counted instead. */
const BLUES: Readonly<Record<string, Blue>> = {
  'shared-cache': single('sessions', 'sessions.abcdef.0001.apne1.cache.amazonaws.com'),
  'maintenance-night': single('stock', 'stock.abcdef.0001.apne1.cache.amazonaws.com'),
  'pure-cache': {
    counted: ofNode([['CacheClusterId', 'catalogue-001']], 'GetTypeCmds'),
    caches: ({ caches }) =>
      caches.addReplicationGroup({
        ...CACHE,
        id: 'catalogue',
        nodes: 2,
        automaticFailover: true,
        primaryEndpoint: { address: 'catalogue.abcdef.ng.0001.euw1.cache.amazonaws.com', port: 6379 },
        readerEndpoint: { address: 'catalogue-ro.abcdef.ng.0001.euw1.cache.amazonaws.com', port: 6379 },
      }),
    figure: 'commands',
  },
  memcached: {
    counted: ofNode(
      [
        ['CacheClusterId', 'pages'],
        ['CacheNodeId', '0001'],
      ],
      'CmdGet',
      'CmdSet',
    ),
    caches: ({ caches }) =>
      caches.addCluster({
        ...CACHE,
        engine: 'memcached',
        id: 'pages',
        endpoint: { address: 'pages.abcdef.cfg.euw1.cache.amazonaws.com', port: 11211 },
      }),
    figure: 'commands',
  },
  'mysql-to-aurora': database('DBInstanceIdentifier', 'shop', 'NetworkReceiveThroughput', 'bytes received'),
  'aurora-managed': database('DBClusterIdentifier', 'booking', 'Queries', 'queries'),
  'aurora-postgres': database('DBClusterIdentifier', 'ledger', 'CommitThroughput', 'commits'),
};

const MIGRATED = EXAMPLES.filter((name) => !name.includes(','));

test('every example that moves clients is here', () => {
  expect(Object.keys(BLUES).sort()).toEqual([...MIGRATED].sort());
});

async function windows(name: string, shareAt: Load['shareAt']) {
  const { assembly } = synthesized(name);
  const { stateMachine, configuration, manifest } = findMigration(assembly);
  const blue = BLUES[name];
  const services = plantedLoad({
    shareAt,
    address: configuration.blue.host,
    alarms: manifest.alarms,
    ...(blue && { counted: blue.counted, caches: blue.caches }),
  });
  const ran = await inAccount(
    { assembly, operators: anyone, machine: stateMachine.arn },
    (environment) => run(program, ['windows', manifest.migration, '--log-group', LOG_GROUP, '--json'], environment),
    { services, parameters: { configuration: JSON.stringify(configuration) } },
  );
  return { ...ran, found: JSON.parse(ran.out) };
}

/** By day much, by night some, and on Sunday from 3:00 to 5:00 next to nothing. */
const withQuietSunday = (at: Date) => {
  const hour = at.getUTCHours();
  if (at.getUTCDay() === 0 && (hour === 3 || hour === 4)) return 0.02;
  return hour < 6 ? 0.3 : 1;
};

describe.each(MIGRATED)('%s', (name) => {
  test('has the quiet window that was planted, and what would run in it', async () => {
    const { code, problem, found } = await windows(name, withQuietSunday);
    expect([code, problem, found.notLookedAt]).toEqual([0, '', []]);
    expect(found.goesBy.figure).toBe(BLUES[name]?.figure);
    expect(found.windows).toEqual([
      expect.objectContaining({
        from: 'Sun 03:00',
        hours: 2,
        percentOfBusy: 2,
        connections: 41.2,
        others: expect.objectContaining({ [LOG_GROUP]: 0 }),
        wouldRun: [
          'rule nightly-report, cron(30 3 ? * SUN *)',
          'schedule default/tokyo-import, cron(15 13 ? * SUN *) Asia/Tokyo',
        ],
      }),
    ]);
  });

  test('has no quiet hour where none was planted, and it is said', async () => {
    const { code, found } = await windows(name, (at) => (at.getUTCHours() === 4 && at.getUTCDay() === 2 ? 0.4 : 1));
    expect([code, found.noHourIsQuiet]).toEqual([3, true]);
    expect(found.windows).toEqual([expect.objectContaining({ from: 'Tue 04:00', hours: 1, percentOfBusy: 40 })]);
  });
});
