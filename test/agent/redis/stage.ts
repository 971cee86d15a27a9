import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis, type RedisOptions } from 'ioredis';
import type { RedisContext } from '../../../agent/redis/context';
import type { ResolvedEndpoint } from '../../../agent/redis/endpoint';
import { Relay } from '../../../agent/redis/relay/relay';
import { RelayRegistry } from '../../../agent/redis/relay/switch/running-relay';
import { ReplicationRegistry } from '../../../agent/redis/replication/registry';
import type { Report } from '../../../agent/verb';
import type { CacheEndpoint } from '../../../contract/cache';
import type { Progress, Side } from '../../../contract/common';
import type { EngineName } from '../../../rehearsal/engines/engine';
import { findEngine } from '../../../rehearsal/engines/redis/find-engine';
import { type Server, startServer } from '../../../rehearsal/engines/redis/server';
import type { ServerOptions } from '../../../rehearsal/engines/redis/server-configuration';
import { OldServer } from './replication/support/old-server';

/** Real servers and their users for one test; `end` stops whatever was started. */
export class Stage {
  private readonly ending: (() => Promise<unknown> | unknown)[] = [];

  async server(engine: EngineName, version: string, options: ServerOptions = {}): Promise<Server> {
    const server = await startServer(await findEngine(engine, version), options);
    this.ending.push(() => server.stop());
    return server;
  }

  /** The server as one that says it is of this version, which is as long as its own. */
  async olderThanItIs(server: Server, version: string): Promise<OldServer> {
    const old = await OldServer.before(server, version);
    this.ending.unshift(() => old.close());
    return old;
  }

  /** An application's connection. */
  async user(server: { readonly host: string; readonly port: number }, options: RedisOptions = {}): Promise<Redis> {
    const user = new Redis({
      host: server.host,
      port: server.port,
      protocol: 2,
      disableClientInfo: true,
      lazyConnect: true,
      disconnectTimeout: 50,
      retryStrategy: null,
      ...options,
    });
    // Being closed by the server is what many tests are about.
    user.on('error', () => undefined);
    this.ending.unshift(() => user.disconnect());
    await user.connect();
    return user;
  }

  async context(blue: ResolvedEndpoint, green: ResolvedEndpoint = blue): Promise<RedisContext> {
    const stateDirectory = await mkdtemp(join(tmpdir(), 'agent-state-'));
    const replications = new ReplicationRegistry();
    const relays = new RelayRegistry(Relay.open);
    this.ending.unshift(() => relays.stop());
    this.ending.unshift(() => replications.stopAll());
    this.ending.push(() => rm(stateDirectory, { recursive: true, force: true }));
    const endpoints: Record<Side, ResolvedEndpoint> = { blue, green };
    return {
      migrationName: 'test',
      consistency: 'FENCED',
      recordName: 'cache.internal.example',
      endpoints,
      replications,
      relays,
      stateDirectory,
      logger: { info: () => undefined, warn: () => undefined },
      now: Date.now,
    };
  }

  /** Runs at the end, before servers stop. */
  later(end: () => unknown): void {
    this.ending.unshift(end);
  }

  async end(): Promise<void> {
    for (const end of this.ending.splice(0)) await end();
  }
}

export function endpointOf(server: Server, more: Partial<ResolvedEndpoint> = {}): ResolvedEndpoint {
  const endpoint: CacheEndpoint = {
    host: server.host,
    port: server.port,
    tls: false,
    engine: server.engine.engine,
    engineVersion: server.engine.version,
    clusterMode: false,
  };
  return { ...endpoint, ...more };
}

/** A caller that waits forever and keeps what it is told. */
export function listener(signal: AbortSignal = new AbortController().signal): Report & { readonly heard: Progress[] } {
  const heard: Progress[] = [];
  return { signal, heard, progress: (progress) => heard.push(progress) };
}

/** The engines every verb is held against. */
export const engines: readonly (readonly [EngineName, string])[] = [
  ['redis', '6.0'],
  ['redis', '7.0'],
  ['valkey', '8.1'],
];
