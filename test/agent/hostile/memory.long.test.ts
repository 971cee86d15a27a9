import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { sampled } from '../../sampled';
import type { ClientName } from './clients';
import { pour } from './pour';
import {
  memcached,
  mysql,
  mysqlColumn,
  mysqlEnd,
  mysqlPacket,
  postgres,
  postgresColumns,
  postgresRow,
  redis,
  type SigningIn,
} from './signing-in';

jest.setTimeout(180_000);

/** The heap of a small migration host. */
const HEAP_MEGABYTES = 512;
/** Each takes what one answer may have, the copies of its library, and as much again. */
const MAX_MEGABYTES = 1_280;
/** Where what is announced is all that comes. */
const MAX_IDLE_MEGABYTES = 256;
const PAGE = 64 * 1024;

const repeated = (bytes: Buffer | string) =>
  Buffer.concat(Array.from({ length: Math.ceil(PAGE / bytes.length) }, () => Buffer.from(bytes)));

/** What is said first, and what is said for as long as it is taken; without it, nothing more is. */
type Said = readonly [first: Buffer, then?: Buffer];
type Answer = readonly [what: string, ...Said];

const REDIS: readonly Answer[] = [
  ['a value of 10 GB is announced', Buffer.from('$10737418240\r\n'), Buffer.alloc(PAGE)],
  ['the largest value is announced, and does not come', Buffer.from('$536870912\r\nabc')],
  ['2^31 elements are announced', Buffer.from('*2147483648\r\n'), repeated(':1\r\n')],
  ['an array of small elements does not end', Buffer.from('*4194304\r\n*4194304\r\n'), repeated('$0\r\n\r\n')],
  ['arrays of the largest size are in arrays', Buffer.from('*4194304\r\n'.repeat(6)), repeated('*0\r\n')],
  ['an array of long lines does not end', Buffer.from('*4194304\r\n'), repeated(`+${'a'.repeat(60_000)}\r\n`)],
  [
    'an array of long values does not end',
    Buffer.from('*4194304\r\n'),
    repeated(`$65534\r\n${'a'.repeat(65_534)}\r\n`),
  ],
  ['arrays are nested a million deep', Buffer.from('*1\r\n'.repeat(1e6))],
];

/** Packets count themselves by a byte, from `first` on. */
const counted = (first: number, packet: (sequence: number) => Buffer) =>
  Buffer.concat(Array.from({ length: 256 }, (_, index) => packet((first + index) % 256)));
const oneColumn = Buffer.concat([Buffer.from([1, 0, 0, 1, 1]), mysqlColumn(2, 'a'), mysqlEnd(3)]);
const longRow = Buffer.alloc(65_283, 'a');
longRow.writeUInt8(0xfc);
longRow.writeUInt16LE(65_280, 1);
const MYSQL: readonly Answer[] = [
  ['rows of one NULL do not end', oneColumn, counted(4, (sequence) => Buffer.from([1, 0, 0, sequence, 0xfb]))],
  ['long rows do not end', oneColumn, counted(4, (sequence) => mysqlPacket(sequence, longRow))],
  // More than any table has, in a length of eight bytes.
  [
    'definitions of columns do not end',
    Buffer.from([9, 0, 0, 1, 0xfe, 0, 0, 0, 0, 0, 1, 0, 0]),
    counted(2, (sequence) => mysqlColumn(sequence, 'a')),
  ],
  ['a packet goes on in packets', oneColumn, mysqlPacket(4, Buffer.alloc(0xff_ff_ff, 'a'))],
];

const POSTGRES: readonly Answer[] = [
  ['short rows do not end', postgresColumns(['a']), repeated(postgresRow(['']))],
  ['long rows do not end', postgresColumns(['a']), repeated(postgresRow(['a'.repeat(200)]))],
  ['definitions of columns do not end', Buffer.alloc(0), postgresColumns(Array.from({ length: 1_600 }, () => 'a'))],
  ['a row of 4 GB is announced', Buffer.from([0x44, 0xff, 0xff, 0xff, 0xff, 0, 1]), Buffer.alloc(PAGE)],
  ['notices do not end', Buffer.alloc(0), repeated('N\0\0\0\x08SA\0\0')],
];

const MEMCACHED: readonly Answer[] = [
  ['lines do not end', Buffer.alloc(0), repeated('STAT a b\r\n')],
  ['one line does not end', Buffer.alloc(0), Buffer.alloc(PAGE, 'a')],
];

const TRIED: readonly (readonly [ClientName, SigningIn, readonly Answer[]])[] = [
  ['the commands of Redis', redis, REDIS],
  ['the data path of Redis', redis, REDIS],
  ['MySQL', mysql, MYSQL],
  ["MySQL's smoke queries", mysql, MYSQL.filter(([says]) => !says.includes('rows'))],
  ['PostgreSQL', postgres, POSTGRES],
  ["PostgreSQL's smoke queries", postgres, POSTGRES.filter(([says]) => !says.includes('rows'))],
  ['Memcached', memcached, MEMCACHED],
];

const folder = mkdtempSync(join(tmpdir(), 'hostile-memory-test-'));
const program = join(folder, 'one-client.js');
beforeAll(() =>
  build({ entryPoints: [join(__dirname, 'one-client.ts')], outfile: program, bundle: true, platform: 'node' }),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly failure: string;
  /** The most that the process had in memory. */
  readonly megabytes: number;
}

/** How a client in a process of its own ends at a server that says this when it is asked. */
async function outcomeAt(client: ClientName, signIn: SigningIn, [first, then]: Said): Promise<Outcome> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    signIn(socket, () => {
      socket.write(first);
      if (then !== undefined) pour(socket, then);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const args = [`--max-old-space-size=${HEAP_MEGABYTES}`, program, client, String(port)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 120_000, killSignal: 'SIGKILL' });
    return JSON.parse(stdout);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

describe.each(TRIED)('%s, let in by a server', (client, signIn, answers) => {
  test.each(sampled(answers, 3).map(([says, ...rest]) => [says, rest] as const))(
    'ends with a cause, in bounded memory, where %s',
    async (_, said) => {
      const { failure, megabytes } = await outcomeAt(client, signIn, said);
      expect(failure).toMatch(/^Agent\.(Unreachable|Failed): .*127\.0\.0\.1/);
      expect(megabytes).toBeLessThan(said[1] === undefined ? MAX_IDLE_MEGABYTES : MAX_MEGABYTES);
    },
  );
});
