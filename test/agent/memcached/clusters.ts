import { Credentials } from '../../../agent/credentials';
import { JsonLog } from '../../../agent/log';
import { MemcachedSides } from '../../../agent/memcached/sides';
import type { MemcachedEndpoint } from '../../../contract/memcached';
import { Link } from '../../../rehearsal/clients/memcached/client/link';
import { nearestMemcached } from '../../../rehearsal/engines/memcached/find-memcached';
import { type MemcachedOptions, MemcachedServer } from '../../../rehearsal/engines/memcached/memcached-server';

const started: { stop(): Promise<void> }[] = [];

/** To be called after each test. */
export async function stopAll(): Promise<void> {
  await Promise.all(started.splice(0).map((one) => one.stop()));
}

export async function serve(options: MemcachedOptions = {}, version = '1.6.18'): Promise<MemcachedServer> {
  const server = await MemcachedServer.start(await nearestMemcached(version), options);
  started.push(server);
  return server;
}

export function endpointOf({ host, port, engine }: MemcachedServer): MemcachedEndpoint {
  return { host, port, tls: false, engine: 'memcached', engineVersion: engine.version };
}

/** Between two servers, or one and the same. */
export function sidesOf(blue: MemcachedEndpoint, green: MemcachedEndpoint): MemcachedSides {
  const log = new JsonLog({ write: () => undefined });
  return new MemcachedSides(
    { credentials: new Credentials(() => undefined), stateDirectory: '/nowhere', log },
    {
      migrationName: 'pages',
      kind: 'memcached',
      recordName: 'pages.internal.example',
      recordTtlSeconds: 5,
      blue,
      green,
    },
  );
}

/** An application's connection, from another address than the agent's. */
export async function client({ host, port }: MemcachedServer, localAddress = '127.0.0.2'): Promise<Link> {
  const link = await Link.open({ host, port, localAddress }, 2_000);
  started.push({ stop: async () => link.close() });
  return link;
}

/** What ElastiCache answers with the nodes, under the key where it stood before 1.4.14. */
export async function listNodes(server: MemcachedServer, nodes: readonly MemcachedServer[]): Promise<void> {
  const link = await Link.open(server, 2_000);
  const listed = nodes.map(({ host, port }) => `|${host}|${port}`.replace(/^/, host)).join(' ');
  await link.set('AmazonElastiCache:cluster', `12\n${listed}\n`, 0);
  link.close();
}

export const report = { progress: () => undefined, signal: new AbortController().signal };
