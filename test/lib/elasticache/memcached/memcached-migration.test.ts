import { Duration, Size } from 'aws-cdk-lib';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Check, CheckTime } from '../../../../lib';
import {
  Cache,
  CacheConsistency,
  CacheEngine,
  CacheMigration,
  type CacheMigrationProps,
  CacheNodeType,
  MemcachedCluster,
  type MemcachedClusterAttributes,
  type MemcachedClusterProps,
} from '../../../../lib/elasticache';
import { newStack } from '../stack-under-test';

interface Case {
  readonly blue?: Partial<MemcachedClusterAttributes>;
  readonly green?: Partial<MemcachedClusterProps>;
  readonly props?: Partial<CacheMigrationProps>;
}

function migrate({ blue: attrs, green: of, props }: Case = {}): string[] {
  const { app, stack, vpc } = newStack();
  const blue = MemcachedCluster.fromAttributes(stack, 'Pages14', {
    cacheClusterId: 'pages',
    engine: CacheEngine.memcached('1.4.34'),
    nodeType: CacheNodeType.of('cache.m4.large'),
    endpointAddress: 'pages.abcdef.cfg.euw1.cache.amazonaws.com',
    ...attrs,
  });
  const green = new MemcachedCluster(stack, 'Pages16', {
    vpc,
    engine: CacheEngine.memcached('1.6.22'),
    replaces: blue,
    ...of,
  });
  new CacheMigration(stack, 'Pages', {
    vpc,
    blue,
    green,
    record: {
      zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'internal.test' }),
      recordName: 'pages',
    },
    consistency: CacheConsistency.COLD,
    ...props,
  });
  const { messages } = app.synth().getStackByName(stack.stackName);
  return messages.map(({ entry }) => String(entry.data));
}

test.each([CacheConsistency.LIVE, CacheConsistency.FENCED])(
  '%s is refused, for nothing can be copied',
  (consistency) => {
    expect(() => migrate({ props: { consistency } })).toThrow(/Memcached lists no keys and tells nobody of changes/);
  },
);

test.each<[string, Case, RegExp]>([
  ['a freeze', { props: { maxFreeze: Duration.minutes(1) } }, /nobody waits for a copy/],
  [
    'too little memory',
    { green: { nodeType: CacheNodeType.of('cache.t4g.small') } },
    /needed are 6.42 GiB \(blue's memory, over all nodes\)/,
  ],
  [
    'a check of keys',
    {
      props: {
        checks: [
          Check.keysAppear({
            name: 'keys',
            pattern: 'page:*',
            when: CheckTime.AFTER_RESUME,
            within: Duration.seconds(30),
          }),
        ],
      },
    },
    /lists no keys/,
  ],
])('refuses %s', (_, props, message) => {
  expect(() => migrate(props)).toThrow(message);
});

test('a smaller green is accepted by what blue has used', () => {
  expect(() =>
    migrate({
      green: { nodeType: CacheNodeType.of('cache.t4g.small') },
      props: { peakMemory: Size.mebibytes(1_000) },
    }),
  ).not.toThrow();
});

test('caches of another protocol are refused on either side', () => {
  const { stack } = newStack();
  const redis = Cache.fromAttributes(stack, 'Sessions', {
    engine: CacheEngine.redis('7.1'),
    endpointAddress: 'sessions.abc.0001.euw1.cache.amazonaws.com',
    port: 11211,
  });
  expect(() => migrate({ props: { blue: redis } })).toThrow(
    /got Redis 7.1 and Memcached 1.6.22; accepted are two caches/,
  );
});

test('warns that connections stay, of auto discovery, and of another hash ring', () => {
  const said = migrate({ blue: { numNodes: 2 }, green: { numNodes: 3 } }).join('\n');
  expect(said).toMatch(/cannot close a client’s connection/);
  expect(said).toMatch(/only clients with auto discovery learn the others/);
  expect(said).toMatch(/clients spread keys otherwise/);
});

test('one node on either side is warned of neither', () => {
  const said = migrate().join('\n');
  expect(said).not.toMatch(/auto discovery|spread keys/);
});
