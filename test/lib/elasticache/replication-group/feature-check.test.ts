import {
  Duration,
  aws_elasticache as elasticache,
  aws_kms as kms,
  aws_logs as logs,
  type Stack,
  aws_secretsmanager as secretsmanager,
} from 'aws-cdk-lib';
import {
  CacheAuthentication,
  CacheEngine,
  CacheNodeType,
  type ReplicationGroupProps,
  TransitEncryption,
} from '../../../../lib/elasticache';
import { groupWith } from '../stack-under-test';

const old = { engine: CacheEngine.redis('5.0.6'), nodeType: CacheNodeType.of('cache.m6g.large') };

describe('ElastiCache would refuse, so synthesis does', () => {
  test.each<[string, Partial<ReplicationGroupProps>, string | RegExp]>([
    ['port 0', { port: 0 }, 'Got port 0'],
    ['no shards', { numShards: 0 }, 'Got numShards 0. Accepted are whole numbers from 1 to 500.'],
    ['501 shards', { numShards: 501 }, 'Got numShards 501'],
    ['six replicas', { numReplicas: 6 }, 'Got numReplicas 6. Accepted are whole numbers from 0 to 5.'],
    ['half a replica', { numReplicas: 0.5 }, 'Got numReplicas 0.5'],
    ['backups of 36 days', { snapshotRetention: Duration.days(36) }, /Got snapshotRetention of 36 days.*1 to 35/],
    ['backups of hours', { snapshotRetention: Duration.hours(36) }, 'Accepted are whole days'],
    ['a backup time of no range', { snapshotWindow: '05:00' }, "Got snapshotWindow '05:00'"],
    ['a backup at 25 o’clock', { snapshotWindow: '25:00-26:00' }, "Got snapshotWindow '25:00-26:00'"],
    [
      'maintenance of no day',
      { preferredMaintenanceWindow: '23:00-01:30' },
      /Got preferredMaintenanceWindow.*sun:23:00/,
    ],
    ['cluster mode by parameter', { parameters: { 'cluster-enabled': 'yes' } }, 'Cluster mode is numShards'],
    [
      'PREFERRED before Redis 7',
      { ...old, transitEncryption: TransitEncryption.PREFERRED },
      /PREFERRED for Redis 5\.0\.6.*NONE or REQUIRED/,
    ],
  ])('%s', (_, props, message) => {
    expect(() => groupWith(props)).toThrow(message);
  });

  test.each<[string, Partial<ReplicationGroupProps>, (stack: Stack) => Partial<ReplicationGroupProps>, string]>([
    [
      'a key without encryption at rest',
      { atRestEncryption: false },
      (stack) => ({ encryptionKey: new kms.Key(stack, 'Key') }),
      'Got encryptionKey with atRestEncryption false',
    ],
    [
      'a token without encryption in transit',
      {},
      (stack) => ({ authentication: CacheAuthentication.authToken(new secretsmanager.Secret(stack, 'Token')) }),
      'Got authentication without encryption in transit',
    ],
    [
      'a user group before Redis 6',
      { ...old, transitEncryption: TransitEncryption.REQUIRED },
      (stack) => ({
        authentication: CacheAuthentication.userGroup(
          new elasticache.CfnUserGroup(stack, 'Users', {
            userGroupId: 'users',
            engine: 'redis',
            userIds: ['migration'],
          }),
          new secretsmanager.Secret(stack, 'Token'),
        ),
      }),
      'Got a user group for Redis 5.0.6',
    ],
    [
      'slow logs before Redis 6',
      old,
      (stack) => ({ slowLogGroup: new logs.LogGroup(stack, 'Logs') }),
      'Got slowLogGroup',
    ],
    [
      'engine logs before Redis 6.2',
      { ...old, engine: CacheEngine.redis('6.0') },
      (stack) => ({ engineLogGroup: new logs.LogGroup(stack, 'Logs') }),
      'Got engineLogGroup for Redis 6.0',
    ],
  ])('%s', (_, props, propsIn, message) => {
    expect(() => groupWith(props, propsIn)).toThrow(message);
  });

  test.each(['AE', 'AK', 'Kx', 'KEg$lshzx', ''])('keyspace events %p, which leave changes unseen', (events) => {
    expect(() => groupWith({ parameters: { 'notify-keyspace-events': events } })).toThrow(
      `Got notify-keyspace-events '${events}'. Accepted is AKE`,
    );
  });

  test.each(['2.8.24', '3.2.10', '5.0.5', '6.2.6', '7.2', '8.0'])('Redis %s, which it does not create', (version) => {
    expect(() => groupWith({ engine: CacheEngine.redis(version) })).toThrow(
      `ElastiCache creates no cache with Redis ${version}. Accepted are 4.0.10, 5.0.6, 6.0, 6.2, 6.x, 7.0, 7.1.`,
    );
  });

  test.each(['8', '8.1.3'])('Valkey %s, whose patch release it chooses itself', (version) => {
    expect(() => groupWith({ engine: CacheEngine.valkey(version) })).toThrow('accepted is major and minor version');
  });
});

test.each(['AKE', 'KEA', 'AKEm', 'KEg$lshzxetd'])('keyspace events %s are enough', (events) => {
  expect(() => groupWith({ parameters: { 'notify-keyspace-events': events } })).not.toThrow();
});
