import { AgentError } from '../../../../../agent/errors';
import { Info } from '../../../../../agent/redis/info';
import { CutOffs } from '../../../../../agent/redis/replication/health/cut-offs';
import { Evictions } from '../../../../../agent/redis/replication/health/vital-signs';
import { Stage } from '../../stage';
import { closeEvents } from '../support/close-events';
import { differences } from '../support/independent-comparison';
import { FORWARD, ReplicatedPair } from '../support/pair';

const stage = new Stage();
afterEach(() => stage.end());

/** As often as a look takes, until it holds. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}

test('a source that is demoted is not followed any more, and followed again once it is the primary', async () => {
  const pair = await ReplicatedPair.start(stage);
  await pair.blue.set('a', '1');
  await pair.replicate();
  const dead = String(pair.greenServer.port + 10_000);
  await pair.blue.call('REPLICAOF', '127.0.0.1', dead);
  await expect(pair.drainWithin(1)).rejects.toMatchObject({
    name: 'Agent.NotCaughtUp',
    message: expect.stringMatching(/is a replica and cannot reach its primary: a failover/),
  });
  const [status] = await pair.status();
  expect(status).toMatchObject({ state: 'resyncing', error: expect.stringContaining('is a replica') });
  expect(status?.lagMs).toBeGreaterThan(0);
  await pair.blue.call('REPLICAOF', 'NO', 'ONE');
  await pair.blue.set('b', '1');
  await pair.drain();
  expect(await differences(pair.blue, pair.green)).toEqual([]);
});

test('a server that is away for longer than anybody waits is named, before the time is up', async () => {
  const pair = await ReplicatedPair.start(stage);
  await pair.replicate();
  await pair.greenServer.kill();
  const replication = pair.context.replications.find(FORWARD);
  await expect(replication?.catchUp(AbortSignal.timeout(60_000), 300)).rejects.toMatchObject({
    name: 'Agent.Unreachable',
    message: expect.stringContaining(`${pair.greenServer.port} cannot be reached`),
  });
});

test('a source that cuts off a slow listener is named as such, and given up on after some tries', async () => {
  const pair = await ReplicatedPair.start(stage, { blue: ['redis', '7.0'] });
  await pair.replicate();
  await until(async () => {
    await closeEvents(pair.blue);
    return (await pair.status())[0]?.state === 'failed';
  });
  expect((await pair.status())[0]?.error).toMatch(/closed the connection for its events .* client-output-buffer-limit/);
  await expect(pair.drain()).rejects.toMatchObject({ name: 'Agent.EventsCutOff' });
});

test('a source is given up on by the number of cut-offs in a row', () => {
  const cutOff = new AgentError('Agent.EventsCutOff', 'cut off');
  const rests = (lived: readonly number[]) => {
    const cutOffs = new CutOffs();
    return lived.map((livedMs) => cutOffs.restAfter(cutOff, livedMs) !== undefined);
  };
  expect(rests([1, 1, 1, 1, 1, 1])).toEqual([true, true, true, true, true, false]);
  expect(rests([1, 1, 1, 1, 1, 3_600_000, 1])).toEqual([true, true, true, true, true, true, true]);
});

test('a target that evicts what was copied to it is named, and given up on after some rounds', async () => {
  const pair = await ReplicatedPair.start(stage, {
    greenOptions: { maxmemory: 4 * 1024 * 1024, maxmemoryPolicy: 'allkeys-lru' },
  });
  const pipeline = pair.blue.pipeline();
  for (let i = 0; i < 1000; i += 1) pipeline.set(`key ${i}`, 'x'.repeat(10_000));
  await pipeline.exec();
  await expect(pair.replicate()).rejects.toMatchObject({
    name: 'Agent.TargetEvicts',
    message: expect.stringMatching(/evicts keys that were copied to it .*allkeys-lru/),
  });
});

test('evictions count by rounds, and not by looks while the last round goes on', () => {
  const evictions = new Evictions(
    { host: 'green', port: 1, tls: false, engine: 'redis', engineVersion: '7.0', clusterMode: false },
    info(5),
  );
  expect(evictions.since(info(5), 1)).toBe(false);
  for (const pass of [1, 2, 3]) {
    expect(evictions.since(info(pass * 10), pass)).toBe(true);
    expect(evictions.since(info(pass * 10 + 1), pass)).toBe(true);
  }
  expect(() => evictions.since(info(900), 4)).toThrow(/evicts keys/);
});

function info(evicted: number): Info {
  return new Info(`evicted_keys:${evicted}`);
}

test('the keys of a copy are counted once, where the target takes no dumps too', async () => {
  const pair = await ReplicatedPair.start(stage, { blue: ['redis', '8.0'], green: ['redis', '6.0'] });
  for (let i = 0; i < 13; i += 1) await pair.blue.set(`key ${i}`, '1');
  expect(await pair.replicate()).toMatchObject({ keys: 13 });
});
