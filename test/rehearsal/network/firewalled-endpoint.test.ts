import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { FirewalledEndpoint } from '../../../rehearsal/network/firewalled-endpoint';
import { claimLoopbackNetwork, type LoopbackNetwork } from '../../../rehearsal/network/loopback-network';
import { AllowList } from './allow-list';

let network: LoopbackNetwork;
let echo: Server;
let echoPort: number;
/** Whom the server saw. */
let seen: Socket[];
let received: string;
let rules: AllowList;
let endpoint: FirewalledEndpoint;
let clients: Socket[];

beforeEach(async () => {
  network = await claimLoopbackNetwork();
  seen = [];
  received = '';
  clients = [];
  echo = createServer((socket) => {
    seen.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const address = echo.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  echoPort = address.port;
  rules = new AllowList([{ cidr: network.cidr }]);
  endpoint = await FirewalledEndpoint.start({
    name: 'blue',
    listen: { host: network.address(10) },
    target: { host: '127.0.0.1', port: echoPort },
    firewall: rules,
  });
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  for (const socket of seen) socket.destroy();
  await endpoint.stop();
  await new Promise((resolve) => echo.close(resolve));
  await network.release();
});

async function open(host: number): Promise<Socket> {
  const client = connect({ host: endpoint.host, port: endpoint.port, localAddress: network.address(host) });
  client.on('error', () => undefined);
  clients.push(client);
  await once(client, 'connect');
  return client;
}

async function say(client: Socket, text: string): Promise<string> {
  client.write(text);
  let answer = '';
  while (answer.length < text.length) answer += (await once(client, 'data'))[0];
  return answer;
}

/** Whether nothing at all is heard: no data, no end, no reset. */
async function silent(client: Socket, ms = 150): Promise<boolean> {
  const heard = Promise.race(['data', 'end', 'close'].map((event) => once(client, event))).then(() => false);
  return Promise.race([heard, new Promise<boolean>((resolve) => setTimeout(resolve, ms, true))]);
}

describe('a client that a rule lets in', () => {
  test('reaches the server from its own address', async () => {
    const first = await open(1);
    const second = await open(2);
    expect(await say(first, 'one')).toBe('one');
    expect(await say(second, 'two')).toBe('two');
    expect(seen.map((socket) => socket.remoteAddress)).toEqual([network.address(1), network.address(2)]);
    expect(endpoint.list()).toMatchObject([
      { source: network.address(1), state: 'open', tracked: true, bytesIn: 3, bytesOut: 3 },
      { source: network.address(2), state: 'open', tracked: true },
    ]);
    expect(endpoint).toMatchObject({ accepted: 2, dropped: 0, bytesIn: 6, bytesOut: 6 });
  });

  test('keeps what was let in when the rule is revoked, and gets nothing new in', async () => {
    const before = await open(1);
    await say(before, 'one');
    rules.revoke({ cidr: network.cidr });
    expect(await say(before, 'two')).toBe('two');
    const after = await open(1);
    after.write('three');
    expect(await silent(after)).toBe(true);
    expect(seen).toHaveLength(1);
    expect(endpoint).toMatchObject({ accepted: 1, dropped: 1 });
  });

  test('loses what was let in by a rule for everyone: it was never tracked', async () => {
    rules.revoke({ cidr: network.cidr });
    rules.authorize({ cidr: '0.0.0.0/0' });
    const client = await open(1);
    await say(client, 'one');
    expect(endpoint.list()).toMatchObject([{ tracked: false }]);
    rules.revoke({ cidr: '0.0.0.0/0' });
    client.write('two');
    expect(await silent(client)).toBe(true);
    expect(received).toBe('one');
  });

  test('sees the end of the connection as the server ends it', async () => {
    const closed = await open(1);
    await say(closed, 'one');
    seen[0]?.end();
    await once(closed, 'end');

    const reset = await open(1);
    await say(reset, 'one');
    seen[1]?.resetAndDestroy();
    expect(((await once(reset, 'error'))[0] as NodeJS.ErrnoException).code).toBe('ECONNRESET');
  });

  test('gets everything through, however large', async () => {
    const client = await open(1);
    const bytes = 20 << 20;
    client.write(Buffer.alloc(bytes, 7));
    let back = 0;
    for await (const chunk of client) {
      back += (chunk as Buffer).length;
      if (back === bytes) break;
    }
    expect(back).toBe(bytes);
  });

  test('gets everything through in order under changing latency', async () => {
    const client = await open(1);
    const text = Array.from({ length: 200 }, (_, index) => `${index},`);
    let answer = '';
    client.on('data', (chunk) => {
      answer += chunk;
    });
    for (const [index, part] of text.entries()) {
      endpoint.latencyMs = index % 3 === 0 ? 5 : 0;
      client.write(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
    while (answer.length < text.join('').length) await once(client, 'data');
    expect(answer).toBe(text.join(''));
  });
});

describe('a client that no rule lets in', () => {
  beforeEach(() => rules.revoke({ cidr: network.cidr }));

  test('hears nothing, and nothing of it reaches the server', async () => {
    const client = await open(1);
    client.write('SET a 1');
    expect(await silent(client)).toBe(true);
    expect(endpoint.list()).toMatchObject([{ state: 'held' }]);
    expect(seen).toHaveLength(0);
  });

  test('gets through at its next SYN when a rule lets it in meanwhile', async () => {
    const client = await open(1);
    client.write('hello');
    await silent(client, 50);
    rules.authorize({ cidr: network.address(1) });
    expect(String((await once(client, 'data'))[0])).toBe('hello');
    expect(await say(client, 'again')).toBe('again');
  });

  test('that has given up does not have its command carried out later', async () => {
    const client = await open(1);
    client.end('SET a 1');
    while (endpoint.list().length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    rules.authorize({ cidr: network.address(1) });
    // Longer than until its SYN would have come again.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(received).toBe('');
  });

  test('is told from one that a rule names', async () => {
    rules.authorize({ cidr: network.address(2), port: endpoint.port });
    rules.authorize({ cidr: network.address(1), port: endpoint.port - 1 });
    const allowed = await open(2);
    expect(await say(allowed, 'in')).toBe('in');
    expect(await silent(await open(1))).toBe(true);
  });
});

describe('a lost endpoint', () => {
  test('that vanished leaves everyone hanging, and resets them when a node is there again', async () => {
    const old = await open(1);
    await say(old, 'one');
    await endpoint.fail('vanish');
    old.write('two');
    const fresh = await open(1);
    fresh.write('three');
    expect(await Promise.all([silent(old), silent(fresh)])).toEqual([true, true]);
    expect(received).toBe('one');

    const reset = once(old, 'error');
    await endpoint.recover();
    expect(((await reset)[0] as NodeJS.ErrnoException).code).toBe('ECONNRESET');
    expect(String((await once(fresh, 'data'))[0])).toBe('three');
  });

  test('whose process is gone resets and refuses, until it is there again', async () => {
    const old = await open(1);
    await say(old, 'one');
    const reset = once(old, 'error');
    await endpoint.fail('refuse');
    expect(((await reset)[0] as NodeJS.ErrnoException).code).toBe('ECONNRESET');
    await expect(open(1)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await endpoint.recover();
    expect(await say(await open(1), 'two')).toBe('two');
  });

  test('without a server behind it resets', async () => {
    for (const socket of seen) socket.destroy();
    await new Promise((resolve) => echo.close(resolve));
    const client = await open(1);
    expect(((await once(client, 'error'))[0] as NodeJS.ErrnoException).code).toBe('ECONNRESET');
    echo.listen(0);
  });
});

describe('inbound rules', () => {
  test('are refused where they name no range', () => {
    expect(() => new AllowList([{ cidr: 'sg-1' }])).toThrow('"sg-1": expected an IPv4 address or range');
    expect(() => new AllowList([{ cidr: '127.0.0.1/33' }])).toThrow('127.0.0.1/33');
  });

  test('that are not there cannot be revoked', () => {
    expect(() => rules.revoke({ cidr: network.cidr, port: 1 })).toThrow(`No inbound rule for ${network.cidr}, port 1`);
  });
});

describe('a loopback network', () => {
  test('is claimed by one rehearsal only, and has an address for everyone', async () => {
    const others = await Promise.all(Array.from({ length: 20 }, () => claimLoopbackNetwork()));
    expect(new Set([network, ...others].map(({ cidr }) => cidr)).size).toBe(21);
    expect(network.address(200)).toBe(network.cidr.replace('0/24', '200'));
    expect(() => network.address(254)).toThrow('from 1 to 253');
    await Promise.all(others.map((one) => one.release()));
  });
});
