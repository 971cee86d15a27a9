import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AgentProcess } from '../agent/redis/replication/support/agent-process';
import { FORWARD, fillStrings, withBench } from './agent-between';

const KEYS = 1_000_000;
const CONNECTIONS = 1000;
const WRITES_PER_SECOND = 5000;
const SWITCHES = 20;
/** Below a server's `maxclients`. */
const IDLE_CONNECTIONS = 5000;
/** Long enough that every pause is measured, also one that is too long. */
const MAX_PAUSE_MS = 10_000;

/** How long clients wait in a switch of the relay, there and back under load. */
export const benchRelay = () => measure(false);

/** The same where all speak TLS. */
export const benchRelayByTls = () => measure(true);

function measure(isEncrypted: boolean): Promise<object> {
  return withBench(async ({ agent, source, authority }) => {
    await fillStrings(source, KEYS);
    await agent.run('redis.replicate', { ...FORWARD, targetIsOurs: false, overlap: false });
    await agent.run('redis.verify', { ...FORWARD, mode: 'full' });
    const { port = 0 } = await agent.run('redis.interpose', { serving: 'blue', port: 0, takesOver: false });
    const clients = connectClients(port, CONNECTIONS, WRITES_PER_SECOND, authority);
    try {
      await once(clients, 'message');
      const { pauses, givenUp } = await switches(agent, () => clients.send('switch'));
      clients.send('stop');
      const [seen] = await once(clients, 'message');
      const sorted = [...pauses].sort((one, other) => one - other);
      return {
        cores: cpus().length,
        ...{ keys: KEYS, connections: CONNECTIONS, switches: pauses.length, givenUp },
        pauseMs: { p50: sorted[Math.floor(sorted.length / 2)], worst: sorted.at(-1), all: pauses },
        clients: seen,
      };
    } finally {
      clients.kill();
    }
  }, isEncrypted);
}

/** What a client of the relay costs that is connected and asks for nothing, in clear text and by TLS. */
export async function benchIdleConnections(): Promise<object> {
  const kilobytes = (isEncrypted: boolean) =>
    withBench(async ({ agent, authority }) => {
      const { port = 0 } = await agent.run('redis.interpose', { serving: 'blue', port: 0, takesOver: false });
      const before = await agent.usage();
      const clients = connectClients(port, IDLE_CONNECTIONS, 0, authority);
      try {
        await once(clients, 'message');
        while ((await agent.run('redis.relay', {})).clients < IDLE_CONNECTIONS) await pause(100);
        await pause(2000);
        return Math.round((await agent.usage()).rssBytes - before.rssBytes) / 1000 / IDLE_CONNECTIONS;
      } finally {
        clients.kill();
      }
    }, isEncrypted);
  const [clear, tls] = [await kilobytes(false), await kilobytes(true)];
  return { connections: IDLE_CONNECTIONS, kilobytesEach: { clear: Math.round(clear), tls: Math.round(tls) } };
}

function connectClients(port: number, connections: number, perSecond: number, authority: string | undefined) {
  const asked = [port, connections, perSecond, KEYS].map(String);
  return fork(join(__dirname, 'relay-clients.ts'), authority === undefined ? asked : [...asked, authority]);
}

async function switches(
  agent: AgentProcess,
  beginsOrEnds: () => void,
): Promise<{ pauses: readonly number[]; givenUp: readonly string[] }> {
  const pauses: number[] = [];
  const givenUp: string[] = [];
  while (pauses.length < SWITCHES && givenUp.length < SWITCHES) {
    await pause(2000);
    const [from, to] = pauses.length % 2 === 0 ? (['blue', 'green'] as const) : (['green', 'blue'] as const);
    beginsOrEnds();
    try {
      const args = { from, to, maxPauseMs: MAX_PAUSE_MS, closesOthers: false };
      pauses.push((await agent.run('redis.handover', args)).pauseMs);
    } catch (error) {
      givenUp.push(error instanceof Error ? error.message : String(error));
    }
    beginsOrEnds();
  }
  return { pauses, givenUp };
}
