import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsEndpoint } from './aws-endpoint';
import { MYSQL_GREETING, mysqlColumn, mysqlEnd, mysqlPacket } from './hostile/signing-in';
import { configurationOf } from './mysql/stage';
import { buildAgent, Program } from './program';

const secretArn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:blue';
const aws = new AwsEndpoint();
let folder: string;

beforeAll(async () => {
  await aws.start();
  aws.secrets.set(secretArn, JSON.stringify({ username: 'agent', password: 'pa55word' }));
  folder = await mkdtemp(join(tmpdir(), 'library-console-'));
});
afterAll(async () => {
  await aws.stop();
  await rm(folder, { recursive: true });
});

test('what a library prints, because a server has it print, is a few lines of the program’s log', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.write(MYSQL_GREETING);
    socket.once('data', () => {
      socket.write(mysqlPacket(2, Buffer.from([0, 0, 0, 2, 0, 0, 0])));
      const rows = Array.from({ length: 5_000 }, () => mysqlPacket(9, Buffer.from('\x0eplanted in row', 'latin1')));
      const columns = Buffer.concat([Buffer.from([1, 0, 0, 1, 1]), mysqlColumn(2, 'a'), mysqlEnd(3)]);
      socket.on('data', () => socket.write(Buffer.concat([columns, ...rows, mysqlEnd(4)])));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const endpoint = {
      host: '127.0.0.1',
      port,
      tls: false,
      secretArn,
      engine: 'mysql',
      engineVersion: '8.0.39',
    } as const;
    const file = join(folder, 'configuration.json');
    await writeFile(file, JSON.stringify(configurationOf(endpoint, endpoint)));
    const program = await buildAgent(folder);
    const ran = new Program(program, ['--configuration', file, 'mysql.alive', '--side', 'blue'], aws.environment);
    await ran.ended;
    const lines = ran.stderr.trimEnd().split('\n');
    expect(lines.filter((line) => line.includes('library.said'))).toHaveLength(10);
    expect(lines.length).toBeLessThan(20);
    expect(ran.stderr).not.toContain('planted');
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});
