import type { Redis } from 'ioredis';
import { differences } from '../../replication/support/independent-comparison';
import { Stage } from '../../stage';
import { interposedPair } from './handed-over';

const stage = new Stage();
afterEach(() => stage.end());
jest.setTimeout(300_000);

const KEYS = 5000;
const SWITCHES = 20;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What clients do until they are told to stop, and what was acknowledged to them. */
class Load {
  readonly failed: string[] = [];
  readonly registers = new Map<string, number>();
  readonly counters = new Map<string, number>();
  readonly pushed: number[] = [];
  readonly popped: number[] = [];
  readonly published: number[] = [];
  readonly heard: number[] = [];
  operations = 0;
  private goesOn = true;
  private readonly running: Promise<void>[] = [];

  constructor(private readonly client: () => Promise<Redis>) {}

  async begin(): Promise<void> {
    const subscriber = await this.client();
    await subscriber.subscribe('news');
    subscriber.on('message', (_, message) => this.heard.push(Number(message)));
    subscriber.on('end', () => this.failed.push('the subscriber was closed'));
    for (let writer = 0; writer < 4; writer += 1) await this.run((user, i) => this.write(user, `${writer}`, i));
    await this.run((user, i) => this.count(user, `counter:${i % 50}`));
    await this.run((user, i) => this.push(user, i));
    await this.run((user) => this.pop(user));
    await this.run((user, i) => this.publish(user, i));
    await this.run(async (user, i) => {
      await user.set(`expires:${i % 500}`, i, 'PX', 200 + (i % 400));
      await pause(2);
    });
  }

  async stop(): Promise<void> {
    this.goesOn = false;
    await Promise.all(this.running);
    for (let waited = 0; this.heard.length < this.published.length && waited < 100; waited += 1) await pause(20);
  }

  private async run(operation: (user: Redis, i: number) => Promise<void>): Promise<void> {
    const user = await this.client();
    this.running.push(
      (async () => {
        for (let i = 0; this.goesOn; i += 1) {
          await operation(user, i).catch((error: Error) => this.failed.push(error.message));
          this.operations += 1;
          if (this.failed.length > 20) return;
        }
      })(),
    );
  }

  /** A register of one writer reads as what was written last. */
  private async write(user: Redis, writer: string, i: number): Promise<void> {
    const key = `key:${writer}:${(i * 7919) % (KEYS / 4)}`;
    const read = await user.get(key);
    if (Number(read) !== (this.registers.get(key) ?? 0)) this.failed.push(`${key} is ${read}`);
    await user.set(key, i);
    this.registers.set(key, i);
  }

  private async count(user: Redis, key: string): Promise<void> {
    const value = (this.counters.get(key) ?? 0) + 1;
    if ((await user.incr(key)) !== value) this.failed.push(`${key} is not ${value}`);
    this.counters.set(key, value);
  }

  private async push(user: Redis, i: number): Promise<void> {
    await user.rpush('queue', i);
    this.pushed.push(i);
    await pause(1);
  }

  private async pop(user: Redis): Promise<void> {
    const item = await user.blpop('queue', 1);
    if (item !== null) this.popped.push(Number(item[1]));
  }

  private async publish(user: Redis, i: number): Promise<void> {
    await user.publish('news', String(i));
    this.published.push(i);
    await pause(5);
  }
}

test('clients that read, write, wait and listen notice nothing of twenty switches but their pauses', async () => {
  const keys = Object.fromEntries(Array.from({ length: KEYS }, (_, i) => [`key:${i % 4}:${i >> 2}`, '0']));
  const { pair, client, move } = await interposedPair(stage, (blue) => blue.mset(keys));
  const load = new Load(client);
  await load.begin();
  const pauses: number[] = [];
  const retried: string[] = [];
  for (let attempts = 0; pauses.length < SWITCHES && attempts < 2 * SWITCHES; attempts += 1) {
    await pause(300);
    try {
      const { pauseMs, closed, strays } = await move(pauses.length % 2 === 0 ? 'green' : 'blue');
      expect({ closed, strays }).toEqual({ closed: 0, strays: 0 });
      pauses.push(pauseMs);
    } catch (error) {
      if ((error as Error).name !== 'Agent.NotHandedOver') throw error;
      retried.push((error as Error).message);
    }
  }
  await load.stop();
  process.stdout.write(
    `${pauses.length} switches, ${load.operations} operations, pauses in ms: ${pauses.join(' ')}.\n`,
  );
  if (retried.length > 0) process.stdout.write(`Given up and tried again: ${retried.join('; ')}\n`);

  expect(load.failed).toEqual([]);
  expect(pauses).toHaveLength(SWITCHES);
  await pair.drain();
  const [blue, green] = [await stage.user(pair.blueServer), await stage.user(pair.greenServer)];
  expect((await differences(blue, green)).filter((line) => !line.includes('cdk-cutover:'))).toEqual([]);
  for (const server of [blue, green]) {
    expect(await server.mget([...load.registers.keys()])).toEqual([...load.registers.values()].map(String));
    expect(await server.mget([...load.counters.keys()])).toEqual([...load.counters.values()].map(String));
  }
  const left = (await blue.lrange('queue', 0, -1)).map(Number);
  expect([...load.popped, ...left].sort((one, other) => one - other)).toEqual(load.pushed);
  expect(load.popped.length).toBeGreaterThan(0);
  expect(load.heard).toEqual(load.published);
});
