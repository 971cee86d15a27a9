import type { Redis } from 'ioredis';
import { clients } from '../../../agent/redis/clients';
import { evict } from '../../../agent/redis/evict';
import { Connection } from '../../../agent/redis/resp/connection';
import type { Server } from '../../../rehearsal/engines/redis/server';
import { endpointOf, engines, listener, Stage } from './stage';

describe.each(engines)('the clients of %s %s', (engine, version) => {
  let stage: Stage;
  let server: Server;

  beforeEach(async () => {
    stage = new Stage();
    server = await stage.server(engine, version);
  });
  afterEach(() => stage.end());

  const connected = async () => clients(await stage.context(endpointOf(server)), { side: 'blue' }, listener());
  const evictAll = async (quietSeconds: number, timeoutSeconds: number) =>
    evict(await stage.context(endpointOf(server)), { side: 'blue', quietSeconds, timeoutSeconds }, listener());

  test('are grouped by address, name and database, with the last command of the most recent', async () => {
    for (let i = 0; i < 3; i += 1) await stage.user(server, { connectionName: 'sidekiq', db: 2 });
    const web = await stage.user(server);
    await web.get('key');
    const { connections, groups } = await connected();
    expect(connections).toBe(4);
    expect(groups).toMatchObject([
      { address: '127.0.0.1', name: 'sidekiq', database: 2, connections: 3 },
      { address: '127.0.0.1', name: '', database: 0, lastCommand: 'get', connections: 1 },
    ]);
  });

  test('do not include the agent itself nor replication, and neither is evicted', async () => {
    const replica = await stage.server(engine, version, { replicaOf: { host: server.host, port: server.port } });
    const ofReplica = await stage.user(replica);
    await until(async () => (await ofReplica.info('replication')).includes('master_link_status:up'));
    const tail = await Connection.open(endpointOf(server), { purpose: 'tail' });
    await expect(connected()).resolves.toEqual({ connections: 0, groups: [] });
    await expect(evictAll(0.5, 5)).resolves.toEqual({ closed: 0, rounds: 0, returned: [] });
    expect(tail.isOpen).toBe(true);
    expect(await ofReplica.info('replication')).toContain('master_link_status:up');
    tail.close();
  });

  test('are all closed, subscribers, monitors and blocked ones too', async () => {
    const plain = await stage.user(server);
    const subscriber = await stage.user(server);
    await subscriber.subscribe('channel');
    const blocked = await stage.user(server);
    const popped = blocked.blpop('none', 0).catch((error: Error) => error);
    const monitor = await (await stage.user(server)).monitor();
    monitor.on('error', () => undefined);
    await until(async () => (await connected()).connections === 5);
    await expect(evictAll(0.5, 10)).resolves.toMatchObject({ closed: 5, returned: [] });
    await expect(popped).resolves.toBeInstanceOf(Error);
    await expect(plain.get('key')).rejects.toThrow();
    await expect(connected()).resolves.toMatchObject({ connections: 0 });
  });

  test('that come back for a while are closed again and named', async () => {
    let reconnects = 0;
    const stubborn = await stage.user(server, {
      connectionName: 'stubborn',
      retryStrategy: () => (reconnects++ < 2 ? 20 : null),
    });
    expect(stubborn.status).toBe('ready');
    const { closed, returned } = await evictAll(0.7, 20);
    expect(closed).toBe(3);
    expect(returned).toMatchObject([{ address: '127.0.0.1', name: 'stubborn', connections: 2 }]);
  });

  test('that never stop coming back fail the eviction by name', async () => {
    const pool: Redis[] = [];
    for (let i = 0; i < 2; i += 1) {
      pool.push(await stage.user(server, { connectionName: 'httpd', retryStrategy: () => 20 }));
    }
    await expect(evictAll(1, 1)).rejects.toMatchObject({
      name: 'Agent.NotEmptied',
      message: expect.stringMatching(/127\.0\.0\.1 "httpd" \(\d\)/),
    });
    for (const member of pool) member.disconnect();
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 25));
}
