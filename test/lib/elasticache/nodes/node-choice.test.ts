import { Lazy, Size } from 'aws-cdk-lib';
import {
  type CacheAttributes,
  CacheEngine,
  CacheNodeType,
  CacheProcessor,
  ReplicationGroup,
  type ReplicationGroupProps,
} from '../../../../lib/elasticache';
import { groupWith, newStack, oldCache } from '../stack-under-test';

const engine = CacheEngine.valkey('8.1');
const ownServer = { cacheClusterId: undefined, nodeType: undefined };

function chosen(blue: Partial<CacheAttributes>, green: Partial<ReplicationGroupProps> = {}): string | undefined {
  const { stack, vpc } = newStack();
  return new ReplicationGroup(stack, 'Green', { vpc, engine, replaces: oldCache(stack, blue), ...green }).nodeType
    ?.name;
}

describe('the node type', () => {
  test('follows from the cache that is replaced, on Graviton or, if asked for, on Intel', () => {
    expect(chosen({})).toBe('cache.m7g.large');
    expect(chosen({}, { processor: CacheProcessor.INTEL })).toBe('cache.m5.large');
  });

  test('follows from the stated peak', () => {
    const nodeType = CacheNodeType.of('cache.r3.large');
    expect(chosen({ nodeType }, { peakMemory: Size.gibibytes(9) })).toBe('cache.r7g.large');
    expect(chosen({ nodeType }, { peakMemory: Size.gibibytes(10) })).toBe('cache.r8g.large');
  });

  test('follows from the maxmemory of a server of your own', () => {
    expect(chosen({ ...ownServer, maxMemory: Size.gibibytes(10) })).toBe('cache.m7g.xlarge');
  });

  test('follows from all shards together', () => {
    const blue = {
      cacheClusterId: undefined,
      replicationGroupId: 'sharded',
      nodeType: CacheNodeType.of('cache.r5.large'),
    };
    expect(chosen({ ...blue, numShards: 4 }, { numShards: 2 })).toBe('cache.r7g.xlarge');
    expect(chosen({ ...blue, numShards: 2 }, { numShards: 4 })).toBe('cache.r7g.large');
    expect(chosen({ ...blue, numShards: 2 }, { numShards: 2, peakMemory: Size.gibibytes(19) })).toBe('cache.r7g.large');
    expect(chosen({ ...blue, numShards: 2 }, { numShards: 2, peakMemory: Size.gibibytes(20) })).toBe('cache.r8g.large');
  });

  test('may be stated, if it is large enough', () => {
    expect(chosen({}, { nodeType: CacheNodeType.of('cache.t4g.medium') })).toBe('cache.t4g.medium');
  });

  test('is not questioned where the old memory is not known', () => {
    expect(chosen(ownServer, { nodeType: CacheNodeType.of('cache.t4g.micro') })).toBe('cache.t4g.micro');
  });
});

describe('a stated node type is refused', () => {
  test('if it is too small, with what is needed', () => {
    expect(() => chosen({}, { nodeType: CacheNodeType.of('cache.t4g.small') })).toThrow(
      /cache\.t4g\.small with 1\.37 GiB.*needs 2\.78 GiB \(2988441600 bytes\): the maxmemory of cache\.m3\.medium/,
    );
  });

  test('if it is too small for the peak', () => {
    const nodeType = CacheNodeType.of('cache.t4g.medium');
    expect(() => chosen({}, { nodeType, peakMemory: Size.gibibytes(2.5) })).toThrow(
      /needs 3\.33 GiB.*peakMemory ÷ 0\.75/,
    );
  });

  test.each(['t1.micro', 't2.small', 'm1.large', 'm2.xlarge', 'm3.medium', 'c1.xlarge', 'r3.large'])(
    'if ElastiCache no longer creates it: cache.%s',
    (name) => {
      expect(() => groupWith({ nodeType: CacheNodeType.of(`cache.${name}`) })).toThrow('no longer creates');
    },
  );

  test('if the engine is too old for its family', () => {
    expect(() => groupWith({ engine: CacheEngine.redis('6.0') })).toThrow(
      'Got nodeType cache.m7g.large for Redis 6.0. Accepted on m7g is Redis 6.2 or later.',
    );
    expect(() =>
      groupWith({ engine: CacheEngine.redis('7.1'), nodeType: CacheNodeType.of('cache.m8g.large') }),
    ).toThrow('Accepted on m8g is Valkey 7.2 or later.');
  });

  test('beside a processor', () => {
    expect(() => groupWith({ processor: CacheProcessor.INTEL })).toThrow('beside nodeType cache.m7g.large');
  });
});

describe('a group is refused', () => {
  test('with neither a node type nor a cache that it replaces', () => {
    expect(() => groupWith({ nodeType: undefined })).toThrow(
      /neither nodeType nor replaces.*the node type that this group has now/,
    );
  });

  test('with the peak of no cache', () => {
    expect(() => groupWith({ peakMemory: Size.gibibytes(1) })).toThrow('Got peakMemory without replaces');
  });

  test.each([
    ['a server without maxMemory', ownServer],
    ['a node type that is a token', { nodeType: CacheNodeType.of(Lazy.string({ produce: () => 'x' })) }],
    ['a memory that is a token', { ...ownServer, maxMemory: Size.bytes(Lazy.number({ produce: () => 1 })) }],
  ])('where it cannot be sized: %s', (_, blue) => {
    expect(() => chosen(blue)).toThrow(/The memory of Caches\/Sessions2 is not known.*State its nodeType or maxMemory/);
  });
});
