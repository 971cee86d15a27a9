import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { logConsole } from '../../agent/library-console';
import { JsonLog } from '../../agent/log';
import { CLIENTS } from './hostile/clients';
import { mysql, mysqlColumn, mysqlEnd, mysqlPacket } from './hostile/signing-in';

const PLANTED = 'planted-value-of-a-row';
const ROWS = 5_000;

const own = console.log;
let restore: () => void;
let lines: string[];
let clock = 0;
const onConsole = jest.fn();

beforeEach(() => {
  lines = [];
  onConsole.mockClear();
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((...said) => {
      onConsole(...said);
      return true;
    });
  }
  const log = new JsonLog({ write: (line) => lines.push(line) });
  log.conceal('pa55word');
  restore = logConsole(log, () => clock);
});
afterEach(() => {
  restore();
  jest.restoreAllMocks();
});

const said = () => lines.map((line) => JSON.parse(line)).map(({ event, text, lines: count }) => [event, text ?? count]);

test('of thousands of packets that do not count on, a few lines are logged, and no value of a row is in any', async () => {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    mysql(socket, () => {
      const row = mysqlPacket(0, Buffer.concat([Buffer.from([PLANTED.length]), Buffer.from(PLANTED)]));
      const rows = Array.from({ length: ROWS }, () => row);
      socket.write(
        Buffer.concat([Buffer.from([1, 0, 0, 1, 1]), mysqlColumn(2, 'a'), mysqlEnd(3), ...rows, mysqlEnd(4)]),
      );
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    await CLIENTS.MySQL((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
  expect(lines).toHaveLength(10);
  expect(said()[0]).toEqual(['library.said', 'Warning: got packets out of order. Expected 4 but received 0']);
  expect(lines.join('\n')).not.toContain(PLANTED);
  expect(onConsole).not.toHaveBeenCalled();
});

test('a minute later a few more are, and how many were not', () => {
  for (let line = 0; line < 25; line++) console.log('line %d', line);
  clock += 60_000;
  console.error(new Error('later').message);
  expect(said()).toEqual([
    ...Array.from({ length: 10 }, (_, line) => ['library.said', `line ${line}`]),
    ['library.unsaid', 15],
    ['library.said', 'later'],
  ]);
});

test('what is logged is masked, as all of it is, and cut', () => {
  console.warn('the password is pa55word', 'a'.repeat(1_000));
  expect(said()).toEqual([['library.said', expect.stringMatching(/^the password is \*\*\* a{250,300}$/)]]);
});

test('the console is given back', () => {
  restore();
  expect(console.log).toBe(own);
});
