import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { AgentError } from '../../../agent/errors';
import { CLIENTS } from './clients';
import { pour } from './pour';
import { MYSQL_GREETING } from './signing-in';

const MEGABYTE = 2 ** 20;
/** What a client may take of a server that never stops, before it hangs up. */
const MAX_BYTES_TAKEN = 256 * MEGABYTE;

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
