import childProcess, { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import Redis from 'ioredis';
import type { Engine, EngineName } from '../../../../rehearsal/engines/engine';
import { freePort } from '../../../../rehearsal/engines/free-port';
import { findEngine } from '../../../../rehearsal/engines/redis/find-engine';
import { type Server, startServer } from '../../../../rehearsal/engines/redis/server';
import type { ServerOptions } from '../../../../rehearsal/engines/redis/server-configuration';

const run = promisify(execFile);
const servers: Server[] = [];
const clients: Redis[] = [];

async function start(engine: Engine, options?: ServerOptions): Promise<Server> {
  const server = await startServer(engine, options);
  servers.push(server);
  return server;
}

function connect(server: Server, options: object = {}): Redis {
  const client = new Redis({ host: server.host, port: server.port, retryStrategy: () => null, ...options });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

// The first run fetches packages.
jest.setTimeout(180_000);

describe.each<[EngineName, string]>([
  ['redis', '6.0'],
  ['redis', '7.0'],
  ['valkey', '8.1'],
])('%s %s', (name, line) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await findEngine(name, line);
  });

  test('answers as the version that was asked for', async () => {
    const server = await start(engine, { databases: 20 });
    const client = connect(server, { db: 19 });
    const info = await client.info('server');
    const field = name === 'valkey' ? 'valkey_version' : 'redis_version';
    expect(new RegExp(`${field}:(\\S+)`).exec(info)?.[1]).toBe(engine.version);
    expect(engine.version.startsWith(`${line}.`)).toBe(true);
    expect(info).toContain(`process_id:${server.pid}`);
  });

  test('carries its own command line client and benchmark', async () => {
    const server = await start(engine);
    const { cli, benchmark } = engine;
    if (!cli || !benchmark) throw new Error('not found');
    const at = ['-h', server.host, '-p', String(server.port)];
    const set = await run(cli.file, [...cli.args, ...at, 'SET', 'a', '1'], { env: { ...process.env, ...cli.env } });
    expect(set.stdout.trim()).toBe('OK');
    const figures = await run(benchmark.file, [...benchmark.args, ...at, '-n', '50', '-t', 'get', '--csv'], {
      env: { ...process.env, ...benchmark.env },
    });
    expect(figures.stdout).toMatch(/^"GET",/m);
  });
});

