import { ElastiCache } from '../../../../rehearsal/aws/elasticache/elasticache';
import { allowing, callerOf, testEnvironment } from '../test-environment';

function testbed(slownessMs = 0) {
  const { clock, environment } = testEnvironment();
  const deleted: string[] = [];
  const elasticache = new ElastiCache({ environment, slownessMs, onDelete: (id) => deleted.push(id) });
  const facts = { nodeType: 'cache.m5.large', securityGroupIds: ['sg-1'], transitEncryption: false, authToken: false };
  elasticache.caches.addCluster({
    ...facts,
    id: 'sessions',
    engine: 'redis',
    engineVersion: '2.8.24',
    parameterGroup: 'own',
    endpoint: { address: 'sessions.cache.example', port: 6379 },
  });
  elasticache.caches.addReplicationGroup({
    ...facts,
    id: 'sessions8',
    engine: 'valkey',
    engineVersion: '8.1',
    parameterGroup: 'default.valkey8',
    primaryEndpoint: { address: 'master.sessions8.cache.example', port: 6379 },
    readerEndpoint: { address: 'replica.sessions8.cache.example', port: 6379 },
    nodes: 2,
    automaticFailover: true,
  });
  elasticache.parameterGroups.add('own', 'redis2.8', { timeout: '300' });
  return { ...callerOf(environment, elasticache), clock, elasticache, deleted };
}

describe('descriptions', () => {
  test('a replication group has its endpoints and members', async () => {
    expect(await testbed().call('describeReplicationGroups', { ReplicationGroupId: 'Sessions8' })).toMatchObject({
      ReplicationGroups: [
        {
          ReplicationGroupId: 'sessions8',
          Status: 'available',
          ClusterEnabled: false,
          MemberClusters: ['sessions8-001', 'sessions8-002'],
          NodeGroups: [{ PrimaryEndpoint: { Address: 'master.sessions8.cache.example', Port: 6379 } }],
          ARN: 'arn:aws:elasticache:eu-west-1:111122223333:replicationgroup:sessions8',
        },
      ],
    });
  });

  test('members of a replication group are clusters too', async () => {
    const { call } = testbed();
    expect(
      await call('describeCacheClusters', { CacheClusterId: 'sessions8-002', ShowCacheNodeInfo: true }),
    ).toMatchObject({
      CacheClusters: [
        { EngineVersion: '8.1', ReplicationGroupId: 'sessions8', CacheNodes: [{ Endpoint: { Port: 6379 } }] },
      ],
    });
    expect(await call('describeCacheClusters', { ShowCacheClustersNotInReplicationGroups: true })).toMatchObject({
      CacheClusters: [{ CacheClusterId: 'sessions', CacheParameterGroup: { CacheParameterGroupName: 'own' } }],
    });
    expect(((await call('describeCacheClusters')) as { CacheClusters: object[] }).CacheClusters).toHaveLength(3);
  });

  test.each([
    [
      'describeReplicationGroups',
      { ReplicationGroupId: 'x' },
      'ElastiCache.ReplicationGroupNotFoundException',
      'ReplicationGroup x not found.',
    ],
    [
      'describeCacheClusters',
      { CacheClusterId: 'x' },
      'ElastiCache.CacheClusterNotFoundException',
      'CacheCluster not found: x',
    ],
    [
      'describeSnapshots',
      { SnapshotName: 'x' },
      'ElastiCache.SnapshotNotFoundException',
      'x is either not present or not available.',
    ],
    [
      'describeCacheParameters',
      { CacheParameterGroupName: 'x' },
      'ElastiCache.CacheParameterGroupNotFoundException',
      'CacheParameterGroup not found: x',
    ],
    [
      'describeCacheClusters',
      { MaxRecords: 10 },
      'ElastiCache.InvalidParameterValueException',
      'MaxRecords must be from 20 to 100, not 10.',
    ],
    ['describeCacheClusters', { Marker: 'x' }, 'ElastiCache.InvalidParameterValueException', 'Invalid marker.'],
    [
      'describeCacheParameters',
      { CacheParameterGroupName: 'own', Source: 'me' },
      'ElastiCache.InvalidParameterValueException',
      'Invalid source: me. Accepted are user, system and engine-default.',
    ],
  ])('%s with %j is refused', async (action, request, error, cause) => {
    expect(await testbed().refusal(action, request)).toEqual({ error, cause });
  });
});

