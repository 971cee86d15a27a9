import type { Socket } from 'node:net';

export const mysqlPacket = (sequence: number, body: Buffer) => {
  const head = Buffer.alloc(4);
  head.writeUIntLE(body.length, 0, 3);
  head.writeUInt8(sequence, 3);
  return Buffer.concat([head, body]);
};
const lengthened = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
const message = (type: string, body: Buffer) => {
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};

export const MYSQL_GREETING = Buffer.concat([
  Buffer.from([0x4a, 0, 0, 0, 10]),
  Buffer.from('8.0.39\0'),
  Buffer.from([1, 0, 0, 0]),
  Buffer.from('12345678\0'),
  Buffer.from([0xff, 0xf7, 0x21, 2, 0, 0xff, 0x81, 21]),
  Buffer.alloc(10),
  Buffer.from('123456789012\0mysql_native_password\0'),
]);

const MYSQL_OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
const MYSQL_END = Buffer.from([0xfe, 0, 0, 2, 0]);

/** A column of text, as its definition says. */
export const mysqlColumn = (sequence: number, name: string) =>
  mysqlPacket(
    sequence,
    Buffer.concat([
      ...['def', '', '', '', name, name].map(lengthened),
      Buffer.from([0x0c, 45, 0, 255, 0, 0, 0, 0xfd, 0, 0, 0, 0, 0]),
    ]),
  );

export const mysqlEnd = (sequence: number) => mysqlPacket(sequence, MYSQL_END);

function mysqlRow(cells: Readonly<Record<string, string>>): Buffer {
  const names = Object.keys(cells);
  return Buffer.concat([
    mysqlPacket(1, Buffer.from([names.length])),
    ...names.map((name, index) => mysqlColumn(index + 2, name)),
    mysqlEnd(names.length + 2),
    mysqlPacket(names.length + 3, Buffer.concat(Object.values(cells).map(lengthened))),
    mysqlEnd(names.length + 4),
  ]);
}

export const postgresReady = message('Z', Buffer.from('I'));

export const postgresColumns = (names: readonly string[]) =>
  message(
    'T',
    Buffer.concat([
      Buffer.from([names.length >> 8, names.length & 0xff]),
      ...names.map((name) =>
        Buffer.concat([
          Buffer.from(`${name}\0`),
          Buffer.alloc(6),
          Buffer.from([0, 0, 0, 25]),
          Buffer.from([255, 255, 255, 255, 255, 255, 0, 0]),
        ]),
      ),
    ]),
  );

export const postgresRow = (cells: readonly string[]) =>
  message(
    'D',
    Buffer.concat([
      Buffer.from([cells.length >> 8, cells.length & 0xff]),
      ...cells.map((cell) => Buffer.concat([Buffer.from([0, 0, 0, cell.length]), Buffer.from(cell)])),
    ]),
  );

const postgresDone = Buffer.concat([message('C', Buffer.from('SELECT 1\0')), postgresReady]);

/** Lets anyone in who speaks a protocol, answers what the agent always asks, and `answer`s what it asks then. */
export type SigningIn = (socket: Socket, answer: () => void) => void;

/** CLIENT SETNAME comes first. */
export const redis: SigningIn = (socket, answer) => {
  let asked = 0;
  socket.on('data', () => {
    asked += 1;
    if (asked === 1) socket.write('+OK\r\n');
    else if (asked === 2) answer();
  });
};

export const mysql: SigningIn = (socket, answer) => {
  let isIn = false;
  socket.write(MYSQL_GREETING);
  socket.on('data', (bytes) => {
    const sql = bytes.toString('latin1', 5);
    if (!isIn) {
      isIn = true;
      socket.write(mysqlPacket(2, MYSQL_OK));
    } else if (sql === 'SELECT 1') answer();
    else if (sql.includes('VERSION()')) {
      socket.write(mysqlRow({ version: '8.0.39', self: 'agent@%', mode: 'STRICT_TRANS_TABLES' }));
    } else if (sql.startsWith('EXPLAIN')) {
      socket.write(mysqlRow({ table: 't', type: 'ALL', key: 'k' }));
    } else socket.write(mysqlPacket(1, MYSQL_OK));
  });
};

export const postgres: SigningIn = (socket, answer) => {
  let isIn = false;
  socket.on('data', (bytes) => {
    const said = bytes.toString('latin1');
    if (!isIn) {
      isIn = true;
      socket.write(Buffer.concat([message('R', Buffer.alloc(4)), postgresReady]));
    } else if (said.includes('SELECT 1')) answer();
    else if (said.includes('server_version_num')) {
      socket.write(
        Buffer.concat([
          postgresColumns(['version', 'search_path', 'row_security']),
          postgresRow(['150004', '', 'off']),
          postgresDone,
        ]),
      );
    } else socket.write(postgresDone);
  });
};

export const memcached: SigningIn = (socket, answer) => {
  socket.once('data', answer);
};
