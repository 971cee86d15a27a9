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
/** Long enough that every pause is measured, also one that is too long. */
const MAX_PAUSE_MS = 10_000;

/** How long clients wait in a switch of the relay, there and back under load. */
export async function benchRelay(): Promise<object> {
  return withBench(async ({ agent, source }) => {
    await fillStrings(source, KEYS);
    await agent.run('redis.replicate', { ...FORWARD, targetIsOurs: false, overlap: false });
    await agent.run('redis.verify', { ...FORWARD, mode: 'full' });
    const { port = 0 } = await agent.run('redis.interpose', { serving: 'blue', port: 0, takesOver: false });
    const clients = fork(join(__dirname, 'relay-clients.ts'), [port, CONNECTIONS, WRITES_PER_SECOND, KEYS].map(String));
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
  });
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
