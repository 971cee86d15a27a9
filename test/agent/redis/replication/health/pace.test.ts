import { Pace } from '../../../../../agent/redis/replication/health/pace';
import { Stage } from '../../stage';
import { elementOf, send } from '../support/dataset';
import { ReplicatedPair } from '../support/pair';

const stage = new Stage();
afterEach(() => stage.end());

test('what is to do takes what as much took lately', () => {
  const pace = new Pace();
  pace.copied(1_000_000, 50_000);
  for (let i = 0; i < 1_000; i += 1) pace.comparedAgain(500, 50);
  pace.searched(70);
  expect(pace.msToCopy(40_000)).toBeCloseTo(2_000, 0);
  expect(pace.msToCompare(5_000)).toBeCloseTo(500, 0);
  expect(pace.msToSearch()).toBe(70);
});

test('a single slow batch says little, and a full comparison takes what the last one took of each key', () => {
  const pace = new Pace();
  for (let i = 0; i < 1_000; i += 1) pace.comparedAgain(500, 50);
  pace.comparedAgain(500, 500);
  expect(pace.msToCompare(5_000)).toBeLessThan(1_000);
  pace.compared(50_000, 4_000);
  expect(pace.msToCompareAll(50_000)).toBe(4_000);
  // As where most have expired since.
  expect(pace.msToCompareAll(5_000)).toBe(400);
});

test('status predicts a drain that waits for a big key under edit, and nothing where nothing is to do', async () => {
  const pair = await ReplicatedPair.start(stage);
  const { blue } = pair;
  for (let i = 0; i < 60_000; i += 1000) {
    const fields = Array.from({ length: 1000 }, (_, n) => [elementOf(i + n), 'v']).flat();
    await send(blue, [['HMSET', 'big', ...fields]]);
  }
  await pair.replicate();
  await pair.verify('full');
  expect((await pair.status())[0]).toMatchObject({ drainSeconds: 0, deltaSeconds: 0 });
  let editing = true;
  const edits = (async () => {
    for (let i = 0; editing; i += 1) await blue.hset('big', elementOf(i), 'edited');
  })();
  const predicted = async () => (await pair.status())[0]?.drainSeconds ?? 0;
  // Once it was carried, what it takes is known.
  while ((await predicted()) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  editing = false;
  await edits;
  await pair.drain();
  expect(await predicted()).toBe(0);
});
