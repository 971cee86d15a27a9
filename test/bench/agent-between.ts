import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '../../agent/redis/resp/connection';
import type { Command } from '../../agent/redis/resp/writer';
import { findEngine } from '../../rehearsal/engines/redis/find-engine';
import { type Server, startServer } from '../../rehearsal/engines/redis/server';
import { certificateFor } from '../agent/certificate';
import { AgentProcess } from '../agent/redis/replication/support/agent-process';
import { endpointOf } from '../agent/redis/stage';

export const FORWARD = { from: 'blue', to: 'green' } as const;
export const VALUE = Buffer.alloc(64, 'x');

/** Source, target and agent, each a process of its own, on the cores there are. */
export interface Bench {
  readonly blue: Server;
  readonly green: Server;
  readonly source: Connection;
  readonly target: Connection;
  readonly agent: AgentProcess;
  /** PEM. Undefined: nobody speaks TLS. */
  readonly authority: string | undefined;
}

export async function withBench<T>(work: (bench: Bench) => Promise<T>, isEncrypted = false): Promise<T> {
  const tls = isEncrypted ? await certificateFor('cache.internal.example') : undefined;
  const options = { notifyKeyspaceEvents: 'AKE', ...(tls && { tls }) };
  const endpoint = (server: Server) => endpointOf(server, tls && { tls: true, ca: tls.authority });
  const ends: (() => Promise<unknown> | unknown)[] = [];
  try {
    const blue = await startServer(await findEngine('redis', '7.0'), options);
    ends.push(() => blue.stop());
    const green = await startServer(await findEngine('valkey', '8.1'), options);
    ends.push(() => green.stop());
    const stateDirectory = await mkdtemp(join(tmpdir(), 'agent-state-'));
    ends.push(() => rm(stateDirectory, { recursive: true, force: true }));
    const [source, target] = [await Connection.open(endpoint(blue)), await Connection.open(endpoint(green))];
    ends.push(
      () => source.close(),
      () => target.close(),
    );
    const agent = await AgentProcess.start({
      ...{ blue: endpoint(blue), green: endpoint(green), stateDirectory, consistency: 'FENCED' },
      ...(tls && { relayCertificate: { chain: tls.certificate, privateKey: tls.key } }),
    });
    ends.push(() => agent.kill());
    return await work({ blue, green, source, target, agent, authority: tls?.authority });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

export async function fillStrings(server: Connection, count: number): Promise<void> {
  for (let from = 0; from < count; from += 1000) {
    await server.batch(Array.from({ length: 1000 }, (_, i): Command => ['SET', stringKey(from + i), VALUE]));
  }
}

/** As redis-benchmark names its random keys. */
export function stringKey(index: number): string {
  return `key:${String(index).padStart(12, '0')}`;
}
