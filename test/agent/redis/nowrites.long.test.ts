import type { Redis } from 'ioredis';
import { nowrites } from '../../../agent/redis/nowrites';
import type { Server } from '../../../rehearsal/engines/redis/server';
import { endpointOf, engines, listener, Stage } from './stage';

describe.each(engines)('nowrites of %s %s', (engine, version) => {
  const stage = new Stage();
  let server: Server;
  let user: Redis;

  beforeAll(async () => {
    server = await stage.server(engine, version, { directives: { 'repl-ping-replica-period': '1', hz: '100' } });
    user = await stage.user(server);
  });
  afterAll(() => stage.end());

  const prove = async (seconds = 0.5, timeoutSeconds = 0.5) =>
    nowrites(await stage.context(endpointOf(server)), { side: 'blue', seconds, timeoutSeconds }, listener());

  const every = (ms: number, act: () => Promise<unknown>) => {
    const timer = setInterval(() => void act(), ms);
    return () => clearInterval(timer);
  };

  test('a server that is only read has no writes', async () => {
    await user.set('key', 'value');
    const stop = every(20, () => Promise.all([user.get('key'), user.type('key'), user.zcard('none')]));
    try {
      await expect(prove()).resolves.toMatchObject({ seconds: 0.5 });
    } finally {
      stop();
    }
  });

  test.each([
    ['a plain write', 'SET', () => user.set('key', 'value')],
    ['a write that changes nothing', 'DEL', () => user.del('there-is-no-such-key')],
    ['a write inside a script', 'HSET', () => user.eval("return redis.call('HSET', KEYS[1], 'f', 'v')", 1, 'hash')],
    ['a write inside a transaction', 'LPUSH', () => user.multi().lpush('list', 'a').exec()],
    ['a write in another database', 'SADD', () => user.multi().select(3).sadd('set', 'a').select(0).exec()],
  ])('%s is a write, and is named', async (_kind, command, write) => {
    const stop = every(50, write);
    try {
      await expect(prove()).rejects.toMatchObject({
        name: 'Agent.WritesContinue',
        message: expect.stringMatching(new RegExp(`\\d+ × ${command}.*connected: 127\\.0\\.0\\.1`)),
      });
    } finally {
      stop();
    }
  });

  test('one write begins the wait again', async () => {
    const report = listener();
    const context = await stage.context(endpointOf(server));
    const proving = nowrites(context, { side: 'blue', seconds: 2, timeoutSeconds: 30 }, report);
    const writeOnce = setInterval(() => {
      if (!report.heard.some(({ done }) => done === 1)) return;
      clearInterval(writeOnce);
      void user.set('late', 'write');
    }, 20);
    await proving;
    clearInterval(writeOnce);
    const seconds = report.heard.map(({ done }) => done);
    expect(seconds.slice(seconds.indexOf(1))).toContain(0);
  });

  test('the pings to a replica move the offset and are no writes, and neither are the deletions of expiry', async () => {
    const replica = await stage.server(engine, version, { replicaOf: { host: server.host, port: server.port } });
    const ofReplica = await stage.user(replica);
    while (!(await ofReplica.info('replication')).includes('master_link_status:up')) await pause(50);
    const offset = async () => Number(/master_repl_offset:(\d+)/.exec(await user.info('replication'))?.[1]);
    const unwritten = await offset();
    const pinged = await prove(2.5, 2.5);
    expect(pinged.replicationOffset).toBeGreaterThan(unwritten);
    for (let i = 0; i < 300; i += 1) await user.set(`short:${i}`, 'lived', 'PX', 300 + i * 3);
    const written = await offset();
    const expired = await prove(1, 5);
    expect(expired.replicationOffset).toBeGreaterThan(written);
  });

  test("AWS's own write of its replication timestamp is no write of a client, the same write by a client is", async () => {
    let n = 0;
    const stopAws = every(700, () => user.set('ElastiCacheMasterReplicationTimestamp', String(n++)));
    try {
      await expect(prove(1, 4)).resolves.toMatchObject({ seconds: 1 });
      const stopUser = every(100, () => user.set('key', 'value'));
      await expect(prove(1, 1)).rejects.toMatchObject({ name: 'Agent.WritesContinue' }).finally(stopUser);
    } finally {
      stopAws();
    }
  });

  test('a write that a pause holds back is no write until it runs', async () => {
    if (version === '6.0') return;
    await user.client('PAUSE', 60_000, 'WRITE' as never);
    const other = await stage.user(server);
    const heldBack = other.set('held', 'back');
    await expect(prove()).resolves.toMatchObject({ seconds: 0.5 });
    await user.client('UNPAUSE' as never);
    await heldBack;
  });

  test('a server that is restarted meanwhile was not proven without writes', async () => {
    const restarted = await stage.server(engine, version);
    const context = await stage.context(endpointOf(restarted));
    const proving = nowrites(context, { side: 'blue', seconds: 30, timeoutSeconds: 30 }, listener());
    const outcome = expect(proving).rejects.toMatchObject({ name: 'Agent.Unreachable' });
    await pause(300);
    await restarted.restart();
    await outcome;
  });

  test('it ends when nobody waits for it any more', async () => {
    const abort = new AbortController();
    const context = await stage.context(endpointOf(server));
    const proving = nowrites(context, { side: 'blue', seconds: 60, timeoutSeconds: 60 }, listener(abort.signal));
    const outcome = expect(proving).rejects.toThrow();
    abort.abort(new Error('nobody waits'));
    await outcome;
  });

  test('a server that does not describe its commands is proven without writes all the same', async () => {
    const mute = await stage.server(engine, version, { renamedCommands: { COMMAND: '' } });
    const writer = await stage.user(mute);
    const context = await stage.context(endpointOf(mute));
    const args = { side: 'blue', seconds: 0.5, timeoutSeconds: 0.5 } as const;
    const stop = every(20, () => writer.get('key'));
    await expect(nowrites(context, args, listener())).resolves.toMatchObject({ seconds: 0.5 });
    stop();
    const stopWriting = every(20, () => writer.incr('counter'));
    await expect(nowrites(context, args, listener())).rejects.toThrow(/INCR/);
    stopWriting();
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
