import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ClientProcess } from '../../../rehearsal/clients/client-process';
import { CacheLoad } from '../../../rehearsal/clients/redis/cache-load';
import { openCache } from '../../../rehearsal/clients/redis/data/cache-address';
import { findEngine } from '../../../rehearsal/engines/redis/find-engine';
import { startServer } from '../../../rehearsal/engines/redis/server';
import { DnsServer } from '../../../rehearsal/network/dns-server';
import { StaticZone } from '../../../rehearsal/network/static-zone';
import { certificateFor } from '../../agent/certificate';
import { seenBy } from '../figure-values';
import { pause } from './two-sides';

const run = promisify(execFile);
jest.setTimeout(120_000);

test('client processes end with the process that started them, even when that is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parent-'));
  const script = join(folder, 'parent.ts');
  const program = JSON.stringify(join(__dirname, '../../../rehearsal/clients/client-process'));
  await writeFile(
    script,
    `import { ClientProcess } from ${program};
     const settings = {
       serves: 'cache' as const, process: 'p.1', clientName: 'p', seed: 's', recordName: 'nobody.example', port: 1,
       dns: { host: '127.0.0.1', port: 1 }, clients: { session: 1 }, turnsPerSecond: 1,
       databases: { session: 0, profile: 0, cache: 0, lock: 0, queue: 0, counter: 0 },
       timing: { connectTimeoutMs: 100, commandTimeoutMs: 100, backoffMs: [10, 100] as const },
     };
     const child = new ClientProcess(settings);
     // What it reports shows that it runs.
     child.once('reports', () => { console.log(child.pid); process.kill(process.pid, 'SIGKILL'); });`,
  );
  try {
    const parent = await run(process.execPath, ['--import', 'tsx', script], { cwd: join(__dirname, '../../..') }).catch(
      (error: { stdout: string; signal: string }) => error,
    );
    expect(parent).toMatchObject({ signal: 'SIGKILL' });
    const pid = Number(parent.stdout);
    expect(pid).toBeGreaterThan(0);
    while (existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) await pause(10);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a process that is let in nowhere has begun all the same, and one that was killed waits for nothing', async () => {
  const child = new ClientProcess({
    serves: 'cache' as const,
    process: 'p.1',
    clientName: 'p',
    seed: 's',
    recordName: 'nobody.example',
    port: 1,
    dns: { host: '127.0.0.1', port: 1 },
    clients: { session: 1 },
    turnsPerSecond: 1,
    databases: { session: 0, profile: 0, cache: 0, lock: 0, queue: 0, counter: 0 },
    timing: { connectTimeoutMs: 100, commandTimeoutMs: 100, backoffMs: [10, 100] },
  });
  let connected = false;
  void child.connected.then(() => {
    connected = true;
  });
  await child.began;
  await pause(200);
  expect(connected).toBe(false);
  await child.kill();
  await child.connected;
});

test('clients of a cache with TLS and a password verify it by the name the record leads to', async () => {
  const tls = await certificateFor('blue.cache.amazonaws.com');
  const server = await startServer(await findEngine('valkey', '8.1'), { tls, password: 'secret' });
  const zone = new StaticZone('cache.amazonaws.com', { 'blue.cache.amazonaws.com': server.host });
  const alias = { name: 's.internal.example', type: 'CNAME', ttl: 5, values: ['blue.cache.amazonaws.com'] } as const;
  const internal = { apex: 'internal.example', recordSets: (name: string) => (name === alias.name ? [alias] : []) };
  const dns = await DnsServer.start({ zones: [internal, zone] });
  const start = (authority: string, connectWithinMs: number) =>
    CacheLoad.start({
      recordName: alias.name,
      port: server.port,
      dns,
      sides: { blue: server },
      groups: [{ name: 'web', clients: { session: 2 }, turnsPerSecond: 50 }],
      seed: 'tls',
      credentials: { password: 'secret' },
      tls: { authority },
      connectWithinMs,
    });
  try {
    const load = await start(tls.authority, 30_000);
    await pause(500);
    await load.stop();
    const verified = { authority: tls.authority, serverName: 'blue.cache.amazonaws.com' };
    const at = { ...server, host: server.host, port: server.port, credentials: { password: 'secret' }, tls: verified };
    const figures = seenBy(await load.check({ serving: 'blue', server: at }));
    expect(figures).toMatchObject({ failed: 0, lostWrites: 0 });
    expect(figures.writes).toBeGreaterThan(0);

    const { authority } = await certificateFor('blue.cache.amazonaws.com');
    await expect(openCache({ ...at, tls: { ...verified, authority } })).rejects.toThrow(
      /^Cannot connect to the cache at .*: self-signed certificate/,
    );
    await expect(start(authority, 8_000)).rejects.toThrow(/could not connect: cannot connect: .*SELF_SIGNED/);
  } finally {
    await dns.stop();
    await server.stop();
  }
});