describe('a server', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await findEngine('redis', '7.0');
  });

  test('leaves neither process nor folder when stopped', async () => {
    const server = await start(engine);
    const folder = readlinkSync(`/proc/${server.pid}/cwd`);
    expect(await readdir(folder)).toContain('server.conf');
    await server.stop();
    expect(server.running).toBe(false);
    expect(existsSync(folder)).toBe(false);
    expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
  });

  test('shows no password in the process list', async () => {
    const password = 'correct horse "battery" \\ staple';
    const spawn = jest.spyOn(childProcess, 'spawn');
    const server = await start(engine, {
      password,
      users: [{ name: 'app', password: 'app-secret', rules: '~* &* +@all -@dangerous' }],
    });
    expect(await connect(server, { password }).ping()).toBe('PONG');
    const app = connect(server, { username: 'app', password: 'app-secret', enableReadyCheck: false });
    expect(await app.set('a', 1)).toBe('OK');
    await expect(app.flushall()).rejects.toThrow('NOPERM');
    await expect(connect(server, { enableReadyCheck: false }).ping()).rejects.toThrow('NOAUTH');
    const started = JSON.stringify(spawn.mock.calls);
    spawn.mockRestore();
    expect(started).toContain('server.conf');
    expect(started).not.toMatch(/battery|app-secret/);
    expect(statSync(`/proc/${server.pid}/cwd/server.conf`).mode & 0o077).toBe(0);
  });

  test('obeys its options', async () => {
    const server = await start(engine, {
      maxmemory: 64 << 20,
      maxmemoryPolicy: 'volatile-lru',
      notifyKeyspaceEvents: 'AKE',
      renamedCommands: { CONFIG: 'RENAMED', DEBUG: '' },
      directives: { timeout: '300' },
    });
    const client = connect(server);
    await expect(client.config('GET', 'maxmemory')).rejects.toThrow('unknown command');
    await expect(client.call('DEBUG', 'SLEEP', '0')).rejects.toThrow('unknown command');
    const settings = ['maxmemory', 'maxmemory-policy', 'notify-keyspace-events', 'timeout'];
    const found = await Promise.all(settings.map((setting) => client.call('RENAMED', 'GET', setting)));
    expect(found.map((pair) => (pair as string[])[1])).toEqual([String(64 << 20), 'volatile-lru', 'AKE', '300']);
  });

  test('lets in clients from every loopback address, as each client has its own', async () => {
    const server = await start(engine);
    const socket = createConnection({ host: server.host, port: server.port, localAddress: '127.44.55.66' });
    socket.write('PING\r\n');
    const [answer] = await once(socket, 'data');
    socket.destroy();
    expect(String(answer)).toBe('+PONG\r\n');
  });

  test('keeps its passwords to itself when it is logged', async () => {
    const server = await start(engine, { password: 'battery-staple' });
    expect(inspect(server)).not.toContain('battery-staple');
  });

  test('comes back empty on the same port, unless its data is kept', async () => {
    for (const persist of [false, true]) {
      const server = await start(engine, { persist });
      const { port, pid } = server;
      await connect(server).set('a', 1);
      await server.restart();
      expect(server.port).toBe(port);
      expect(server.pid).not.toBe(pid);
      expect(await connect(server).dbsize()).toBe(persist ? 1 : 0);
    }
  });

  test('can be killed and started again', async () => {
    const server = await start(engine);
    await server.kill();
    expect(server.running).toBe(false);
    await expect(connect(server).ping()).rejects.toThrow();
    await server.restart();
    expect(await connect(server).ping()).toBe('PONG');
  });

  test('starts from a snapshot', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
    try {
      const first = await start(engine, { directives: { dir: folder } });
      const client = connect(first);
      await client.set('from', 'snapshot');
      await client.save();
      const second = await start(engine, { rdbFile: join(folder, 'dump.rdb') });
      expect(await connect(second).get('from')).toBe('snapshot');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('follows a primary', async () => {
    const primary = await start(engine, { password: 'p' });
    const replica = await start(engine, { replicaOf: { ...primary, password: 'p' } });
    const writer = connect(primary, { password: 'p' });
    const reader = connect(replica);
    while (!(await reader.info('replication')).includes('master_link_status:up'))
      await new Promise((r) => setTimeout(r, 20));
    await writer.set('a', 1);
    expect(await writer.wait(1, 5000)).toBe(1);
    expect(await reader.get('a')).toBe('1');
  });

  test('runs in cluster mode', async () => {
    const server = await start(engine, { clusterEnabled: true });
    expect(await connect(server, { enableReadyCheck: false }).info('cluster')).toContain('cluster_enabled:1');
  });

  test('that cannot start says why, and leaves nothing behind', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'temporary-'));
    const { TMPDIR } = process.env;
    process.env.TMPDIR = temporary;
    try {
      await expect(startServer(engine, { maxmemoryPolicy: 'keep-everything' })).rejects.toThrow(/must be one of/);
      await expect(startServer(engine, { rdbFile: '/no/such/file.rdb' })).rejects.toThrow('/no/such/file.rdb');
      await expect(startServer({ ...engine, server: { ...engine.server, file: '/no/such/server' } })).rejects.toThrow(
        'No such file or directory',
      );
      expect(await readdir(temporary)).toEqual([]);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
      await rm(temporary, { recursive: true });
    }
  });

  test('says so when the port it must have is taken', async () => {
    const port = await freePort();
    const squatter = createServer().listen(port, '127.0.0.1');
    try {
      await expect(startServer(engine, { port })).rejects.toThrow('Address already in use');
    } finally {
      squatter.close();
    }
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('ends with the process that started it, even on %s', async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'parent-'));
    const script = join(folder, 'parent.ts');
    const rehearsal = join(__dirname, '../../../../rehearsal/engines/redis');
    await writeFile(
      script,
      `import { findEngine } from ${JSON.stringify(join(rehearsal, 'find-engine'))};
       import { startServer } from ${JSON.stringify(join(rehearsal, 'server'))};
       void findEngine('redis', '7.0').then((engine) => startServer(engine)).then((server) => {
         console.log(server.pid);
         process.kill(process.pid, ${JSON.stringify(signal)});
       });
       setInterval(() => undefined, 1000);`,
    );
    const parent = await run(process.execPath, ['--import', 'tsx', script], {
      cwd: join(__dirname, '../../../..'),
      // What nobody is left to remove is removed with the test.
      env: { ...process.env, TMPDIR: folder },
    }).catch((error: { stdout: string; signal: string }) => error);
    expect(parent).toMatchObject({ signal });
    const pid = Number(parent.stdout);
    expect(pid).toBeGreaterThan(0);
    // The kernel delivers the parent-death signal on its own time.
    while (existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await rm(folder, { recursive: true });
  });
});
