import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { clients } from '../../../agent/memcached/clients';
import { left } from '../../../agent/memcached/left';
import { client, endpointOf, listNodes, report, serve, sidesOf, stopAll } from './clusters';

jest.setTimeout(60_000);
afterEach(stopAll);

test('clients are counted by address, without the agent', async () => {
  const [blue, green] = await Promise.all([serve(), serve()]);
  await Promise.all([client(blue), client(blue), client(blue, '127.0.0.3')]);
  const found = await clients(sidesOf(endpointOf(blue), endpointOf(green)), { side: 'blue' }, report);
  expect(found).toEqual({
    connections: 3,
    groups: [
      { address: '127.0.0.2', connections: 2, idleSeconds: expect.any(Number) },
      { address: '127.0.0.3', connections: 1, idleSeconds: expect.any(Number) },
    ],
  });
});

test('of a cluster they are counted on every node', async () => {
  const [blue, other, green] = await Promise.all([serve(), serve(), serve()]);
  await listNodes(blue, [blue, other]);
  await Promise.all([client(blue), client(other), client(other, '127.0.0.3')]);
  const { connections } = await clients(sidesOf(endpointOf(blue), endpointOf(green)), { side: 'blue' }, report);
  expect(connections).toBe(3);
});

test('a side is left once nobody is connected', async () => {
  const [blue, green] = await Promise.all([serve(), serve()]);
  const link = await client(blue);
  const sides = sidesOf(endpointOf(blue), endpointOf(green));
  const waiting = left(sides, { side: 'blue', quietSeconds: 1, timeoutSeconds: 60 }, report);
  link.close();
  expect(await waiting).toMatchObject({ connections: 0, groups: [] });
});

test('who stays is named after the time-out, and is not closed', async () => {
  const [blue, green] = await Promise.all([serve(), serve()]);
  const link = await client(blue);
  const sides = sidesOf(endpointOf(blue), endpointOf(green));
  const found = await left(sides, { side: 'blue', quietSeconds: 1, timeoutSeconds: 1 }, report);
  expect(found).toMatchObject({ connections: 1, groups: [{ address: '127.0.0.2' }] });
  expect(await link.get('anything')).toBeNull();
});

test('a server that is gone is unreachable', async () => {
  const [blue, green] = await Promise.all([serve(), serve()]);
  await blue.kill();
  const sides = sidesOf(endpointOf(blue), endpointOf(green));
  await expect(clients(sides, { side: 'blue' }, report)).rejects.toMatchObject({ name: 'Agent.Unreachable' });
});

/** Of versions before 1.4.18, which no archive has: what the protocol's description says of them. */
describe('where connections are not listed', () => {
  let server: Server;
  beforeEach(async () => {
    server = createServer((socket) => {
      socket.setEncoding('latin1').on('data', (text) => {
        for (const command of String(text).split('\r\n').filter(Boolean)) {
          socket.write(command === 'stats' ? 'STAT threads 4\r\nSTAT curr_connections 21\r\nEND\r\n' : 'ERROR\r\n');
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => server.close());

  test("they are counted without the server's own and ElastiCache's", async () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const old = {
      host: '127.0.0.1',
      port: address.port,
      tls: false,
      engine: 'memcached',
      engineVersion: '1.4.14',
    } as const;
    // 21, less twice the threads and 2, less 3 that watch, less the agent's.
    expect(await clients(sidesOf(old, old), { side: 'blue' }, report)).toEqual({ connections: 7, groups: [] });
  });
});
