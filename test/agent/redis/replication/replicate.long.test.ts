import { replicate } from '../../../../agent/redis/replicate';
import { stop } from '../../../../agent/redis/stop';
import { listener, Stage } from '../stage';
import { FORWARD, ReplicatedPair } from './support/pair';

const stage = new Stage();
afterEach(() => stage.end());

const until = async (met: () => Promise<boolean>) => {
  for (let i = 0; i < 500 && !(await met()); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await met()).toBe(true);
};

describe('replication', () => {
  test('refuses a target that holds keys, and leaves both sides as they were', async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.blue.set('a', '1');
    await pair.green.set('theirs', '1');
    await expect(pair.replicate()).rejects.toMatchObject({
      name: 'Agent.TargetNotEmpty',
      message: expect.stringMatching(/holds 1 keys in database 0/),
    });
    expect([await pair.blue.keys('*'), await pair.green.keys('*')]).toEqual([['a'], ['theirs']]);
    expect(await pair.status()).toEqual([]);
  });

  test('makes a target of its own equal, deleting what the source lacks', async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.blue.set('a', '1');
    await pair.green.mset('a', 'old', 'extra', '1', 'cdk-cutover:assembling:left-behind', '1');
    await pair.green.multi().select(7).set('extra', '1').select(0).exec();
    await pair.replicate({ targetIsOurs: true });
    await pair.drain();
    expect([await pair.green.keys('*'), await pair.green.get('a')]).toEqual([['a'], '1']);
    await pair.green.select(7);
    expect(await pair.green.dbsize()).toBe(0);
  });

  test("leaves ElastiCache's own key alone on either side", async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.blue.mset('ElastiCacheMasterReplicationTimestamp', '1', 'a', '1');
    await pair.green.set('ElastiCacheMasterReplicationTimestamp', '2');
    await pair.replicate();
    await pair.blue.set('ElastiCacheMasterReplicationTimestamp', '3');
    await pair.drain();
    expect(await pair.green.mget('ElastiCacheMasterReplicationTimestamp', 'a')).toEqual(['2', '1']);
    expect(await pair.verify()).toMatchObject({ keysCompared: 1, mismatches: 0 });
  });

  test('waits for the replication that runs when it is asked for again', async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.blue.set('a', '1');
    await Promise.all([pair.replicate(), pair.replicate()]);
    await pair.replicate();
    expect(await pair.status()).toHaveLength(1);
    expect(await pair.green.get('a')).toBe('1');
  });

  test('is stopped by anyone who says so while it still connects', async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.blue.set('a', '1');
    const copied = pair.replicate().catch(() => undefined);
    await stop(pair.context, {}, listener());
    await copied;
    expect(await pair.status()).toEqual([]);
  });

  test('tails once it has returned: writes, deletions, expiries, renames, moves between databases', async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.blue.mset('a', '1', 'b', '1', 'c', '1', 'd', '1');
    await pair.replicate();
    await pair.blue
      .multi()
      .del('a')
      .rename('b', 'bb')
      .pexpire('c', 100_000)
      .move('d', 3)
      .set('e', '1', 'PX', 50)
      .exec();
    await until(async () => (await pair.green.dbsize()) === 2 && (await pair.green.pttl('c')) > 0);
    expect((await pair.green.keys('*')).sort()).toEqual(['bb', 'c']);
    await pair.green.select(3);
    expect(await pair.green.get('d')).toBe('1');
  });

  test('an emptied database is emptied there too, though no event tells of it', async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.blue.multi().mset('a', '1', 'b', '1').select(4).mset('c', '1', 'd', '1').select(0).exec();
    await pair.replicate();
    await pair.blue.multi().select(4).flushdb().select(0).exec();
    await until(async () => !(await pair.green.info('keyspace')).includes('db4'));
    expect(await pair.green.dbsize()).toBe(2);
  });

  test('swapped databases are swapped there too', async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.blue.multi().set('zero', '1').select(1).set('one', '1').select(0).exec();
    await pair.replicate();
    await pair.blue.call('SWAPDB', '0', '1');
    await pair.drain();
    expect(await pair.green.keys('*')).toEqual(['one']);
  });

  test("a group's reading and acknowledging arrives, though no event tells of it", async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.blue.xadd('jobs', '1-1', 'n', '1');
    await pair.blue.xadd('jobs', '1-2', 'n', '2');
    await pair.blue.xgroup('CREATE', 'jobs', 'workers', '0');
    await pair.replicate();
    await pair.blue.xreadgroup('GROUP', 'workers', 'one', 'COUNT', 2, 'STREAMS', 'jobs', '>');
    await pair.blue.xack('jobs', 'workers', '1-1');
    await pair.drain();
    expect(await pair.green.xpending('jobs', 'workers')).toEqual([1, '1-2', '1-2', [['one', '1']]]);
  });

  test('goes on after the target was away and came back empty', async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.blue.mset('a', '1', 'b', '1');
    await pair.replicate();
    await pair.greenServer.kill();
    await pair.blue.del('a');
    await pair.greenServer.restart();
    await pair.drain();
    const green = await stage.user(pair.greenServer);
    expect(await green.keys('*')).toEqual(['b']);
    expect((await pair.status())[0]).toMatchObject({ state: 'tailing', resyncs: 1 });
  });

  test('stops for good where the target has run out of memory, and says what to do', async () => {
    const pair = await ReplicatedPair.start(stage, {
      greenOptions: { maxmemory: 3_000_000, notifyKeyspaceEvents: 'AKE' },
    });
    const many = pair.blue.pipeline();
    for (let i = 0; i < 5000; i += 1) many.set(`key:${i}`, 'x'.repeat(1000 + (i % 7)));
    await many.exec();
    await expect(pair.replicate()).rejects.toMatchObject({
      name: 'Agent.TargetOutOfMemory',
      message: expect.stringMatching(/more memory/),
    });
    expect(await pair.status()).toEqual([]);
  });

  test('ends when nobody waits for it any more', async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.blue.set('a', '1');
    const aborted = replicate(
      pair.context,
      { ...FORWARD, targetIsOurs: false, overlap: false },
      listener(AbortSignal.abort()),
    );
    await expect(aborted).rejects.toBeDefined();
    expect(await pair.status()).toEqual([]);
  });
});

