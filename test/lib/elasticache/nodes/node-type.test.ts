import { Lazy, Size, Token } from 'aws-cdk-lib';
import { CacheEngine, CacheNodeCategory, CacheNodeType, CacheProcessor } from '../../../../lib/elasticache';
import { NODE_FAMILIES } from '../../../../lib/elasticache/nodes/node-families';
import { NODE_SIZES } from '../../../../lib/elasticache/nodes/node-sizes';

const valkey = CacheEngine.valkey('8.1');
const types = NODE_SIZES.map(([name]) => CacheNodeType.of(`cache.${name}`));
const bytes = (type: CacheNodeType) => type.maxMemory?.toBytes() ?? Number.NaN;
const successorOf = (name: string, engine = valkey, processor?: CacheProcessor) =>
  CacheNodeType.of(name).successor({ engine, processor }).name;

describe('every node type', () => {
  test('is listed once, and has a family', () => {
    expect(new Set(types.map((type) => type.name)).size).toBe(types.length);
    expect(types.filter((type) => type.family === undefined)).toEqual([]);
    expect(NODE_FAMILIES.filter(({ name }) => !types.some((type) => type.family === name))).toEqual([]);
  });

  test.each(types.map((type) => [type.name, type] as const))('%s knows its memory and vCPUs', (name, type) => {
    expect(bytes(type)).toBeGreaterThan(100_000_000);
    expect(type.vCpu).toBeGreaterThanOrEqual(1);
    expect(type.processor).toBe(/\d+gn?d?\./.test(name) ? CacheProcessor.GRAVITON : CacheProcessor.INTEL);
    expect(name).toMatch(new RegExp(`^cache\\.[a-z]+${type.generation}`));
  });

  test('has more memory the larger it is within its family', () => {
    for (const { name } of NODE_FAMILIES) {
      const memory = types.filter((type) => type.family === name).map(bytes);
      expect(memory).toEqual([...new Set(memory)].sort((a, b) => a - b));
    }
  });

  test('gives what ElastiCache publishes', () => {
    const facts = (name: string) => {
      const type = CacheNodeType.of(name);
      return [bytes(type), type.vCpu, type.family, type.generation, type.category, `${type.minimumEngine}`];
    };
    expect(facts('cache.m3.medium')).toEqual([
      2_988_441_600,
      1,
      'm3',
      3,
      CacheNodeCategory.GENERAL_PURPOSE,
      'undefined',
    ]);
    expect(facts('cache.m7g.large')).toEqual([
      6_854_542_746,
      2,
      'm7g',
      7,
      CacheNodeCategory.GENERAL_PURPOSE,
      'Redis 6.2',
    ]);
    expect(facts('cache.r6gd.4xlarge')).toEqual([
      113_609_865_216,
      16,
      'r6gd',
      6,
      CacheNodeCategory.DATA_TIERING,
      'Redis 6.2',
    ]);
    expect(facts('cache.r8g.16xlarge')).toEqual([
      541_725_818_880,
      64,
      'r8g',
      8,
      CacheNodeCategory.MEMORY_OPTIMIZED,
      'Valkey 7.2',
    ]);
  });

  test('can no longer be created in these families', () => {
    const gone = types.filter((type) => !type.creatable).map((type) => type.family);
    expect([...new Set(gone)].sort()).toEqual(['c1', 'm1', 'm2', 'm3', 'r3', 't1', 't2']);
  });
});

describe('a name', () => {
  test('that ElastiCache does not have is refused, with its family', () => {
    expect(() => CacheNodeType.of('cache.m5.medium')).toThrow(
      /Got 'cache\.m5\.medium'.*Accepted: cache\.m5\.large, cache\.m5\.xlarge/,
    );
  });

  test('without its prefix is refused, with the prefix', () => {
    expect(() => CacheNodeType.of('m5.large')).toThrow("Write 'cache.m5.large'.");
  });

  test('of no family at all is refused, with the families', () => {
    expect(() => CacheNodeType.of('db.x9.huge')).toThrow(/Accepted: cache\.t1\.\*, .*cache\.r8g\.\*/);
  });

  test('that is a token is taken as it is', () => {
    const name = Lazy.string({ produce: () => 'cache.m7g.large' });
    const type = CacheNodeType.of(name);
    expect(Token.isUnresolved(type.name)).toBe(true);
    expect([type.creatable, type.supports(CacheEngine.redis('2.8.24')), type.maxMemory]).toEqual([
      true,
      true,
      undefined,
    ]);
    expect(() => type.successor({ engine: valkey })).toThrow('state nodeType');
  });
});

