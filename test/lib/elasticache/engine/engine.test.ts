import { Lazy } from 'aws-cdk-lib';
import { CacheEngine } from '../../../../lib/elasticache';

const token = () => Lazy.string({ produce: () => '7.1' });

describe('an engine', () => {
  test('spells itself as CloudFormation does, and as people do', () => {
    const engine = CacheEngine.valkey('8.1');
    expect([engine.name, engine.version, `${engine}`]).toEqual(['valkey', '8.1', 'Valkey 8.1']);
  });

  test.each(['', '8.', 'v8.1', '8.1.0.0', 'latest', '8.1-rc1', '7.x.1'])('refuses the version %p', (version) => {
    expect(() => CacheEngine.redis(version)).toThrow(`Got '${version}' as a version of Redis.`);
  });

  test('refuses a Valkey that was never released', () => {
    expect(() => CacheEngine.valkey('7.0')).toThrow(/Valkey 7\.0, which does not exist.*CacheEngine\.redis\('7\.0'\)/);
  });
});

describe('the parameter group family', () => {
  test.each([
    ['2.6.13', 'redis2.6'],
    ['2.8.24', 'redis2.8'],
    ['3.2.10', 'redis3.2'],
    ['4.0.10', 'redis4.0'],
    ['5.0.6', 'redis5.0'],
    ['6.x', 'redis6.x'],
    ['6.2', 'redis6.x'],
    ['7.1', 'redis7'],
  ])('of Redis %s is %s', (version, family) => {
    expect(CacheEngine.redis(version).parameterGroupFamily).toBe(family);
  });

  test.each([
    ['7.2', 'valkey7'],
    ['8.1', 'valkey8'],
    ['9.0', 'valkey9'],
  ])('of Valkey %s is %s', (version, family) => {
    expect(CacheEngine.valkey(version).parameterGroupFamily).toBe(family);
  });

  test('is the stated one, if it is stated', () => {
    expect(CacheEngine.valkey(token(), { parameterGroupFamily: 'valkey8' }).parameterGroupFamily).toBe('valkey8');
  });

  test('must be stated for a token, and for a Redis that ElastiCache does not have', () => {
    expect(() => CacheEngine.valkey(token()).parameterGroupFamily).toThrow('state it: CacheEngine.valkey(version');
    expect(() => CacheEngine.redis('8.0').parameterGroupFamily).toThrow('The parameter group family of Redis 8.0');
  });
});

describe('a downgrade', () => {
  const { redis, valkey } = CacheEngine;
  test.each([
    [redis('7.0'), redis('7.1')],
    [redis('5.0.6'), redis('6.x')],
    [redis('2.8.6'), redis('2.8.24')],
    [valkey('7.2'), valkey('8.0')],
    [redis('7.1'), valkey('7.2')],
  ])('is %s in place of %s', (engine, replaced) => {
    expect(engine.isDowngradeFrom(replaced)).toBe(true);
  });

  test.each([
    [redis('7.1'), redis('2.8.24')],
    [redis('7.1'), redis('7.1')],
    [redis('7.1'), redis('7.1.4')],
    [redis('6.0'), redis('6.x')],
    [redis('10.0'), redis('9.9')],
    [valkey('8.1'), redis('2.8.24')],
    // A server of your own may run it; Valkey's numbers do not continue Redis's after 7.2.
    [valkey('7.2'), redis('7.4')],
    [valkey('8.1'), valkey('8.1')],
    [redis(token()), redis('7.2')],
    [valkey('7.2'), valkey(token())],
  ])('is not %s in place of %s', (engine, replaced) => {
    expect(engine.isDowngradeFrom(replaced)).toBe(false);
  });
});

describe('the end of standard support', () => {
  test.each([
    ['2.8.24', '2023-01-13'],
    ['3.2.10', '2023-07-31'],
    ['4.0.10', '2026-01-31'],
    ['5.0.6', '2026-01-31'],
    ['6.x', '2027-01-31'],
    ['7.1', undefined],
  ])('of Redis %s is %s', (version, end) => {
    expect(CacheEngine.redis(version).standardSupportEnd).toBe(end);
  });

  test('of Valkey is not announced', () => {
    expect(CacheEngine.valkey('7.2').standardSupportEnd).toBeUndefined();
  });

  test('of a token is not known', () => {
    expect(CacheEngine.redis(token()).standardSupportEnd).toBeUndefined();
  });
});
