import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { AgentError } from '../../agent/errors';
import { Session as MysqlSession } from '../../agent/mysql/session';
import { Session as PostgresSession } from '../../agent/postgres/session';
import { Client } from '../../agent/redis/client';
import { Connection } from '../../agent/redis/resp/connection';

const MEGABYTE = 2 ** 20;
/** What a client may take of a server that never stops, before it hangs up. */
const MAX_BYTES_TAKEN = 256 * MEGABYTE;

const secretArn = 'arn';
const cache = {
  side: 'blue',
  host: '127.0.0.1',
  tls: false,
  engine: 'redis',
  engineVersion: '7.0',
  clusterMode: false,
} as const;
const database = {
  side: 'blue',
  host: '127.0.0.1',
  tls: false,
  username: 'agent',
  password: 'secret',
  secretArn,
} as const;

/** Each of the agent's ways to a server: signs in and asks one thing. */
const CLIENTS: Readonly<Record<string, (port: number) => Promise<unknown>>> = {
  'the commands of Redis': async (port) => {
    const client = await Client.open({ ...cache, port }, 'test');
    await client.call('PING').finally(() => client.close());
  },
  'the data path of Redis': async (port) => {
    const connection = await Connection.open({ ...cache, port }, { timeoutMs: 2_000 });
    await connection.command('PING').finally(() => connection.close());
  },
  MySQL: async (port) => {
    const session = await MysqlSession.open({ ...database, port, engine: 'mysql', engineVersion: '8.0.39' }, 'test');
    await session.query('SELECT 1').finally(() => session.close());
  },
  PostgreSQL: async (port) => {
    const endpoint = { ...database, port, engine: 'postgres', engineVersion: '15.4' } as const;
    const session = await PostgresSession.open(endpoint, 'test');
    await session.row('SELECT 1').finally(() => session.close());
  },
};

/** A server that does to each connection what it is told to; gives how many bytes were taken from it, and what came of it. */
async function against(
  client: (port: number) => Promise<unknown>,
  behave: (socket: Socket) => void,
): Promise<{ readonly error: unknown; readonly taken: number }> {
  let taken = 0;
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      taken += socket.bytesWritten - socket.writableLength;
    });
    behave(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const error = await client((server.address() as AddressInfo).port).then(
      () => undefined,
      (failure: unknown) => failure,
    );
    return { error, taken: taken + sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0) };
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

/** Writes the same for as long as it is taken. */
function pour(socket: Socket, bytes: Buffer): void {
  const more = () => {
    // A turn of the event loop each: the client is in this process too.
    if (!socket.destroyed) socket.write(bytes, () => setImmediate(more));
  };
  more();
}

const MYSQL_GREETING = Buffer.concat([
  Buffer.from([0x4a, 0, 0, 0, 10]),
  Buffer.from('8.0.39\0'),
  Buffer.from([1, 0, 0, 0]),
  Buffer.from('12345678\0'),
  Buffer.from([0xff, 0xf7, 0x21, 2, 0, 0xff, 0x81, 21]),
  Buffer.alloc(10),
  Buffer.from('123456789012\0mysql_native_password\0'),
]);
/** Where each protocol begins: so that what comes after is read as an answer. */
const BEGINNINGS = [
  Buffer.alloc(0),
  MYSQL_GREETING,
  Buffer.from('R\0\0\0\x08\0\0\0\0', 'latin1'),
  Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1'),
  Buffer.from('+OK\r\n+OK\r\n'),
  Buffer.from('*100000\r\n'),
];

/** What it says, and how often it goes on by one byte, in milliseconds; with 0, never. */
const SLOW: readonly (readonly [string, Buffer, number])[] = [
  ['nothing', Buffer.alloc(0), 0],
  ['a greeting', MYSQL_GREETING, 0],
  ['that the agent is signed in', Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1'), 0],
  ['the beginning of a value', Buffer.from('$1000000\r\nabc'), 0],
  ['a line, byte by byte', Buffer.from('+'), 100],
  ['a packet, byte by byte', Buffer.from([0xff, 0xff, 0xff, 0, 10]), 100],
];

describe.each(Object.entries(CLIENTS))('%s', (_, client) => {
  test.each([
    ['zeros', Buffer.alloc(4_096)],
    ['ones', Buffer.alloc(4_096, 0xff)],
    ['one line', Buffer.alloc(4_096, 'a')],
    ['a nest', Buffer.from('*1\r\n'.repeat(1_000))],
  ])('hangs up on a server that never stops: %s', async (__, bytes) => {
    const { error, taken } = await against(client, (socket) => pour(socket, bytes));
    expect(error).toBeInstanceOf(AgentError);
    expect(taken).toBeLessThan(MAX_BYTES_TAKEN);
  });

  test('gives up on a server that never comes to an end of its answer', async () => {
    const outcomes = await Promise.all(
      SLOW.map(async ([says, beginning, everyMs]) => {
        const dripping: NodeJS.Timeout[] = [];
        const { error } = await against(client, (socket) => {
          socket.write(beginning);
          if (everyMs > 0) dripping.push(setInterval(() => socket.destroyed || socket.write('a'), everyMs));
        });
        for (const timer of dripping) clearInterval(timer);
        return [says, error instanceof AgentError];
      }),
    );
    expect(outcomes).toEqual(SLOW.map(([says]) => [says, true]));
  });

  test('names a cause whatever a server says', async () => {
    const said = fc.tuple(fc.constantFrom(...BEGINNINGS), fc.uint8Array({ maxLength: 400 }));
    await fc.assert(
      fc.asyncProperty(said, async ([beginning, bytes]) => {
        const { error } = await against(client, (socket) => socket.end(Buffer.concat([beginning, bytes])));
        expect(error).toBeInstanceOf(AgentError);
      }),
      { numRuns: 60, seed: 11 },
    );
  });
});
