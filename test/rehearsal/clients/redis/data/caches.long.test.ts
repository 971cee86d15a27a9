import type Redis from 'ioredis';
import { openCache } from '../../../../../rehearsal/clients/redis/data/cache-address';
import { compareCaches } from '../../../../../rehearsal/clients/redis/data/compare-caches';
import { fillCache } from '../../../../../rehearsal/clients/redis/data/fill-cache';
import { findEngine } from '../../../../../rehearsal/engines/redis/find-engine';
import { type Server, startServer } from '../../../../../rehearsal/engines/redis/server';

jest.setTimeout(120_000);

let old: Server;
let young: Server;
let redis: Redis;
beforeEach(async () => {
  old = await startServer(await findEngine('redis', '6.0'));
  young = await startServer(await findEngine('valkey', '8.1'), { password: 'secret' });
  redis = await openCache(at());
});
afterEach(async () => {
  redis.disconnect();
  await Promise.all([old.stop(), young.stop()]);
});

const at = () => ({ ...young, credentials: { password: 'secret' } });
/** Both are filled one after the other, and what expires counts from when it was written. */
const LATER = { expirySlackMs: 120_000 };

test('a seed fills caches of different engines with the same data of every type', async () => {
  const options = { keys: 3000, seed: 'a', databases: [0, 7], bigKeys: 6 };
  const filled = await fillCache(old, options);
  expect(Object.keys(filled.byType).sort()).toEqual(['hash', 'list', 'set', 'stream', 'string', 'zset']);
  expect(await fillCache(at(), options)).toEqual(filled);

  const { keys, ...rest } = await compareCaches(old, at(), LATER);
  expect(rest).toEqual({ mismatches: 0, sample: [] });
  // Some may have expired already.
  expect(keys).toBeGreaterThan(2900);
  expect(keys).toBeLessThanOrEqual(3000);
  const databases = [...(await redis.info('keyspace')).matchAll(/^(db\d+):keys=\d+,expires=([1-9]\d*)/gm)];
  expect(databases.map(([, database]) => database)).toEqual(['db0', 'db7']);

  await redis.flushall();
  await fillCache(at(), { ...options, seed: 'b' });
  expect((await compareCaches(old, at(), LATER)).mismatches).toBeGreaterThan(2000);
});

test('big keys and names that are no text are among them', async () => {
  await fillCache(at(), { keys: 600, seed: 'a', databases: [0], bigKeys: 6 });
  expect((await redis.keys('data:*')).length).toBe(await redis.dbsize());
  expect(await redis.strlen('data:string:0')).toBeGreaterThan(1 << 20);
  const [hash = ''] = await redis.keys('data:hash:100*');
  expect(await redis.hlen(hash)).toBe(20_000);
  const binary = await redis.keysBuffer(
    Buffer.concat([Buffer.from('*'), Buffer.from([0, 13, 10, 255])]) as unknown as string,
  );
  expect(binary.length).toBeGreaterThan(0);
});

test('caches that differ are told apart, whatever the difference is', async () => {
  const there = await openCache(old);
  try {
    const both = async (...command: [string, ...(string | number)[]]) => {
      await there.call(...command);
      await redis.call(...command);
    };
    await both('SET', 'equal', 1);
    await both('ZADD', 'score', '1e3', 'm');
    await redis.zadd('score', '1000.0', 'm');
    await both('SADD', 'order', 'a', 'b', 'c');
    await redis.del('order');
    await redis.sadd('order', 'c', 'b', 'a');
    await both('RPUSH', 'left-out', 'a');
    await redis.rpush('left-out', 'b');

    await there.set('missing', 1);
    await redis.set('surplus', 1);
    await there.set('type', 1);
    await redis.rpush('type', 1);
    await both('SET', 'string', 'ab');
    await redis.set('string', 'ac');
    await both('RPUSH', 'list', 'ab', 'c');
    await redis.del('list');
    await redis.rpush('list', 'a', 'bc');
    await both('SADD', 'set', 'a');
    await redis.sadd('set', 'b');
    await both('HSET', 'hash', 'f', '1', 'g', '2');
    await redis.hset('hash', 'f', '2', 'g', '1');
    await both('ZADD', 'zset', '0.1', 'm');
    await redis.zadd('zset', '0.10000001', 'm');
    await both('XADD', 'stream', '1-1', 'f', 'v');
    await redis.xadd('stream', '1-2', 'f', 'v');
    await both('SET', 'never', 1, 'EX', 1000);
    await redis.persist('never');
    await both('SET', 'after-all', 1);
    await redis.expire('after-all', 1000);
    await both('SET', 'time', 1, 'EX', 1000);
    await redis.expire('time', 1005);
    await both('SET', 'about-to', 1);
    await there.pexpire('about-to', 300);
    await redis.del('about-to');
    await there.select(9);
    await there.set('missing', 1);
  } finally {
    there.disconnect();
  }

  const { mismatches, sample } = await compareCaches(old, at(), { exceptPrefixes: ['left-out'] });
  const found = Object.fromEntries(sample.map(({ database, key, difference }) => [`${database} ${key}`, difference]));
  expect(found).toEqual({
    '0 missing': 'is missing',
    '0 surplus': 'is on the target only',
    '0 type': 'is a list instead of a string',
    '0 string': 'has another content',
    '0 list': 'has another content',
    '0 set': 'has another content',
    '0 hash': 'has another content',
    '0 zset': 'has another content',
    '0 stream': 'has another content',
    '0 never': 'expires never',
    '0 after-all': 'expires after all',
    '0 time': 'expires at another time',
    '9 missing': 'is missing',
  });
  expect(mismatches).toBe(13);
});