// @see docs/aws-facts.md#elasticache-memcached-snapshots
test.each([
  ['Memcached', { engine: 'memcached', nodeType: 'cache.m5.large' }],
  ['cache.t1.micro', { engine: 'redis', nodeType: 'cache.t1.micro' }],
] as const)('of %s there is no snapshot, and no last one', async (_, facts) => {
  const { call, refusal, elasticache, deleted } = testbed();
  elasticache.caches.addCluster({ ...elasticache.caches.cluster('sessions'), ...facts, id: 'old' });
  const [CacheClusterId, SnapshotName] = ['old', 'last'];
  const error = 'ElastiCache.SnapshotFeatureNotSupportedException';
  expect((await refusal('createSnapshot', { CacheClusterId, SnapshotName })).error).toBe(error);
  const request = { CacheClusterId, FinalSnapshotIdentifier: SnapshotName };
  expect((await refusal('deleteCacheCluster', request)).error).toBe(error);
  expect(deleted).toEqual([]);
  await call('deleteCacheCluster', { CacheClusterId });
  expect(deleted).toEqual(['old']);
});

test('what is being changed is not deleted', async () => {
  const { call, refusal, elasticache, clock, deleted } = testbed();
  elasticache.caches.modify('sessions8', 1_000);
  const request = { ReplicationGroupId: 'sessions8' };
  expect(await call('describeReplicationGroups', request)).toMatchObject({
    ReplicationGroups: [{ Status: 'modifying' }],
  });
  expect((await refusal('deleteReplicationGroup', request)).error).toBe(
    'ElastiCache.InvalidReplicationGroupStateException',
  );
  await clock.pass(1_000);
  await call('deleteReplicationGroup', request);
  expect(deleted).toEqual(['sessions8']);
});

describe('parameter groups', () => {
  const parameter = (ParameterName: string, ParameterValue?: string) => ({
    CacheParameterGroupName: 'own',
    ParameterNameValues: [{ ParameterName, ...(ParameterValue !== undefined && { ParameterValue }) }],
  });
  const user = { CacheParameterGroupName: 'own', Source: 'user' };

  test('what was changed is the user’s, and reaches the engines at once', async () => {
    const { call, elasticache } = testbed();
    const told: unknown[] = [];
    elasticache.parameterGroups.onChange((...change) => told.push(change));
    await call('modifyCacheParameterGroup', parameter('notify-keyspace-events', 'KEA'));
    expect(told).toEqual([['own', 'notify-keyspace-events', 'KEA']]);
    expect(await call('describeCacheParameters', user)).toMatchObject({
      Parameters: [
        { ParameterName: 'notify-keyspace-events', ParameterValue: 'KEA', Source: 'user' },
        { ParameterName: 'timeout', ParameterValue: '300' },
      ],
    });
  });

  test('a reset parameter has its default again', async () => {
    const { call, elasticache } = testbed();
    await call('modifyCacheParameterGroup', parameter('notify-keyspace-events', 'KEA'));
    await call('resetCacheParameterGroup', parameter('notify-keyspace-events'));
    expect(elasticache.parameterGroups.valueOf('own', 'notify-keyspace-events')).toBe('');
    expect(elasticache.parameterGroups.valueOf('own', 'timeout')).toBe('300');
    await call('resetCacheParameterGroup', { CacheParameterGroupName: 'own', ResetAllParameters: true });
    expect(await call('describeCacheParameters', user)).toEqual({ Parameters: [] });
  });

  test.each([
    [
      'a default group',
      { ...parameter('timeout', '60'), CacheParameterGroupName: 'default.valkey8' },
      'The parameter group default.valkey8 cannot be modified',
    ],
    [
      'an unknown parameter',
      parameter('notify-keyspace', 'KEA'),
      'Could not find parameter with name: notify-keyspace',
    ],
    [
      'a value that is not allowed',
      parameter('notify-keyspace-events', 'yes'),
      'The value "yes" of notify-keyspace-events is invalid',
    ],
    ['a time-out below 20', parameter('timeout', '10'), 'is invalid. Allowed values: 0,20-'],
    [
      'no parameter',
      { CacheParameterGroupName: 'own', ParameterNameValues: [] },
      'must have 1 to 20 parameters; got 0.',
    ],
  ])('changing %s is refused, and changes nothing', async (_what, request, message) => {
    const { refusal, call } = testbed();
    const refused = await refusal('modifyCacheParameterGroup', request);
    expect(refused).toEqual({
      error: 'ElastiCache.InvalidParameterValueException',
      cause: expect.stringContaining(message),
    });
    expect(await call('describeCacheParameters', user)).toMatchObject({ Parameters: [{ ParameterName: 'timeout' }] });
  });

  test('a default group cannot be reset, and a reset says what it resets', async () => {
    const { refusal } = testbed();
    const all = { CacheParameterGroupName: 'default.redis7', ResetAllParameters: true };
    expect((await refusal('resetCacheParameterGroup', all)).cause).toContain('cannot be modified');
    expect((await refusal('resetCacheParameterGroup', { CacheParameterGroupName: 'own' })).error).toBe(
      'ElastiCache.InvalidParameterCombinationException',
    );
  });
});

