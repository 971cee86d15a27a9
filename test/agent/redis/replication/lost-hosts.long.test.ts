import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { keyHash } from '../../../../agent/redis/key';
import { keepDigestKey } from '../../../../agent/shown-digest';
import type { EngineName } from '../../../../rehearsal/engines/engine';
import { endpointOf, Stage } from '../stage';
import { AgentProcess } from './support/agent-process';
import { BACK, FORWARD } from './support/pair';
import { Random } from './support/random';

const SEEDS = Number(process.env.SEEDS ?? 2);
const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1);
const GREENS: readonly (readonly [EngineName, string])[] = [
  ['valkey', '8.1'],
  ['redis', '7.0'],
  ['redis', '6.0'],
];
/** What the journal says from Switch on. */
const OVERLAP = JSON.stringify({ following: { ...FORWARD, overlap: true, anew: false } });
const BIG = 'x'.repeat(600_000);

const stage = new Stage();
const agents: AgentProcess[] = [];
const folders: string[] = [];
const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.stop();
  for (const agent of agents.splice(0)) await agent.kill();
  await stage.end();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Writes keys of its own, of several types, until it is stopped; knows what the last acknowledged write of each was. */
class Client {
  readonly last = new Map<string, string | undefined>();
  private running = true;
  private readonly writing: Promise<void>;

  constructor(
    private readonly server: Redis,
    private readonly name: string,
    private readonly random: Random,
  ) {
    this.writing = this.write();
    clients.push(this);
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.writing;
  }

  private async write(): Promise<void> {
    for (let i = 0; this.running; i += 1) {
      const batch = this.server.pipeline();
      for (let n = 0; n < 20; n += 1) this.change(batch, `${this.name} ${i}.${n}`);
      await batch.exec();
      await pause(5);
    }
  }

  private change(batch: ReturnType<Redis['pipeline']>, value: string): void {
    const { random, name } = this;
    const key = `${name}:${random.below(300)}`;
    const written = random.chance(0.1) ? undefined : value;
    if (written === undefined) batch.del(key);
    else if (random.chance(0.3)) batch.set(key, value, 'EX', 3_600);
    else batch.set(key, value);
    this.last.set(key, written);
    batch.hset(`${name}:hash:${random.below(20)}`, `field ${random.below(300)}`, value);
    batch.get(`other:${random.below(300)}`);
  }
}

interface Ground {
  readonly blue: Redis;
  readonly green: Redis;
  readonly begin: (journal?: string) => Promise<AgentProcess>;
}

async function ground(seed: number): Promise<Ground> {
  const announcing = { notifyKeyspaceEvents: 'AKE' };
  const blueServer = await stage.server('redis', '6.0', announcing);
  const greenServer = await stage.server(...(GREENS[seed % GREENS.length] ?? ['valkey', '8.1']), announcing);
  const [blue, green] = [await stage.user(blueServer), await stage.user(greenServer)];
  for (const side of ['blue', 'green', 'other', 'both']) {
    await blue.mset(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${side}:${i}`, 'start'])));
  }
  await blue.mset('big on blue', BIG, 'big on green', BIG);
  const begin = async (journal?: string) => {
    const stateDirectory = await mkdtemp(join(tmpdir(), 'agent-state-'));
    folders.push(stateDirectory);
    await keepDigestKey(stateDirectory);
    const sides = { blue: endpointOf(blueServer), green: endpointOf(greenServer) };
    const agent = await AgentProcess.start({
      ...sides,
      stateDirectory,
      consistency: 'LIVE',
      ...(journal && { journal }),
    });
    agents.push(agent);
    return agent;
  };
  return { blue, green, begin };
}

/** Both sides are written to while one host is lost and another begins. Gives the other, and who writes. */
async function hostIsLost({ blue, green, begin }: Ground, random: Random) {
  const first = await begin();
  await first.run('redis.replicate', { ...FORWARD, targetIsOurs: false, overlap: true });
  const [onBlue, onGreen] = [new Client(blue, 'blue', random), new Client(green, 'green', random)];
  await pause(random.below(1_200));
  await green.mset(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`both:${i}`, 'of green'])));
  await pause(200);
  await blue.mset(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`both:${i}`, 'of blue'])));
  await pause(random.below(300));
  await first.kill();
  await green.mset(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`both:${50 + i}`, 'of green'])));
  await blue.mset(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`both:${50 + i}`, 'of blue'])));
  await pause(random.below(1_000));
  return { onBlue, onGreen, next: await begin(OVERLAP) };
}

/** Every key of one client alone, as it left it; and no hash of one side's client that differs from that side's. */
async function expectKept(server: Redis, ...kept: readonly { readonly client: Client; readonly of: Redis }[]) {
  for (const { client, of } of kept) {
    const keys = [...client.last.keys()];
    const values = await server.mget(...keys);
    const lost = keys.filter((key, i) => (client.last.get(key) ?? null) !== values[i]);
    expect(lost).toEqual([]);
    const hashes = await of.keys('*:hash:*');
    for (const hash of hashes.filter((name) => name.startsWith([...keys][0]?.split(':')[0] ?? '')))
      expect(await server.hgetall(hash)).toEqual(await of.hgetall(hash));
  }
}

const hashesOfBoth = new Set(Array.from({ length: 100 }, (_, i) => keyHash(Buffer.from(`both:${i}`))));
const seeds = Array.from({ length: SEEDS }, (_, i) => FIRST_SEED + i);

test.each(seeds)(
  'a host lost in the overlap loses no write, and no conflict goes uncounted (seed %i)',
  async (seed) => {
    const random = new Random(seed);
    const field = await ground(seed);
    const { onBlue, onGreen, next } = await hostIsLost(field, random);
    await pause(random.below(500));
    await Promise.all([onBlue.stop(), onGreen.stop()]);

    const { conflicts, conflictSample } = await next.run('redis.drain', { ...FORWARD, timeoutSeconds: 60 });

    await expectKept(field.green, { client: onBlue, of: field.blue }, { client: onGreen, of: field.green });
    expect(conflicts).toBe(100);
    expect(conflictSample.filter((hash) => !hashesOfBoth.has(hash))).toEqual([]);
  },
);

test.each(seeds)('nor one that is lost again while the switch is undone (seed %i)', async (seed) => {
  const random = new Random(seed);
  const field = await ground(seed);
  const { onBlue, onGreen, next } = await hostIsLost(field, random);
  await onGreen.stop();
  const turning = next.run('redis.reverse', { ...BACK, overlap: true }).catch(() => undefined);
  await pause(random.below(400));
  await next.kill();
  await turning;
  const last = await field.begin(JSON.stringify({ following: {} }));
  await last.run('redis.reverse', { ...BACK, overlap: true });
  await onBlue.stop();

  const { conflictSample } = await last.run('redis.drain', { ...BACK, timeoutSeconds: 60 });

  await expectKept(field.blue, { client: onBlue, of: field.blue }, { client: onGreen, of: field.green });
  expect(conflictSample.filter((hash) => !hashesOfBoth.has(hash))).toEqual([]);
});