describe('without keyspace events', () => {
  test('passes over both sides find every change', async () => {
    const pair = await ReplicatedPair.start(stage, { blueOptions: {} });
    await pair.blue.mset('a', '1', 'b', '1');
    await pair.replicate();
    await pair.blue.multi().set('a', '2').del('b').set('c', '1').exec();
    await pair.drain();
    expect((await pair.status())[0]).toMatchObject({ method: 'passes' });
    expect([await pair.green.mget('a', 'b', 'c'), await pair.green.dbsize()]).toEqual([['2', null, '1'], 2]);
    expect(await pair.verify('delta')).toMatchObject({ mismatches: 0 });
  });

  test('a class of events that is off is found out, whatever the others are', async () => {
    const pair = await ReplicatedPair.start(stage, { blueOptions: { notifyKeyspaceEvents: 'E$gx' } });
    await pair.blue.set('a', '1');
    await pair.blue.sadd('s', 'one');
    await pair.replicate();
    await pair.blue.set('a', '2');
    await pair.blue.sadd('s', 'two');
    await pair.drain();
    expect((await pair.green.smembers('s')).sort()).toEqual(['one', 'two']);
    expect((await pair.status())[0]).toMatchObject({ method: 'passes' });
  });
});

describe('a big value', () => {
  const fields = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => [`field ${from + i}`, `${from + i}`.padEnd(200, '.')]).flat();

  test('is edited where it changed, not copied again', async () => {
    const pair = await ReplicatedPair.start(stage, { blue: ['redis', '7.0'] });
    for (let i = 0; i < 20_000; i += 1000) await pair.blue.hset('big', ...fields(i, i + 1000));
    await pair.replicate();
    const received = async () => Number(/total_net_input_bytes:(\d+)/.exec(await pair.green.info('stats'))?.[1]);
    const before = await received();
    await pair.blue.hset('big', 'field 7', 'edited');
    await pair.blue.hdel('big', 'field 8');
    await pair.drain();
    expect(await pair.green.hmget('big', 'field 7', 'field 8', 'field 9')).toEqual([
      'edited',
      null,
      '9'.padEnd(200, '.'),
    ]);
    expect(await pair.green.hlen('big')).toBe(19_999);
    // Reading it back to find the difference names its fields; the value itself is 4 MB.
    expect((await received()) - before).toBeLessThan(1_500_000);
  });

  test('is never seen half-way by readers of the target, and leaves nothing else behind', async () => {
    const pair = await ReplicatedPair.start(stage);
    for (let i = 0; i < 20_000; i += 1000) await pair.blue.hset('big', ...fields(i, i + 1000));
    const seen = new Set<number>();
    let copying = true;
    const reading = (async () => {
      while (copying) {
        seen.add(await pair.green.hlen('big'));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    await pair.replicate();
    copying = false;
    await reading;
    expect([...seen].filter((length) => length !== 0 && length !== 20_000)).toEqual([]);
    expect(await pair.green.keys('*')).toEqual(['big']);
  });

  test('that shrinks, changes its type or goes away does so there', async () => {
    const pair = await ReplicatedPair.start(stage);
    for (const key of ['shrinks', 'changes', 'goes']) await pair.blue.set(key, 'x'.repeat(2_000_000));
    await pair.replicate();
    await pair.blue.multi().set('shrinks', 'x').del('changes').rpush('changes', 'now a list').del('goes').exec();
    await pair.drain();
    expect(await pair.green.get('shrinks')).toBe('x');
    expect(await pair.green.lrange('changes', 0, -1)).toEqual(['now a list']);
    expect(await pair.green.exists('goes')).toBe(0);
  });

  test.each(['rpush', 'lpush', 'lpop', 'rpop', 'middle'])('a long list follows %s', async (change) => {
    const pair = await ReplicatedPair.start(stage);
    const items = Array.from({ length: 10_000 }, (_, i) => `item ${i}`.padEnd(100, '.'));
    await pair.blue.rpush('queue', ...items);
    await pair.replicate();
    if (change === 'rpush') await pair.blue.rpush('queue', 'a', 'b');
    else if (change === 'lpush') await pair.blue.lpush('queue', 'a', 'b');
    else if (change === 'lpop') for (let i = 0; i < 20; i += 1) await pair.blue.lpop('queue');
    else if (change === 'rpop') await pair.blue.rpop('queue');
    else await pair.blue.lrem('queue', 1, items[5000] ?? '');
    await pair.drain();
    expect(await pair.green.lrange('queue', 0, -1)).toEqual(await pair.blue.lrange('queue', 0, -1));
  });
});
