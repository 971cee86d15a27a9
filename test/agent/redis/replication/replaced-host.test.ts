import { follow, resumeReplication } from '../../../../agent/redis/replicate';
import { stop } from '../../../../agent/redis/stop';
import type { EngineName } from '../../../../rehearsal/engines/engine';
import { listener, Stage } from '../stage';
import { BACK, FORWARD, ReplicatedPair } from './support/pair';

const stage = new Stage();
afterEach(() => stage.end());

const LIVE = { overlap: true } as const;
/** As the journal has it from Switch on. */
const OVERLAP = JSON.stringify({ following: { from: 'blue', to: 'green', overlap: true, anew: false } });

const GREENS: readonly (readonly [EngineName, string])[] = [
  ['redis', '6.0'],
  ['redis', '7.0'],
  ['valkey', '8.1'],
];

/** Two sides as a host leaves them that is lost while clients write to both. */
async function overlapWithoutHost(green: readonly [EngineName, string]): Promise<ReplicatedPair> {
  const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE', green });
  await pair.blue.mset('blue', '0', 'green', '0', 'both', '0', 'neither', '0', 'before', '0', 'read', '0');
  await pair.blue.mset('deleted on blue', '0', 'deleted on green', '0');
  await pair.blue.hset('hash', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`field ${i}`, `${i}`])));
  await pair.replicate(LIVE);
  await pair.green.set('before', 'green');
  const isHeard = () => pair.context.replications.all()[0]?.targetWrites?.has(0, Buffer.from('before')) === true;
  while (!isHeard()) await new Promise((resolve) => setTimeout(resolve, 10));
  const next = await pair.onNewHost(stage);

  await pair.blue.mset('blue', '1', 'both', '1', 'made on blue', '1');
  await pair.blue.hset('hash', 'field 7', 'of blue');
  await pair.blue.del('deleted on blue');
  await pair.green.mset('green', '2', 'both', '2', 'made on green', '2');
  await pair.green.del('deleted on green');
  await pair.green.get('read');
  await pair.blue.set('read', '1');
  return next;
}

test('a copy that is begun beside a running one takes none of its writes for a client’s', async () => {
  const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
  await pair.replicate(LIVE);
  let goesOn = true;
  const writing = (async () => {
    for (let i = 0; goesOn; i += 1) await pair.blue.mset(`key:${i % 2_000}`, i, `other:${i % 2_000}`, i);
  })();
  await new Promise((resolve) => setTimeout(resolve, 300));

  await follow(pair.context, { ...FORWARD, overlap: true });
  goesOn = false;
  await writing;
  await pair.blue.mset(Object.fromEntries((await pair.blue.keys('*')).map((key) => [key, 'last'])));

  expect(await pair.drain()).toMatchObject({ conflicts: 0 });
  expect(new Set(await pair.green.mget(...(await pair.blue.keys('*'))))).toEqual(new Set(['last']));
});

test('what a client wrote on green is noted as its own, also where the connection is lost before it was', async () => {
  const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
  await pair.blue.set('rewritten', '0');
  await pair.replicate(LIVE);
  const [running] = pair.context.replications.all();
  const until = async (holds: () => boolean | undefined) => {
    while (holds() !== true) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  // It has noted until when it heard of green's clients.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  // The value that the copy left: only a note can tell whose it is.
  await pair.green.set('rewritten', '0');
  await until(() => running?.targetWrites?.has(0, Buffer.from('rewritten')));
  await pair.green.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await until(() => (running?.status().resyncs ?? 0) > 0 && running?.status().state === 'tailing');
  await new Promise((resolve) => setTimeout(resolve, 1_500));

  const next = await pair.onNewHost(stage);
  await next.blue.set('rewritten', '1');
  await resumeReplication(next.context, OVERLAP);
  expect(await next.drain()).toMatchObject({ conflicts: 1 });
  expect(await next.green.get('rewritten')).toBe('0');
});

test('a host that takes the place of one that found both sides alike overwrites what nobody has written on green', async () => {
  const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
  for (const side of [pair.blue, pair.green]) await side.mset('blue', '0', 'green', '0', 'neither', '0');
  await pair.replicate({ ...LIVE, targetIsOurs: true });
  await pair.drain();
  const next = await pair.onNewHost(stage);
  await next.blue.set('blue', '1');
  await next.green.set('green', '2');

  await resumeReplication(next.context, OVERLAP);
  const drained = await next.drain();

  expect(await next.green.mget('blue', 'green', 'neither')).toEqual(['1', '2', '0']);
  expect(drained).toMatchObject({ conflicts: 0 });
});

const KEYS = [
  ...['blue', 'green', 'both', 'neither', 'before', 'read', 'made on blue', 'made on green'],
  ...['deleted on blue', 'deleted on green'],
];
const MERGED = ['1', '2', '2', '0', 'green', '1', '1', '2', null, null];

describe.each(GREENS)('a host that takes the place of one lost in the overlap, %s %s', (...green) => {
  test('goes on without a loss on either side, and tells of the one key that both have written', async () => {
    const pair = await overlapWithoutHost(green);

    await resumeReplication(pair.context, OVERLAP);
    const drained = await pair.drain();

    expect(await pair.green.mget(...KEYS)).toEqual(MERGED);
    expect(await pair.green.hget('hash', 'field 7')).toBe('of blue');
    expect(drained.conflicts).toBe(1);
    expect(await pair.verify('delta')).toMatchObject({ mismatches: 0 });
  });

  test('takes both back to blue while clients write there, where the switch is undone', async () => {
    const pair = await overlapWithoutHost(green);

    await pair.reverse(BACK, true);
    const drained = await pair.drain(BACK);

    // In the undo what was written on blue, where clients return to, stands.
    expect(await pair.blue.mget(...KEYS)).toEqual(MERGED.with(KEYS.indexOf('both'), '1'));
    expect(drained.conflicts).toBe(1);
  });

  test('takes both back to blue where nobody is any more', async () => {
    const pair = await overlapWithoutHost(green);

    await pair.reverse(BACK, false);
    const drained = await pair.drain(BACK);

    expect(await pair.blue.mget(...KEYS)).toEqual(MERGED);
    expect(drained.conflicts).toBe(1);
    await stop(pair.context, {}, listener());
    expect((await pair.green.keys('*')).sort()).toEqual((await pair.blue.keys('*')).sort());
  });
});