describe('snapshots and deletion', () => {
  test('a snapshot takes its time, and the cache is busy as long', async () => {
    const { call, refusal, clock } = testbed(60_000);
    expect(await call('createSnapshot', { CacheClusterId: 'sessions', SnapshotName: 's1' })).toMatchObject({
      Snapshot: { SnapshotStatus: 'creating' },
    });
    expect((await refusal('createSnapshot', { CacheClusterId: 'sessions', SnapshotName: 's2' })).error).toBe(
      'ElastiCache.InvalidCacheClusterStateException',
    );
    await clock.pass(60_000);
    expect(await call('describeSnapshots', { SnapshotName: 's1' })).toMatchObject({
      Snapshots: [{ SnapshotStatus: 'available', CacheClusterId: 'sessions' }],
    });
    expect((await refusal('createSnapshot', { CacheClusterId: 'sessions', SnapshotName: 's1' })).error).toBe(
      'ElastiCache.SnapshotAlreadyExistsException',
    );
  });

  test('a snapshot is of one cache', async () => {
    const { refusal } = testbed();
    const both = { CacheClusterId: 'sessions', ReplicationGroupId: 'sessions8', SnapshotName: 's' };
    expect((await refusal('createSnapshot', both)).error).toBe('ElastiCache.InvalidParameterCombinationException');
  });

  test('a deleted replication group is there while it is deleted, then gone; its final snapshot stays', async () => {
    const { call, refusal, clock, deleted } = testbed(60_000);
    expect(
      await call('deleteReplicationGroup', { ReplicationGroupId: 'sessions8', FinalSnapshotIdentifier: 'last' }),
    ).toMatchObject({ ReplicationGroup: { Status: 'deleting' } });
    expect(deleted).toEqual(['sessions8']);
    expect(await call('describeReplicationGroups')).toMatchObject({ ReplicationGroups: [{ Status: 'deleting' }] });
    expect((await refusal('deleteReplicationGroup', { ReplicationGroupId: 'sessions8' })).error).toBe(
      'ElastiCache.InvalidReplicationGroupStateException',
    );
    await clock.pass(60_000);
    expect(await call('describeReplicationGroups')).toEqual({ ReplicationGroups: [] });
    expect((await refusal('deleteReplicationGroup', { ReplicationGroupId: 'sessions8' })).error).toBe(
      'ElastiCache.ReplicationGroupNotFoundException',
    );
    expect(await call('describeSnapshots')).toMatchObject({
      Snapshots: [{ SnapshotName: 'last', SnapshotStatus: 'available' }],
    });
  });

  test('a final snapshot that cannot be taken keeps the cache', async () => {
    const { call, refusal, deleted } = testbed();
    await call('createSnapshot', { CacheClusterId: 'sessions', SnapshotName: 's1' });
    expect(
      (await refusal('deleteCacheCluster', { CacheClusterId: 'sessions', FinalSnapshotIdentifier: 's1' })).error,
    ).toBe('ElastiCache.SnapshotAlreadyExistsException');
    expect(deleted).toEqual([]);
    await call('deleteCacheCluster', { CacheClusterId: 'sessions', FinalSnapshotIdentifier: 's2' });
    expect(deleted).toEqual(['sessions']);
  });

  test('the primary of a replication group is not deleted as a cluster', async () => {
    expect((await testbed().refusal('deleteCacheCluster', { CacheClusterId: 'sessions8-001' })).error).toBe(
      'ElastiCache.InvalidCacheClusterStateException',
    );
  });

  test('deleting with a final snapshot takes the permission on the snapshot too', async () => {
    const { refusal } = testbed();
    const arn = 'arn:aws:elasticache:eu-west-1:111122223333:';
    const principal = allowing({
      Effect: 'Allow',
      Action: 'elasticache:DeleteCacheCluster',
      Resource: `${arn}cluster:sessions`,
    });
    const request = { CacheClusterId: 'sessions', FinalSnapshotIdentifier: 'last' };
    expect(await refusal('deleteCacheCluster', request, { principal })).toEqual({
      error: 'ElastiCache.ElastiCacheException',
      cause: expect.stringContaining(`elasticache:DeleteCacheCluster on resource: ${arn}snapshot:last`),
    });
  });
});
