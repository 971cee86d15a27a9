import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import type { EngineName } from '../../../../rehearsal/engines/engine';
import type { Server } from '../../../../rehearsal/engines/redis/server';
import { endpointOf, Stage } from '../stage';
import { AgentProcess } from './support/agent-process';
import { fill } from './support/dataset';
import { differences } from './support/independent-comparison';
import { Load } from './support/load';
import { Random } from './support/random';

const SEEDS = Number(process.env.SEEDS ?? 2);
const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1);
const FORWARD = { from: 'blue', to: 'green' } as const;
const PAIRS: readonly (readonly [readonly [EngineName, string], readonly [EngineName, string]])[] = [
  [
    ['redis', '6.0'],
    ['redis', '7.0'],
  ],
  [
    ['redis', '6.0'],
    ['valkey', '8.1'],
  ],
  [
    ['redis', '7.0'],
    ['valkey', '8.1'],
  ],
  [
    ['valkey', '8.1'],
    ['redis', '6.0'],
  ],
  [
    ['valkey', '8.1'],
    ['redis', '7.0'],
  ],
];
const FAULTS = ['nothing', 'agent killed', 'source connections cut', 'target restarted'] as const;

const stage = new Stage();
const agents: AgentProcess[] = [];
const loads: Load[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const load of loads.splice(0)) await load.stop();
  for (const agent of agents.splice(0)) await agent.kill();
  await stage.end();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const seeds = Array.from({ length: SEEDS }, (_, i) => FIRST_SEED + i);
const runs = seeds.map((seed) => {
  const pair = PAIRS[seed % PAIRS.length] ?? PAIRS[0];
  return {
    seed,
    pair,
    fault: FAULTS[seed % FAULTS.length] ?? 'nothing',
    route: pair?.map((side) => side.join(' ')).join(' to '),
  };
});

test.each(runs)('nothing is lost under load: $route, $fault (seed $seed)', async ({ seed, pair, fault }) => {
  if (pair === undefined) throw new Error('No pair of engines.');
  const random = new Random(seed);
  const options = { notifyKeyspaceEvents: 'AKE' };
  const [blueServer, greenServer] = [await stage.server(...pair[0], options), await stage.server(...pair[1], options)];
  const stateDirectory = await mkdtemp(join(tmpdir(), 'agent-state-'));
  folders.push(stateDirectory);
  const setup = {
    blue: endpointOf(blueServer),
    green: endpointOf(greenServer),
    stateDirectory,
    consistency: 'FENCED',
  } as const;
  const blue = await stage.user(blueServer);
  await fill(blue, random, { perKind: 20, bigElements: 6000 });

  const load = new Load(await stage.user(blueServer), random, {
    perSecond: 5000 + random.below(5000),
    perKind: 40,
    sweeping: true,
  });
  loads.push(load);
  load.start();
  let agent = await start(setup);
  const copying = agent
    .run('redis.replicate', { ...FORWARD, targetIsOurs: false, overlap: false })
    .catch((error: Error) => error);
  await pause(random.below(1500));
  if (fault === 'agent killed') {
    await agent.kill();
    agent = await start(setup);
  } else if (fault === 'source connections cut') await cutAgent(blue);
  else if (fault === 'target restarted') await restart(greenServer);
  await copying;
  await pause(500 + random.below(1000));
  const full = await agent.run('redis.verify', { ...FORWARD, mode: 'full' });
  await pause(random.below(500));
  await load.stop();

  await agent.run('redis.drain', { ...FORWARD, timeoutSeconds: 60 });
  const delta = await agent.run('redis.verify', { ...FORWARD, mode: 'delta' });
  const green = await stage.user(greenServer);
  expect(await differences(blue, green)).toEqual([]);
  expect(delta).toMatchObject({ mismatches: 0, sample: [] });
  expect(full).toMatchObject({ mismatches: 0, sample: [] });
  expect(load.written).toBeGreaterThan(1000);
});

async function start(setup: Parameters<typeof AgentProcess.start>[0]): Promise<AgentProcess> {
  const agent = await AgentProcess.start(setup);
  agents.push(agent);
  return agent;
}

/** What a failing network or an operator does to the agent, and to nobody else. */
async function cutAgent(server: Redis): Promise<void> {
  const list = String(await server.client('LIST'));
  for (const line of list.split('\n').filter((client) => client.includes('name=cdk-cutover-agent'))) {
    const [, id] = /^id=(\d+)/.exec(line) ?? [];
    if (id !== undefined) await server.call('CLIENT', 'KILL', 'ID', id);
  }
}

async function restart(server: Server): Promise<void> {
  await server.kill();
  await server.restart();
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