describe('the minimum engine', () => {
  const { redis } = CacheEngine;
  test.each([
    ['cache.m5.large', redis('2.8.24'), false],
    ['cache.r5.large', redis('3.2.4'), true],
    ['cache.t3.micro', redis('3.2.10'), true],
    ['cache.m6g.large', redis('4.0.10'), false],
    ['cache.r6g.large', redis('5.0.0'), false],
    ['cache.t4g.micro', redis('5.0.6'), true],
    ['cache.m7g.large', redis('6.0'), false],
    ['cache.r7g.large', redis('6.2'), true],
    ['cache.r7g.large', redis('6.x'), true],
    ['cache.m8g.large', redis('7.1'), false],
    ['cache.m8g.large', CacheEngine.valkey('7.2'), true],
    ['cache.m4.large', redis('2.8.24'), true],
    ['cache.m7g.large', redis(Lazy.string({ produce: () => '5.0.6' })), true],
  ])('of %s: %s runs: %p', (name, engine, runs) => {
    expect(CacheNodeType.of(name).supports(engine)).toBe(runs);
  });
});

describe('the successor', () => {
  test('is chosen by memory, not by name', () => {
    expect(successorOf('cache.m3.medium')).toBe('cache.m7g.large');
    expect(successorOf('cache.m3.medium', valkey, CacheProcessor.INTEL)).toBe('cache.m5.large');
  });

  test.each(types.flatMap((type) => Object.values(CacheProcessor).map((processor) => [type.name, processor] as const)))(
    'of %s on %s holds at least as much, can be created, and is current, unless there is none',
    (name, processor) => {
      const type = CacheNodeType.of(name);
      if (
        processor === CacheProcessor.INTEL &&
        [CacheNodeCategory.DATA_TIERING, CacheNodeCategory.NETWORK_OPTIMIZED].includes(
          type.category as CacheNodeCategory,
        )
      ) {
        expect(() => type.successor({ engine: valkey, processor })).toThrow('runs on none of them');
        return;
      }
      if (name === 'cache.r5.24xlarge' && processor === CacheProcessor.GRAVITON) {
        expect(() => type.successor({ engine: valkey })).toThrow('the largest is cache.r8g.16xlarge with 504.52 GiB');
        return;
      }
      const successor = type.successor({ engine: valkey, processor });
      expect(bytes(successor)).toBeGreaterThanOrEqual(bytes(type));
      expect(successor.creatable).toBe(true);
      expect(successor.processor).toBe(processor);
      expect(['m4', 'r4']).not.toContain(successor.family);
    },
  );

  // Their own size of m6g or r6g has less memory than they have.
  test.each([
    ['cache.m1.large', 'cache.m7g.xlarge'],
    ['cache.m1.xlarge', 'cache.m7g.2xlarge'],
    ['cache.m3.xlarge', 'cache.m7g.2xlarge'],
    ['cache.m3.2xlarge', 'cache.m7g.4xlarge'],
    ['cache.m4.large', 'cache.m7g.xlarge'],
    ['cache.m4.xlarge', 'cache.m7g.2xlarge'],
    ['cache.m4.2xlarge', 'cache.m7g.4xlarge'],
    ['cache.m4.4xlarge', 'cache.m7g.8xlarge'],
    ['cache.r3.large', 'cache.r7g.xlarge'],
    ['cache.r3.xlarge', 'cache.r7g.2xlarge'],
    ['cache.r3.2xlarge', 'cache.r7g.4xlarge'],
    ['cache.r3.4xlarge', 'cache.r7g.8xlarge'],
    ['cache.r3.8xlarge', 'cache.r7g.12xlarge'],
  ])('of %s is a size up on generations 6 and 7: %s', (name, successor) => {
    const sameSize = name.replace(/cache\.([mr])\d/, 'cache.$16g');
    expect(bytes(CacheNodeType.of(sameSize))).toBeLessThan(bytes(CacheNodeType.of(name)));
    expect(successorOf(name, CacheEngine.redis('7.1'))).toBe(successor);
  });

  test('for Valkey may be of generation 8, whose sizes have more memory', () => {
    expect(successorOf('cache.r3.large')).toBe('cache.r8g.large');
    expect(successorOf('cache.m4.large')).toBe('cache.m8g.large');
  });

  test.each([
    ['cache.m3.2xlarge', CacheEngine.valkey('8.1'), CacheProcessor.INTEL, 'cache.m5.4xlarge'],
    ['cache.r4.large', CacheEngine.redis('5.0.6'), undefined, 'cache.r6g.large'],
    ['cache.r4.large', CacheEngine.redis('6.0'), undefined, 'cache.r6g.large'],
    ['cache.r4.large', CacheEngine.redis('6.2'), undefined, 'cache.r7g.large'],
  ])(
    'of %s for %s (%s) is %s: of the same memory the newest generation that runs it',
    (name, engine, processor, successor) => {
      expect(successorOf(name, engine, processor)).toBe(successor);
    },
  );

  test.each([
    ['cache.m2.xlarge', 'cache.r7g.xlarge'],
    ['cache.c1.xlarge', 'cache.m7g.large'],
    ['cache.t1.micro', 'cache.t4g.micro'],
    ['cache.t2.micro', 'cache.t4g.small'],
    ['cache.t2.small', 'cache.t4g.medium'],
    ['cache.r6gd.2xlarge', 'cache.r6gd.2xlarge'],
    ['cache.c7gn.2xlarge', 'cache.c7gn.2xlarge'],
    ['cache.m7g.large', 'cache.m7g.large'],
  ])('of %s keeps its character: %s', (name, successor) => {
    expect(successorOf(name)).toBe(successor);
  });

  test('leaves the character only where no type of it is large enough', () => {
    expect(successorOf('cache.t2.medium')).toBe('cache.m7g.large');
    expect(successorOf('cache.m5.24xlarge')).toBe('cache.r7g.12xlarge');
  });

  test('holds the stated peak ÷ 0.75 instead of all the memory', () => {
    const r3 = CacheNodeType.of('cache.r3.large');
    const engine = CacheEngine.redis('7.1');
    expect(r3.successor({ engine, peakMemory: Size.gibibytes(9) }).name).toBe('cache.r7g.large');
    // 13.07 GiB × 0.75 = 9.80 GiB
    expect(r3.successor({ engine, peakMemory: Size.gibibytes(10) }).name).toBe('cache.r7g.xlarge');
  });

  test('of a peak that fits exactly is not a size up', () => {
    const usable = Size.bytes(Math.floor(6_854_542_746 * 0.75));
    const m3 = CacheNodeType.of('cache.m3.medium');
    expect(m3.successor({ engine: valkey, peakMemory: usable }).name).toBe('cache.m7g.large');
    const tooMuch = Size.bytes(usable.toBytes() + 1);
    expect(m3.successor({ engine: valkey, peakMemory: tooMuch }).name).toBe('cache.m8g.large');
  });

  test('is refused where the engine runs on no current type, saying what does', () => {
    expect(() => successorOf('cache.m3.medium', CacheEngine.redis('4.0.10'))).toThrow(
      /runs on none of them.*Redis 5\.0\.6 on for Graviton.*CacheProcessor\.INTEL/,
    );
    expect(successorOf('cache.m3.medium', CacheEngine.redis('4.0.10'), CacheProcessor.INTEL)).toBe('cache.m5.large');
  });

  test('is refused where nothing is large enough, saying what helps', () => {
    expect(() =>
      CacheNodeType.of('cache.r5.24xlarge').successor({
        engine: valkey,
        processor: CacheProcessor.INTEL,
        peakMemory: Size.gibibytes(600),
      }),
    ).toThrow(/gives 800\.00 GiB.*the largest is cache\.r5\.24xlarge with 635\.61 GiB.*peakMemory.*numShards/);
  });
});

describe('the smallest type', () => {
  test('for a memory is general purpose unless another category is asked for', () => {
    const maxMemory = Size.gibibytes(2);
    expect(CacheNodeType.smallest({ maxMemory, engine: valkey }).name).toBe('cache.m7g.large');
    expect(CacheNodeType.smallest({ maxMemory, engine: valkey, category: CacheNodeCategory.BURSTABLE }).name).toBe(
      'cache.t4g.medium',
    );
  });

  test('for a memory that is a token is refused', () => {
    const maxMemory = Size.bytes(Lazy.number({ produce: () => 1 }));
    expect(() => CacheNodeType.smallest({ maxMemory, engine: valkey })).toThrow('is a token');
  });
});
