import { Size } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  CacheEngine,
  CacheNodeType,
  CacheProcessor,
  MemcachedCluster,
  type MemcachedClusterAttributes,
  type MemcachedClusterProps,
  TransitEncryption,
} from '../../../../lib/elasticache';
import { newStack } from '../stack-under-test';

const CLUSTER = 'AWS::ElastiCache::CacheCluster';
const latest = CacheEngine.memcached('1.6.22');

function build(attrs: Partial<MemcachedClusterAttributes> = {}, props: Partial<MemcachedClusterProps> = {}) {
  const { stack, vpc } = newStack();
  const blue = MemcachedCluster.fromAttributes(stack, 'Pages14', {
    cacheClusterId: 'pages',
    engine: CacheEngine.memcached('1.4.34'),
    nodeType: CacheNodeType.of('cache.m4.large'),
    endpointAddress: 'pages.abcdef.cfg.euw1.cache.amazonaws.com',
    ...attrs,
  });
  const green = new MemcachedCluster(stack, 'Pages16', { vpc, engine: latest, replaces: blue, ...props });
  return { stack, blue, green, template: Template.fromStack(stack) };
}

function alone(props: Partial<MemcachedClusterProps>): MemcachedCluster {
  const { stack, vpc } = newStack();
  return new MemcachedCluster(stack, 'Pages', { vpc: vpc as IVpc, engine: latest, ...props });
}

test('a cluster of one node is in one zone, and stays', () => {
  const { template, green } = build();
  template.hasResource(CLUSTER, {
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      Engine: 'memcached',
      EngineVersion: '1.6.22',
      AZMode: 'single-az',
      NumCacheNodes: 1,
      Port: 11211,
      TransitEncryptionEnabled: false,
    },
  });
  template.hasResourceProperties('AWS::ElastiCache::ParameterGroup', { CacheParameterGroupFamily: 'memcached1.6' });
  expect(green.endpointPort).toBe(11211);
});

test('several nodes are as many as before, across zones', () => {
  build({ numNodes: 3 }).template.hasResourceProperties(CLUSTER, { NumCacheNodes: 3, AZMode: 'cross-az' });
});

test('clients find it by its configuration endpoint', () => {
  const { stack, green } = build();
  expect(JSON.stringify(stack.resolve(green.endpointAddress))).toContain('ConfigurationEndpoint.Address');
});

describe('the node type', () => {
  test.each([
    ['cache.m4.large', {}, 'cache.m8g.large'],
    ['cache.m4.large', { processor: CacheProcessor.INTEL }, 'cache.m5.xlarge'],
    ['cache.t2.small', {}, 'cache.t4g.medium'],
    ['cache.r4.large', {}, 'cache.r7g.large'],
    ['cache.m4.large', { numNodes: 2 }, 'cache.m7g.large'],
    ['cache.m4.xlarge', { peakMemory: Size.mebibytes(6_400) }, 'cache.m7g.large'],
    ['cache.m4.xlarge', { peakMemory: Size.mebibytes(6_500) }, 'cache.m8g.large'],
  ] as const)('after %s with %p is %s', (before, props, after) => {
    const { green } = build({ nodeType: CacheNodeType.of(before) }, props);
    expect(green.nodeType?.name).toBe(after);
  });

  test('has the memory that Memcached has on it, not what Redis has', () => {
    const { blue } = build({ nodeType: CacheNodeType.of('cache.t2.small') });
    expect(blue.maxMemory?.toMebibytes()).toBe(1588);
  });

  test('of a previous generation says nothing of memory, which must be stated', () => {
    const nodeType = CacheNodeType.of('cache.m3.medium');
    expect(() => build({ nodeType })).toThrow(/State its maxMemory \(limit_maxbytes/);
    expect(build({ nodeType, maxMemory: Size.mebibytes(2_850) }).green.nodeType?.name).toBe('cache.m7g.large');
  });

  test('must be one that runs Memcached', () => {
    const of = (name: string, version: string) => () =>
      alone({ nodeType: CacheNodeType.of(name), engine: CacheEngine.memcached(version) });
    expect(of('cache.m7g.large', '1.5.16')).not.toThrow();
    expect(of('cache.m7g.large', '1.5.10')).toThrow(/Memcached 1.5.16 on/);
    expect(of('cache.m8g.large', '1.5.16')).toThrow(/1.6.6 on/);
    expect(of('cache.r6gd.xlarge', '1.6.22')).toThrow(/r6gd has none/);
    expect(of('cache.m3.medium', '1.6.22')).toThrow(/no longer creates/);
  });
});

test.each<[string, Partial<MemcachedClusterProps>, RegExp]>([
  ['another engine', { engine: CacheEngine.valkey('8.1') }, /accepted is Memcached/],
  [
    'a version that ElastiCache never had',
    { engine: CacheEngine.memcached('1.6.7') },
    /creates no cluster with Memcached 1.6.7/,
  ],
  ['both on one port', { transitEncryption: TransitEncryption.PREFERRED }, /either TLS or plaintext/],
  ['no node', { numNodes: 0 }, /whole numbers from 1; how many/],
  ['neither size nor a cluster to replace', { nodeType: undefined }, /neither nodeType nor replaces/],
])('refuses %s', (_, props, message) => {
  expect(() => alone({ nodeType: CacheNodeType.of('cache.m7g.large'), ...props })).toThrow(message);
});

test('TLS comes with 1.6.12', () => {
  const of = (version: string) => () =>
    alone({
      nodeType: CacheNodeType.of('cache.m7g.large'),
      engine: CacheEngine.memcached(version),
      transitEncryption: TransitEncryption.REQUIRED,
    });
  expect(of('1.6.6')).toThrow(/Memcached 1.6.12 and later/);
  expect(of('1.6.12')).not.toThrow();
});

test.each<[string, Partial<MemcachedClusterAttributes>, Partial<MemcachedClusterProps>, RegExp]>([
  [
    'an older version',
    { engine: CacheEngine.memcached('1.6.22') },
    { engine: CacheEngine.memcached('1.6.17') },
    /downgrade/,
  ],
  ['another port', { port: 11212 }, {}, /state port: 11212/],
  ['plaintext after TLS', { engine: latest, transitEncryption: TransitEncryption.REQUIRED }, {}, /speak TLS/],
  ['TLS after plaintext', {}, { transitEncryption: TransitEncryption.REQUIRED }, /speak plaintext/],
])('does not replace a cluster by one of %s', (_, attrs, props, message) => {
  expect(() => build(attrs, props)).toThrow(message);
});

test('servers of your own are one node each', () => {
  expect(() => build({ cacheClusterId: undefined, numNodes: 2 })).toThrow(/migrated one by one/);
});

test('metrics are of every node', () => {
  const { blue } = build({ numNodes: 2 });
  const used = Object.values(blue.metricGetMisses().usingMetrics).map((metric) => metric.toMetricConfig().metricStat);
  expect(used.map((stat) => stat?.dimensions)).toEqual([
    [
      { name: 'CacheClusterId', value: 'pages' },
      { name: 'CacheNodeId', value: '0001' },
    ],
    [
      { name: 'CacheClusterId', value: 'pages' },
      { name: 'CacheNodeId', value: '0002' },
    ],
  ]);
});
