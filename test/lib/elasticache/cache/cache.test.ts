import { aws_ec2 as ec2, Lazy, Size, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Cache, CacheEngine, CacheNodeType, TransitEncryption } from '../../../../lib/elasticache';
import { newStack, oldCache } from '../stack-under-test';

const ENDPOINT = 'sessions.abc123.0001.euw1.cache.amazonaws.com';
const WARNING = 'cdk-cutover:EngineEndOfSupport';

function warnings(stack: ReturnType<typeof newStack>['stack'], id: string): string[] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp(id))
    .map((message) => String(message.entry.data));
}

describe('a cache that exists already', () => {
  test('is of ElastiCache, with what its node type gives', () => {
    const { stack } = newStack();
    const cache = oldCache(stack);
    expect(cache.cacheClusterId).toBe('sessions');
    expect(cache.memberClusterIds).toEqual(['sessions']);
    expect(cache.maxMemory?.toBytes()).toBe(2_988_441_600);
    expect([cache.endpointPort, cache.clusterMode, cache.transitEncryption]).toEqual([
      6379,
      false,
      TransitEncryption.NONE,
    ]);
  });

  test('is a server of your own', () => {
    const { stack } = newStack();
    const cache = Cache.fromAttributes(stack, 'Development', {
      engine: CacheEngine.redis('7.4.1'),
      endpointAddress: '10.0.3.7',
      port: 6380,
      maxMemory: Size.gibibytes(2),
    });
    expect([cache.cacheClusterId, cache.replicationGroupId, cache.nodeType]).toEqual([undefined, undefined, undefined]);
    expect([cache.endpointPort, cache.maxMemory?.toGibibytes()]).toEqual([6380, 2]);
  });

  test('is a replication group in cluster mode, reached through TLS with a secret', () => {
    const { stack } = newStack();
    const authSecret = secretsmanager.Secret.fromSecretNameV2(stack, 'Token', 'sessions/token');
    const cache = Cache.fromAttributes(stack, 'Sharded', {
      engine: CacheEngine.valkey('7.2'),
      endpointAddress: 'clustercfg.sharded.abc123.euw1.cache.amazonaws.com',
      replicationGroupId: 'sharded',
      numShards: 3,
      transitEncryption: TransitEncryption.REQUIRED,
      tlsServerName: 'sharded.example.com',
      authSecret,
      parameterGroupName: 'sharded-params',
      memberClusterIds: ['sharded-0001-001'],
    });
    expect([cache.clusterMode, cache.numShards, cache.replicationGroupId]).toEqual([true, 3, 'sharded']);
    expect([cache.tlsServerName, cache.authSecret, cache.parameterGroupName]).toEqual([
      'sharded.example.com',
      authSecret,
      'sharded-params',
    ]);
  });

  test('makes nothing', () => {
    const { stack } = newStack();
    oldCache(stack);
    expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
  });

  test('lets others in by its security groups, at its port', () => {
    const { stack, vpc } = newStack();
    const securityGroup = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123');
    const host = new ec2.SecurityGroup(stack, 'Host', { vpc });
    oldCache(stack, { port: 6380, securityGroups: [securityGroup] }).connections.allowDefaultPortFrom(host);
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: 'sg-0123',
      FromPort: 6380,
      ToPort: 6380,
    });
  });
});

describe('bad attributes', () => {
  const engine = CacheEngine.redis('5.0.6');
  test.each([
    ['an URL', { endpointAddress: 'redis://cache' }, /Got endpointAddress 'redis:\/\/cache'.*bare host name/],
    ['an address with its port', { endpointAddress: 'cache:6379' }, "Got endpointAddress 'cache:6379'"],
    ['no address', { endpointAddress: '' }, "Got endpointAddress ''"],
    ['port 0', { port: 0 }, 'Got port 0. Accepted are whole numbers from 1 to 65535'],
    ['port 65536', { port: 65536 }, 'Got port 65536'],
    ['half a port', { port: 6379.5 }, 'Got port 6379.5'],
    ['no shards', { numShards: 0 }, 'Got numShards 0'],
    ['shards of a single cluster', { numShards: 2, cacheClusterId: 'c' }, "Got numShards for the single cluster 'c'"],
    [
      'two identities',
      { cacheClusterId: 'c', replicationGroupId: 'g' },
      "Got both cacheClusterId 'c' and replicationGroupId 'g'",
    ],
    [
      'Valkey as a single cluster',
      { cacheClusterId: 'c', engine: CacheEngine.valkey('8.1') },
      'Valkey runs in replication groups only',
    ],
    [
      'a password without TLS, which ElastiCache does not take',
      { cacheClusterId: 'c', authSecret: { secretArn: 'arn' } as secretsmanager.ISecret },
      "Got authSecret for 'c' without encryption in transit",
    ],
    [
      'a password of an own server, of which it is not said whether it is sent in the clear',
      { authSecret: { secretArn: 'arn' } as secretsmanager.ISecret },
      'Got authSecret without transitEncryption: is the password sent in the clear? State transitEncryption',
    ],
    ['a server name without TLS', { tlsServerName: 'cache.example.com' }, 'without encryption in transit'],
  ])('are refused: %s', (_, attrs, message) => {
    const { stack } = newStack();
    expect(() => Cache.fromAttributes(stack, 'Cache', { engine, endpointAddress: ENDPOINT, ...attrs })).toThrow(
      message,
    );
  });

  test('that are tokens are taken as they are', () => {
    const { stack } = newStack();
    const text = Lazy.string({ produce: () => 'redis://no' });
    const number = Lazy.number({ produce: () => 0 });
    const cache = Cache.fromAttributes(stack, 'Cache', {
      engine: CacheEngine.redis(text),
      endpointAddress: text,
      port: number,
      numShards: number,
      replicationGroupId: text,
      nodeType: CacheNodeType.of(text),
    });
    expect([cache.endpointAddress, cache.endpointPort, cache.clusterMode]).toEqual([text, number, true]);
  });
});

describe('an engine past its end of support', () => {
  afterEach(() => jest.useRealTimers());

  test('is a warning with the date, by a stable id', () => {
    const { stack } = newStack();
    oldCache(stack);
    expect(warnings(stack, WARNING)).toEqual([
      expect.stringMatching(
        /standard support of Redis 2\.8\.24 ended on 2023-01-13\. .*cdk-cutover:EngineEndOfSupport/,
      ),
    ]);
  });

  test('names the end of extended support, where there is one', () => {
    const { stack } = newStack();
    oldCache(stack, { engine: CacheEngine.redis('5.0.6') });
    expect(warnings(stack, WARNING)[0]).toContain('Until 2029-01-31 ElastiCache charges extra');
  });

  test.each([
    ['on its last day', '2027-01-31T23:59:59Z', 0],
    ['on the day after', '2027-02-01T00:00:00Z', 1],
  ])('%s: %s gives %i warnings', (_, now, count) => {
    jest.useFakeTimers({ now: new Date(now) });
    const { stack } = newStack();
    oldCache(stack, { engine: CacheEngine.redis('6.2') });
    expect(warnings(stack, WARNING)).toHaveLength(count);
  });

  test('of a server of your own is none of ElastiCache’s', () => {
    const { stack } = newStack();
    oldCache(stack, { cacheClusterId: undefined });
    expect(warnings(stack, WARNING)).toEqual([]);
  });

  test('of a token is not known', () => {
    const { stack } = newStack();
    oldCache(stack, { engine: CacheEngine.redis(Lazy.string({ produce: () => '2.8.24' })) });
    expect(warnings(stack, WARNING)).toEqual([]);
  });
});
