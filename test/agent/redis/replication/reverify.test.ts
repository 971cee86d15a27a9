import { Stage } from '../stage';
import { closeEvents } from './support/close-events';
import { FORWARD, ReplicatedPair } from './support/pair';

const stage = new Stage();
afterEach(() => stage.end());

const KEYS = 40_000;

test('the full comparison of a freeze has the servers to itself: none beside the replication takes its place', async () => {
  const pair = await ReplicatedPair.start(stage);
  for (let from = 0; from < KEYS; from += 1000) {
    const many = pair.blue.pipeline();
    for (let i = from; i < from + 1000; i += 1) many.set(`key:${i}`, 'x'.repeat(64));
    await many.exec();
  }
  await pair.replicate();
  await pair.verify();
  await closeEvents(pair.blue);
  while ((await pair.status())[0]?.resyncs === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await pair.drain();
  expect(await pair.verify('delta')).toMatchObject({ keysCompared: KEYS, mismatches: 0 });
  expect(pair.context.replications.find(FORWARD)?.unverified.known).toBe(true);
});
