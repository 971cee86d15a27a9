import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import type { ResolvedEndpoint } from '../../../../agent/redis/endpoint';
import { Connection } from '../../../../agent/redis/resp/connection';
import { ReplyError } from '../../../../agent/redis/resp/reply';
import { certificateFor } from '../../certificate';
import { endpointOf, Stage } from '../stage';

const stage = new Stage();
const closing: (() => void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await stage.end();
});

async function open(...args: Parameters<typeof Connection.open>): Promise<Connection> {
  const connection = await Connection.open(...args);
  closing.push(() => connection.close());
  return connection;
}

/** A server that answers as a test wants, on a free port. */
async function fake(onConnection: (socket: Socket) => void): Promise<ResolvedEndpoint> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { host: '127.0.0.1', port, tls: false, engine: 'redis', engineVersion: '7.0', clusterMode: false };
}

describe('a connection', () => {
  test('carries any bytes there and back', async () => {
    const connection = await open(endpointOf(await stage.server('redis', '7.0')));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40_000 }), fc.string({ unit: 'binary' }), async (bytes, text) => {
        const value = Buffer.from(bytes);
        const replies = await connection.batch([
          ['SET', value, text],
          ['GET', value],
          ['ECHO', value],
        ]);
        expect(replies).toEqual(['OK', Buffer.from(text), value]);
      }),
      { numRuns: 50 },
    );
  });

  test('owns its database: a SELECT of another kind is refused before it is sent', async () => {
    const connection = await open(endpointOf(await stage.server('redis', '7.0')));
    await connection.batchIn(3, [['SET', 'k', '1']]);
    expect(() => connection.batch([['SELECT', 0]])).toThrow(/batchIn or select/);
    await expect(connection.command('SELECT', 0)).rejects.toThrow(/batchIn or select/);
    expect(await connection.command('GET', 'k')).toEqual(Buffer.from('1'));
    await expect(connection.select(99)).rejects.toThrow(/DB index|out of range/i);
    expect(connection.isOpen).toBe(false);
  });

  test('answers batches in the order in which they were sent, without waiting between them', async () => {
    const connection = await open(endpointOf(await stage.server('redis', '7.0')));
    const batches = Array.from({ length: 500 }, (_, i) =>
      connection.batch([
        ['INCR', 'n'],
        ['ECHO', String(i)],
      ]),
    );
    expect(await Promise.all(batches)).toEqual(Array.from({ length: 500 }, (_, i) => [i + 1, Buffer.from(String(i))]));
  });

  test('runs each batch in its database', async () => {
    const connection = await open(endpointOf(await stage.server('redis', '7.0')));
    await Promise.all([1, 0, 1, 5].map((database) => connection.batchIn(database, [['INCR', 'n']])));
    const counts = await Promise.all([0, 1, 5].map((database) => connection.batchIn(database, [['GET', 'n']])));
    expect(counts.map(([count]) => String(count))).toEqual(['1', '2', '1']);
  });

  test('ends rather than run commands in the wrong database', async () => {
    const connection = await open(endpointOf(await stage.server('redis', '7.0', { databases: 2 })));
    await expect(connection.batchIn(3, [['SET', 'k', 'v']])).rejects.toThrow(/DB index is out of range/);
    expect(connection.isOpen).toBe(false);
  });

  test('gives one error among others in its place', async () => {
    const connection = await open(endpointOf(await stage.server('redis', '7.0')));
    const [set, push, get] = await connection.batch([
      ['SET', 'k', 'v'],
      ['LPUSH', 'k', 'x'],
      ['GET', 'k'],
    ]);
    expect(set).toBe('OK');
    expect(push).toBeInstanceOf(ReplyError);
    expect(get).toEqual(Buffer.from('v'));
  });

  test('names itself, so that eviction spares it', async () => {
    const connection = await open(endpointOf(await stage.server('redis', '7.0')), { purpose: 'scan' });
    expect(String(await connection.command('CLIENT', 'GETNAME'))).toBe('cdk-cutover-agent:scan');
  });

  test('rejects what is pending when the server closes it, and everything after', async () => {
    const server = await stage.server('redis', '7.0');
    const connection = await open(endpointOf(server));
    const waiting = expect(connection.command('BLPOP', 'nothing', 0)).rejects.toMatchObject({
      name: 'Agent.Unreachable',
    });
    await server.kill();
    await waiting;
    await expect(connection.command('PING')).rejects.toMatchObject({ name: 'Agent.Unreachable' });
  });

  test('gives up on a server that has gone silent', async () => {
    const endpoint = await fake((socket) => socket.once('data', () => socket.write('+OK\r\n')));
    const connection = await open(endpoint, { timeoutMs: 200 });
    await expect(connection.command('PING')).rejects.toMatchObject({
      name: 'Agent.Unreachable',
      message: expect.stringContaining('did not answer for 200 ms'),
    });
  });

  test('ends with a clear error where the other side speaks something else', async () => {
    const endpoint = await fake((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
    await expect(Connection.open(endpoint)).rejects.toThrow(/unexpected protocol byte|nothing had asked for/);
  });

  test('speaks TLS to the name that the certificate carries, as an ACL user', async () => {
    const tls = await certificateFor('green.cache.example');
    const rules = '~* +@all';
    const server = await stage.server('redis', '6.0', {
      tls,
      users: [{ name: 'agent', password: 'correct-horse', rules }],
    });
    const endpoint = { tls: true, ca: tls.authority, username: 'agent', password: 'correct-horse' };
    const connection = await open(endpointOf(server, { ...endpoint, serverName: 'green.cache.example' }));
    expect(String(await connection.command('ACL', 'WHOAMI'))).toBe('agent');
    const value = Buffer.alloc(300_000, 'x');
    expect(
      await connection.batch([
        ['SET', 'big', value],
        ['GET', 'big'],
      ]),
    ).toEqual(['OK', value]);
    await expect(
      Connection.open(endpointOf(server, { ...endpoint, serverName: 'other.example' })),
    ).rejects.toMatchObject({
      name: 'Agent.Unreachable',
      message: expect.stringMatching(/certificate/),
    });
  });

  test('never puts the password into an error', async () => {
    const server = await stage.server('redis', '7.0', { password: 'correct horse' });
    const wrong = Connection.open(endpointOf(server, { password: 'battery staple' }));
    await expect(wrong).rejects.toMatchObject({ name: 'Agent.AccessDenied' });
    await expect(wrong).rejects.not.toThrow(/battery|correct/);
  });
});
