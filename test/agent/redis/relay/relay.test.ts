import { Relay } from '../../../../agent/redis/relay/relay';
import { triedEngines } from '../../../../agent/redis/silent-commands/silent-commands';
import { endpointOf } from '../stage';
import { command, RawClient } from './support/raw-client';
import { Relayed } from './support/relayed';

describe('a relay in front of two servers', () => {
  let relayed: Relayed;
  beforeAll(async () => {
    relayed = await Relayed.start({ relay: { unfinishedCommandMs: 1000 } });
  });
  afterAll(() => relayed.end());
  beforeEach(async () => {
    if (relayed.relay.status().serving === 'green') await relayed.switchTo('blue', false);
    await relayed.direct.blue.flushall();
    await relayed.direct.green.flushall();
  });

  test('answers as the server does: inline, empty, nested, and protocol errors', async () => {
    const sent = [
      'PING\r\n\r\n*0\r\n*-1\r\nset  "a b" \'c\\\'d\'\nGET "a b"\r\n',
      command('RPUSH', 'list', '1', '2'),
      command('LRANGE', 'list', '0', '-1'),
      command('GET'),
      command('NOSUCH', 'x'),
      '*1\r\n$4\r\nPINGxx*1\r\n$4\r\nPING\r\n',
      '*x\r\n',
    ];
    const answers: string[] = [];
    for (const port of [relayed.servers.blue.port, relayed.relay.port]) {
      await relayed.direct.blue.flushall();
      const client = await RawClient.connect(port);
      client.send(...sent);
      answers.push(await client.rest());
    }
    expect(answers[1]).toBe(answers[0]);
    expect(answers[0]).toMatch(/Protocol error: invalid multibulk length\r\n$/);
  });

  test('answers what came before a half-close, and drops a client that waits', async () => {
    const client = await relayed.client();
    client.send(command('PING'), command('ECHO', 'last'));
    client.socket.end();
    await expect(client.rest()).resolves.toBe('+PONG\r\n$4\r\nlast\r\n');
    const waiting = await relayed.client();
    waiting.send(command('BLPOP', 'nothing', '0'));
    while (relayed.relay.status().blocked === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    waiting.socket.end();
    await expect(waiting.rest()).resolves.toBe('');
    // The server hears of the end a moment later than the client.
    const waits = async () => String(await relayed.direct.blue.call('CLIENT', 'LIST')).includes('cmd=blpop');
    while (await waits()) await new Promise((resolve) => setTimeout(resolve, 5));
    await relayed.direct.blue.rpush('nothing', 'kept');
    await expect(relayed.direct.blue.llen('nothing')).resolves.toBe(1);
  });

  test('carries database, name, protocol and user, and closes nothing', async () => {
    const client = await relayed.client();
    await expect(client.ask('HELLO', '3', 'SETNAME', 'worker')).resolves.toContain('proto');
    await expect(client.ask('SELECT', '3')).resolves.toBe('+OK\r\n');
    await expect(client.ask('SELECT', '99')).resolves.toMatch(/^-ERR/);
    await client.ask('SET', 'key', 'value');
    await relayed.switchTo('green');
    await expect(client.ask('GET', 'key')).resolves.toBe('$5\r\nvalue\r\n');
    await expect(client.ask('CLIENT', 'GETNAME')).resolves.toBe('$6\r\nworker\r\n');
    await expect(client.ask('GET', 'none')).resolves.toBe('_\r\n');
    await expect(relayed.connections('blue')).resolves.toBe(0);
    await expect(relayed.connections('green')).resolves.toBe(relayed.relay.status().clients);
  });

  test('carries what stands between MULTI and EXEC, also SELECT, by what EXEC answers', async () => {
    const [client, other] = [await relayed.client(), await relayed.client()];
    other.send(command('SET', 'in', 'zero'), command('MULTI'), command('SELECT', '2'));
    await other.replies(3);
    client.send(command('MULTI'), command('SELECT', '2'), command('SET', 'in', 'two'));
    await expect(client.replies(3)).resolves.toEqual(['+OK\r\n', '+QUEUED\r\n', '+QUEUED\r\n']);
    await relayed.switchTo('green');
    await expect(client.ask('GET', 'in')).resolves.toBe('+QUEUED\r\n');
    await expect(client.ask('EXEC')).resolves.toBe('*3\r\n+OK\r\n+OK\r\n$3\r\ntwo\r\n');
    await expect(other.ask('DISCARD')).resolves.toBe('+OK\r\n');
    await relayed.switchTo('blue');
    await expect(client.ask('GET', 'in')).resolves.toBe('$3\r\ntwo\r\n');
    await expect(other.ask('GET', 'in')).resolves.toBe('$4\r\nzero\r\n');
  });

  test('aborts a transaction that is too long to be carried, or in which a command was refused', async () => {
    const [long, wrong] = [await relayed.client(), await relayed.client()];
    await long.ask('MULTI');
    for (let i = 0; i < 20; i += 1) await long.ask('SET', `big:${i}`, 'x'.repeat(60_000));
    await wrong.ask('MULTI');
    await expect(wrong.ask('SET', 'only-key')).resolves.toMatch(/^-ERR/);
    await relayed.switchTo('green');
    for (const client of [long, wrong]) await expect(client.ask('EXEC')).resolves.toMatch(/^-EXECABORT/);
    await expect(relayed.direct.green.exists('big:1')).resolves.toBe(0);
  });

  test('answers EXEC with nil where the watched keys stayed behind, once', async () => {
    const client = await relayed.client();
    await client.ask('WATCH', 'key');
    await relayed.switchTo('green');
    for (const answer of ['*-1\r\n', '*1\r\n+OK\r\n']) {
      await client.ask('MULTI');
      await client.ask('SET', 'key', 'mine');
      await expect(client.ask('EXEC')).resolves.toBe(answer);
    }
  });

  test('issues blocking commands again: what is pushed on the other side is popped once, and a time-out is one', async () => {
    const [popper, patient, impatient] = [await relayed.client(), await relayed.client(), await relayed.client()];
    popper.send(command('BLPOP', 'queue', '0'), command('ECHO', 'behind'));
    patient.send(command('XREAD', 'BLOCK', '0', 'STREAMS', 'stream', '$'));
    impatient.send(command('BRPOPLPUSH', 'nowhere', 'else', '1'));
    const begun = Date.now();
    while (relayed.relay.status().blocked < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    await relayed.direct.blue.xadd('stream', '1-1', 'old', 'entry');
    await expect(patient.replies(1)).resolves.toEqual([expect.stringContaining('1-1')]);
    patient.send(command('XREAD', 'BLOCK', '0', 'STREAMS', 'stream', '$'));
    while (relayed.relay.status().blocked < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    await relayed.switchTo('green');
    expect(relayed.relay.status().blocked).toBe(3);
    const pusher = await relayed.client();
    await pusher.ask('RPUSH', 'queue', 'one', 'two');
    await expect(popper.replies(2)).resolves.toEqual(['*2\r\n$5\r\nqueue\r\n$3\r\none\r\n', '$6\r\nbehind\r\n']);
    await pusher.ask('XADD', 'stream', '2-1', 'new', 'entry');
    await expect(patient.replies(1)).resolves.toEqual([expect.stringContaining('2-1')]);
    await expect(impatient.replies(1)).resolves.toEqual([expect.stringMatching(/^[$*]-1\r\n$/)]);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(1000);
    await expect(relayed.direct.green.lrange('queue', 0, -1)).resolves.toEqual(['two']);
  });

  test('subscribers miss nothing and get nothing twice', async () => {
    const [subscriber, pushes, publisher] = [await relayed.client(), await relayed.client(), await relayed.client()];
    subscriber.send(
      command('SUBSCRIBE', 'news', 'other'),
      command('PSUBSCRIBE', 'n*'),
      command('UNSUBSCRIBE', 'other'),
    );
    await subscriber.replies(4);
    await pushes.ask('HELLO', '3');
    await pushes.ask('SUBSCRIBE', 'news');
    for (const [side, text] of [
      ['green', 'before'],
      ['blue', 'between'],
      ['green', 'after'],
    ] as const) {
      publisher.send(command('PUBLISH', 'news', text));
      await relayed.switchTo(side, false);
      const message = `$4\r\nnews\r\n$${text.length}\r\n${text}\r\n`;
      await expect(publisher.replies(1)).resolves.toEqual([':3\r\n']);
      const [one, other] = [`*3\r\n$7\r\nmessage\r\n${message}`, `*4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n${message}`];
      await expect(subscriber.replies(2)).resolves.toEqual([one, other]);
      await expect(pushes.replies(1)).resolves.toEqual([`>3\r\n$7\r\nmessage\r\n${message}`]);
    }
    await expect(subscriber.ask('PING')).resolves.toBe('*2\r\n$4\r\npong\r\n$0\r\n\r\n');
    await expect(pushes.ask('ECHO', 'also')).resolves.toBe('$4\r\nalso\r\n');
    subscriber.send(command('UNSUBSCRIBE'), command('PUNSUBSCRIBE'), command('GET', 'key'));
    const left = await subscriber.replies(3);
    expect(left[2]).toBe('$-1\r\n');
  });

  test('a cursor of the other side begins again, and one of its own goes on', async () => {
    const client = await relayed.client();
    for (let i = 0; i < 300; i += 1) client.send(command('SADD', 'set', `member-${i}`));
    await client.replies(300);
    const scan = async (cursor: string) => {
      const reply = await client.ask('SSCAN', 'set', cursor, 'COUNT', '50');
      const [, , next = '', , ...rest] = reply.split('\r\n');
      return { next, members: rest.filter((word) => word.startsWith('member')) };
    };
    const seen = new Set<string>();
    let { next, members } = await scan('0');
    for (const member of members) seen.add(member);
    expect(BigInt(next)).toBeLessThan(2n ** 50n);
    await relayed.switchTo('green');
    const restarted = next;
    ({ next, members } = await scan(restarted));
    expect(members).toEqual((await scan('0')).members);
    while (next !== '0') {
      for (const member of members) seen.add(member);
      expect(BigInt(next)).toBeGreaterThan(2n ** 50n);
      ({ next, members } = await scan(next));
    }
    for (const member of members) seen.add(member);
    expect(seen.size).toBe(300);
  });

  test('scripts that clients use are there, and one whose text never came by stops the switch before anything changes', async () => {
    const client = await relayed.client();
    await client.ask('EVAL', 'return 7', '0');
    const digest = (await client.ask('SCRIPT', 'LOAD', 'return 8')).split('\r\n')[1] ?? '';
    await relayed.switchTo('green');
    await expect(client.ask('EVALSHA', digest, '0')).resolves.toBe(':8\r\n');
    const unknown = String(await relayed.direct.green.script('LOAD', 'return 9'));
    await expect(client.ask('EVALSHA', unknown, '0')).resolves.toBe(':9\r\n');
    await expect(relayed.switchTo('blue')).rejects.toThrow(unknown);
    expect(relayed.relay.status().heldSince).toBeUndefined();
    await relayed.relay.hold(AbortSignal.timeout(5000));
    await expect(relayed.relay.prepare('blue', AbortSignal.timeout(5000))).rejects.toThrow(unknown);
    await relayed.relay.release('green');
    await expect(client.ask('EVALSHA', unknown, '0')).resolves.toBe(':9\r\n');
    expect(relayed.relay.status()).toMatchObject({ serving: 'green', unknownScripts: [unknown] });
    await client.ask('SCRIPT', 'FLUSH');
  });

  test('a script is sent to the other side once, before clients are held', async () => {
    const client = await relayed.client();
    await client.ask('SCRIPT', 'LOAD', 'return "once"');
    const calls = async () =>
      /cmdstat_script\|load:calls=(\d+)/.exec(await relayed.direct.green.info('commandstats'))?.[1] ?? '0';
    const before = Number(await calls());
    await relayed.relay.warm('green', AbortSignal.timeout(5000));
    const loaded = Number(await calls());
    expect(loaded).toBeGreaterThan(before);
    await relayed.relay.hold(AbortSignal.timeout(5000));
    await relayed.relay.prepare('green', AbortSignal.timeout(5000));
    expect(Number(await calls())).toBe(loaded);
    await relayed.relay.release('blue');
    await client.ask('SCRIPT', 'FLUSH');
  });

  test('names and closes what cannot be carried', async () => {
    const [monitor, silent, other] = [await relayed.client(), await relayed.client(), await relayed.client()];
    await monitor.ask('MONITOR');
    silent.send(
      command('CLIENT', 'SETNAME', 'batch'),
      command('CLIENT', 'REPLY', 'OFF'),
      command('SET', 'silent', 'kept'),
    );
    await silent.replies(1);
    await other.ask('PING');
    while (Object.keys(relayed.relay.status().cannotBeCarried).length < 2) await new Promise((r) => setTimeout(r, 5));
    const held = await relayed.relay.hold(AbortSignal.timeout(5000));
    const named = held.closed.map(({ name, reason }) => ({ name, reason }));
    expect(named.sort((one, other) => other.reason.localeCompare(one.reason))).toEqual([
      { name: undefined, reason: 'MONITOR' },
      { name: 'batch', reason: 'CLIENT REPLY OFF or SKIP' },
    ]);
    await monitor.rest();
    await silent.rest();
    await expect(relayed.direct.blue.get('silent')).resolves.toBe('kept');
    await relayed.relay.release('blue');
    await expect(other.ask('PING')).resolves.toBe('+PONG\r\n');
  });

  test('half a long command is finished on its side, or its client is closed and named', async () => {
    const [quick, slow, other] = [await relayed.client(), await relayed.client(), await relayed.client()];
    await other.ask('PING');
    const value = 'v'.repeat(200_000);
    const bytes = command('SET', 'long', value);
    quick.send(bytes.slice(0, 100_000));
    slow.send(bytes.slice(0, 100_000).replace('long', 'lost'));
    const begun = async () => String(await relayed.direct.blue.call('CLIENT', 'LIST')).match(/qbuf=[1-9]\d{4}/g);
    while ((await begun())?.length !== 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const holding = relayed.relay.hold(AbortSignal.timeout(5000));
    while (relayed.relay.status().heldSince === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    quick.send(bytes.slice(100_000));
    other.send(command('SET', 'held', 'back'));
    const { closed } = await holding;
    await expect(relayed.direct.blue.exists('held')).resolves.toBe(0);
    expect(closed).toMatchObject([{ reason: 'the rest of a long command did not come' }]);
    await slow.rest();
    await expect(quick.replies(1)).resolves.toEqual(['+OK\r\n']);
    await relayed.relay.release('blue');
    await expect(other.replies(1)).resolves.toEqual(['+OK\r\n']);
    await expect(quick.ask('STRLEN', 'long')).resolves.toBe(':200000\r\n');
    await expect(quick.ask('EXISTS', 'lost')).resolves.toBe(':0\r\n');
  });

  test('a client that leaves while the relay holds, or a server that hangs, does not keep the others held', async () => {
    const [leaving, slow, waiting] = [await relayed.client(), await relayed.client(), await relayed.client()];
    await leaving.ask('PING');
    waiting.send(command('BLPOP', 'nothing', '0'));
    while (relayed.relay.status().blocked === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    slow.send(command('SET', 'long', 'v'.repeat(200_000)).slice(0, 100_000));
    const begun = async () => String(await relayed.direct.blue.call('CLIENT', 'LIST')).match(/qbuf=[1-9]\d{4}/g);
    while ((await begun())?.length !== 1) await new Promise((resolve) => setTimeout(resolve, 5));
    const holding = relayed.relay.hold(AbortSignal.timeout(5000));
    while (relayed.relay.status().heldSince === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    leaving.close();
    await expect(holding).resolves.toMatchObject({ unblocked: 1 });
    await relayed.relay.release('blue');

    process.kill(relayed.servers.blue.pid, 'SIGSTOP');
    await expect(relayed.relay.hold(AbortSignal.timeout(200))).rejects.toThrow();
    process.kill(relayed.servers.blue.pid, 'SIGCONT');
    await relayed.relay.release('blue');
    await relayed.direct.blue.rpush('nothing', 'served');
    // What took it off may reach the server only now: it waits no more then, and nothing is popped for it.
    const [reply] = await waiting.replies(1);
    const left = await relayed.direct.blue.lrange('nothing', 0, -1);
    expect([reply, left]).toEqual(
      left.length === 1 ? ['*-1\r\n', ['served']] : [expect.stringContaining('served'), []],
    );
  });

  test('ids of connections mean the same client after a switch, or none', async () => {
    const [killer, victim, other] = [await relayed.client(), await relayed.client(), await relayed.client()];
    const id = Number((await victim.ask('CLIENT', 'ID')).slice(1));
    await other.ask('PING');
    await relayed.switchTo('green', false);
    await expect(killer.ask('CLIENT', 'UNBLOCK', String(id + 1000))).resolves.toBe(':0\r\n');
    // The undo replaces connections as well.
    await relayed.relay.hold(AbortSignal.timeout(5000));
    await relayed.relay.release('green');
    await expect(killer.ask('CLIENT', 'KILL', 'ID', String(id))).resolves.toBe(':1\r\n');
    await victim.rest();
    const listed = await killer.ask('CLIENT', 'LIST');
    const own = Number((await killer.ask('CLIENT', 'ID')).slice(1));
    expect(own).toBeGreaterThan(2 ** 40);
    expect(listed).toContain(`id=${own} `);
    await expect(other.ask('PING')).resolves.toBe('+PONG\r\n');
  });

  test('a client that tracks forgets everything, and is told of what changes on the other side', async () => {
    const [reader, writer] = [await relayed.client(), await relayed.client()];
    await reader.ask('HELLO', '3');
    await reader.ask('CLIENT', 'TRACKING', 'ON');
    await reader.ask('GET', 'cached');
    await relayed.switchTo('green', false);
    await expect(reader.replies(1)).resolves.toEqual(['>2\r\n$10\r\ninvalidate\r\n_\r\n']);
    await reader.ask('GET', 'cached');
    await writer.ask('SET', 'cached', 'new');
    await expect(reader.replies(1)).resolves.toEqual([expect.stringContaining('cached')]);
  });

  test('a client that comes during the hold begins on the side that is released', async () => {
    const early = await relayed.client();
    await early.ask('PING');
    await relayed.relay.warm('green', AbortSignal.timeout(5000));
    const [warm] = relayed.relay.upstreams('green');
    await relayed.relay.hold(AbortSignal.timeout(5000));
    const late = await relayed.client();
    late.send(command('SET', 'late', 'green'));
    early.send(command('SET', 'early', 'green'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    await expect(relayed.direct.blue.dbsize()).resolves.toBe(0);
    await relayed.relay.prepare('green', AbortSignal.timeout(5000));
    await expect(relayed.direct.green.dbsize()).resolves.toBe(0);
    await relayed.relay.release('green');
    await expect(late.replies(1)).resolves.toEqual(['+OK\r\n']);
    await expect(early.replies(1)).resolves.toEqual(['+OK\r\n']);
    await expect(relayed.direct.green.dbsize()).resolves.toBe(2);
    expect(relayed.relay.upstreams('green')).toContain(warm);
  });

  test('what clients did since their connections were made ready is carried too', async () => {
    const [chosen, named, left, subscriber, queueing, gone] = await Promise.all(
      Array.from({ length: 6 }, () => relayed.client()),
    );
    for (const client of [chosen, named, left, subscriber, queueing, gone])
      await client?.ask('CLIENT', 'SETNAME', 'early');
    await subscriber?.ask('SUBSCRIBE', 'news');
    await left?.ask('SUBSCRIBE', 'news');
    await relayed.relay.warm('green', AbortSignal.timeout(5000));
    const kept = new Set(relayed.relay.upstreams('green'));
    const { clients } = relayed.relay.status();
    expect(kept.size).toBe(clients);
    await chosen?.ask('SELECT', '3');
    await named?.ask('CLIENT', 'SETNAME', 'late');
    await left?.ask('UNSUBSCRIBE', 'news');
    queueing?.send(command('MULTI'), command('SET', 'queued', 'yes'));
    await queueing?.replies(2);
    gone?.close();
    // What is published on the other side before the switch is not for the clients of this one.
    await relayed.direct.green.publish('news', 'of green alone');
    await relayed.relay.hold(AbortSignal.timeout(5000));
    await relayed.relay.prepare('green', AbortSignal.timeout(5000));
    await relayed.relay.release('green');
    await chosen?.ask('SET', 'third', 'here');
    await relayed.direct.green.select(3);
    await expect(relayed.direct.green.get('third')).resolves.toBe('here');
    await relayed.direct.green.select(0);
    await expect(named?.ask('CLIENT', 'GETNAME')).resolves.toContain('late');
    await expect(queueing?.ask('EXEC')).resolves.toBe('*1\r\n+OK\r\n');
    await relayed.direct.green.publish('news', 'after');
    await expect(subscriber?.replies(1)).resolves.toEqual([expect.stringContaining('after')]);
    await expect(left?.ask('ECHO', 'nothing between')).resolves.toBe('$15\r\nnothing between\r\n');
    // Those that are in the same state took the connection that was made ready; the others another one.
    const taken = [...relayed.relay.upstreams('green')].filter((address) => kept.has(address));
    expect(taken).toHaveLength(clients - 4);
    const ofThese = /name=(early|late)/g;
    while ((String(await relayed.direct.green.call('CLIENT', 'LIST')).match(ofThese) ?? []).length > 5)
      await new Promise((r) => setTimeout(r, 5));
  });

  test('marks what no event tells of', async () => {
    relayed.relay.touched();
    const client = await relayed.client();
    await client.ask('XGROUP', 'CREATE', 'jobs', 'workers', '$', 'MKSTREAM');
    client.send(command('SELECT', '1'), command('FLUSHDB'), command('SELECT', '0'), command('MULTI'));
    client.send(command('XACK', 'jobs', 'workers', '1-1'), command('EXEC'));
    await client.replies(6);
    const { databases, keys, overflown } = relayed.relay.touched();
    expect({ databases, overflown }).toEqual({ databases: [1], overflown: [] });
    expect([...keys].map(([database, names]) => [database, names.map(String)])).toEqual([[0, ['jobs']]]);
    await client.ask('FLUSHALL');
    expect(relayed.relay.touched().databases).toBe('all');
    expect(relayed.relay.touched()).toEqual({ databases: [], keys: new Map(), overflown: [] });
  });

  test('marks each key that a command changes on an engine that announces less', async () => {
    const { blue, green } = relayed.servers;
    const announcesLess = { engineVersion: '2.8.24' };
    const relay = await Relay.open({
      listen: { host: '127.0.0.1', port: 0 },
      sides: { blue: endpointOf(blue, announcesLess), green: endpointOf(green, announcesLess) },
      ...{ serving: 'blue', recordName: 'cache.internal.example' },
      logger: { info: () => undefined, warn: () => undefined },
    });
    const client = await relayed.clientOf(relay.port);
    for (const key of ['persisted', 'moved', 'one', 'two', 'three']) await client.ask('SET', key, 'value');
    await client.ask('PERSIST', 'persisted');
    await client.ask('MOVE', 'moved', '1');
    await client.ask('LREM', 'list', '0', 'value');
    await client.ask('SINTERSTORE', 'stored', 'none', 'neither');
    await client.ask('MIGRATE', green.host, String(green.port), 'one', '0', '1000');
    await client.ask('MIGRATE', green.host, String(green.port), '', '0', '1000', 'REPLACE', 'KEYS', 'two', 'three');
    const [, marked = []] = [...relay.touched().keys].find(([database]) => database === 0) ?? [];
    expect(marked.map(String).sort()).toEqual(['list', 'moved', 'one', 'persisted', 'stored', 'three', 'two']);
    await relay.close();
  });

  // A command that is new in the table names its keys somewhere: `keysOf` has to know where, and then this list.
  test('knows where each silent command of the table has its keys', () => {
    const silent = new Set(triedEngines().flatMap((engine) => Object.keys(engine.silent)));
    expect([...silent].sort()).toEqual([
      ...['flushall', 'flushdb', 'lrem', 'migrate', 'move', 'persist', 'restore', 'restore-asking', 'sinterstore'],
      ...['swapdb', 'vadd', 'vrem', 'vsetattr', 'xack', 'xautoclaim', 'xclaim', 'xreadgroup'],
    ]);
  });
});
