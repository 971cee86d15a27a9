import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Random } from '../../../../../rehearsal/clients/random';
import type { CacheProcessSettings } from '../../../../../rehearsal/clients/redis/cache-protocol';
import { Connection } from '../../../../../rehearsal/clients/redis/client/connection';
import { type Resolved, Resolver } from '../../../../../rehearsal/network/resolver';

class Loopback extends Resolver {
  override resolve(): Promise<Resolved> {
    return Promise.resolve({ address: '127.0.0.1', target: 'localhost', expiresAtMs: Number.POSITIVE_INFINITY });
  }
}

/** Lets clients in, and answers nothing that they ask afterwards. */
async function deafServer() {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const text = String(data).toLowerCase();
      for (const _ of text.matchAll(/\r\n(select|client)\r\n/g)) socket.write('+OK\r\n');
      if (text.includes('\r\nping\r\n')) socket.write('+PONG\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test('a connection on which many commands are late at once is closed once', async () => {
  const server = await deafServer();
  const settings: CacheProcessSettings = {
    serves: 'cache',
    recordName: 'sessions.internal.example',
    databases: { session: 0, profile: 0, cache: 0, lock: 0, queue: 0, counter: 0 },
    process: 'web-1.1',
    clientName: 'web-1',
    seed: '1',
    port: (server.address() as AddressInfo).port,
    dns: { host: '127.0.0.1', port: 1 },
    clients: {},
    turnsPerSecond: 1,
    timing: { connectTimeoutMs: 5_000, commandTimeoutMs: 50, backoffMs: [10, 10] },
  };
  const resolver = new Loopback({ server: settings.dns });
  const connection = new Connection(settings, 0, resolver, new Random('1'));
  const kept = connection.keep();
  let listeners = 0;
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () =>
      connection.run((redis) => {
        listeners = redis.stream.listenerCount('close');
        return redis.get('key').finally(() => {
          listeners = Math.max(listeners, redis.stream.listenerCount('close'));
        });
      }, 500),
    ),
  );
  expect(outcomes.map(({ state }) => state)).toEqual(outcomes.map(() => 'unknown'));
  connection.stop();
  await kept;
  server.close();
  // Node warns from eleven on.
  expect(listeners).toBeLessThan(10);
});
