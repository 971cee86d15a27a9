import { type AddressInfo, connect, createServer } from 'node:net';
import type { Redis } from 'ioredis';
import type { Server } from '../../../../../rehearsal/engines/redis/server';

/**
 * A server that says it is an older one. No build of those can be had; this one is behind a relay that changes the
 * version in the answer to INFO, for one that is as long.
 */
export class OldServer {
  private readonly closing: (() => void)[] = [];
  readonly host = '127.0.0.1';
  port = 0;

  static async before(server: Server, version: string): Promise<OldServer> {
    if (version.length !== server.engine.version.length) throw new Error(`${version} is not as long as the real one.`);
    const old = new OldServer();
    const relay = createServer((client) => {
      const upstream = connect(server.port, server.host);
      const end = () => {
        for (const socket of [client, upstream]) socket.destroy();
      };
      for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
      client.pipe(upstream);
      upstream.on('data', (bytes: Buffer) => {
        const at = bytes.indexOf(`redis_version:${server.engine.version}`);
        if (at >= 0) bytes.write(`redis_version:${version}`, at, 'latin1');
        client.write(bytes);
      });
      old.closing.push(end);
    });
    await new Promise<void>((resolve) => relay.listen(0, old.host, resolve));
    old.closing.push(() => relay.close());
    old.port = (relay.address() as AddressInfo).port;
    return old;
  }

  close(): void {
    for (const close of this.closing.splice(0)) close();
  }
}

/** Runs commands as an engine does that announces them to nobody. */
export async function silently(server: Redis, work: (server: Redis) => Promise<unknown>): Promise<void> {
  await server.config('SET', 'notify-keyspace-events', '');
  await work(server);
  await server.config('SET', 'notify-keyspace-events', 'AKE');
}
