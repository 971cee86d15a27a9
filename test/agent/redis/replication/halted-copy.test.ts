import { Replication } from '../../../../agent/redis/replication/replication';
import { Stage } from '../stage';
import { BACK, FORWARD, ReplicatedPair } from './support/pair';

const stage = new Stage();
afterEach(() => stage.end());

const settled = () => new Promise((resolve) => setTimeout(resolve, 300));
const signal = () => AbortSignal.timeout(20_000);

async function copied() {
  const pair = await ReplicatedPair.start(stage);
  await pair.blue.mset('kept', '1', 'written', '1', 'deleted', '1');
  await pair.replicate();
  const copy = pair.context.replications.find(FORWARD);
  if (copy === undefined) throw new Error('Nothing is replicated.');
  return { ...pair, pair, copy };
}

test('a halted copy deletes and writes nothing, and brings all of it once it goes on', async () => {
  const { blue, green, copy } = await copied();
  await copy.halt();
  await blue.set('written', '2');
  await blue.del('deleted');
  await blue.pexpire('kept', 1);
  await settled();
  expect(await green.mget('kept', 'written', 'deleted')).toEqual(['1', '1', '1']);

  copy.goOn();
  await copy.catchUp(signal());
  expect(await green.mget('kept', 'written', 'deleted')).toEqual([null, '2', null]);
});

test('a halted copy that loses its server comes back only once it goes on', async () => {
  const { blue, green, copy } = await copied();
  await copy.halt();
  const lines = String(await blue.client('LIST')).split('\n');
  for (const line of lines.filter((each) => each.includes('name=cdk-cutover-agent'))) {
    await blue.client('KILL', 'ID', Number(/id=(\d+)/.exec(line)?.[1]));
  }
  await blue.set('written', '2');
  await settled();
  expect(await green.get('written')).toBe('1');
  expect(copy.status().error).toContain('closed');

  copy.goOn();
  await copy.catchUp(signal());
  expect(await green.get('written')).toBe('2');
});

test('a halted copy can be stopped', async () => {
  const { blue, green, copy, pair } = await copied();
  await copy.halt();
  await blue.set('written', '2');
  await pair.context.replications.stopAll();
  expect(copy.status().state).toBe('stopped');
  expect(await green.get('written')).toBe('1');
});

test('a copy back brings what came after it was told to hear, and nothing of what the other one brought', async () => {
  const { blue, green, copy, pair } = await copied();
  const back = new Replication(pair.context, { ...BACK, targetIsOurs: true, overlap: false, initial: 'none' });
  await back.open();
  await blue.set('written', '2');
  await copy.catchUp(signal());
  await copy.halt();
  await back.hearFromNow();
  // A client of blue that nobody copies from any more: what the other copy brought must not come back over it.
  await blue.set('written', '3');
  await green.set('kept', 'of green');

  await pair.context.replications.replace(back);
  back.begin();
  await back.catchUp(signal());
  expect(await blue.mget('written', 'kept')).toEqual(['3', 'of green']);
  expect(back.unverified.known).toBe(true);
});
