import type { Redis } from 'ioredis';
import { isClientKey, keyHash } from '../../../../agent/redis/key';
import { resumeReplication } from '../../../../agent/redis/replicate';
import { stop } from '../../../../agent/redis/stop';
import { listener, Stage } from '../stage';
import { BACK, FORWARD, ReplicatedPair } from './support/pair';
import { Random } from './support/random';

const stage = new Stage();
afterEach(() => stage.end());

const LIVE = { overlap: true } as const;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function hash(key: string): string {
  return keyHash(Buffer.from(key));
}

describe('while users write on both sides', () => {
  test('a key that users wrote on the target is not overwritten, and counts as a conflict once', async () => {
    const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
    await pair.blue.mset('session:1', 'old', 'session:2', 'old');
    await pair.replicate(LIVE);
    await pair.green.set('session:1', 'new');
    await pair.blue.set('session:1', 'older');
    await pair.blue.set('session:1', 'older still');
    await pair.blue.set('session:2', 'from blue');

    const drained = await pair.drain();

    expect(await pair.green.mget('session:1', 'session:2')).toEqual(['new', 'from blue']);
    expect(drained).toMatchObject({ conflicts: 1, conflictSample: [hash('session:1')] });
    expect((await pair.status())[0]).toMatchObject({ conflicts: 1 });
    expect(await pair.verify('delta')).toMatchObject({ mismatches: 0 });
  });

  test('what users deleted on the target does not come back', async () => {
    const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
    await pair.blue.mset('a', '1', 'b', '1');
    await pair.replicate(LIVE);
    await pair.green.del('a');
    await pair.blue.set('a', '2');
    await pair.blue.set('b', '2');
    await pair.drain();
    expect(await pair.green.mget('a', 'b')).toEqual([null, '2']);
  });

  test('keys that only users of the target made stay, through a resynchronisation too', async () => {
    const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
    await pair.blue.set('a', '1');
    await pair.replicate(LIVE);
    await pair.green.set('new on green', '1');
    await pair.blue.flushall();
    expect(await pair.drain()).toMatchObject({ conflicts: 0 });
    expect(
      (await pair.green.keys('*'))
        .map((key) => Buffer.from(key))
        .filter(isClientKey)
        .map(String),
    ).toEqual(['new on green']);
  });

  test("the target expiring a key by itself makes it nobody's", async () => {
    const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
    await pair.blue.set('short', '1', 'PX', 300);
    await pair.replicate(LIVE);
    await new Promise((resolve) => setTimeout(resolve, 600));
    await pair.green.get('short');
    await pair.blue.set('short', '2');
    await pair.drain();
    expect(await pair.green.get('short')).toBe('2');
  });

  test('a key that has expired on a target before 7.0, and is there still, holds nothing up', async () => {
    const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE', green: ['redis', '6.0'] });
    await pair.green.call('DEBUG', 'SET-ACTIVE-EXPIRE', 0);
    await pair.replicate(LIVE);
    await pair.blue.set('short', '1', 'PX', 300);
    await pair.drain();
    await pause(400);
    await pair.blue.set('short', '2');
    await pair.drainWithin(5);
    expect(await pair.green.get('short')).toBe('2');
  });

  test('on a source that announces nothing, conflicts are counted all the same', async () => {
    const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE', blueOptions: { notifyKeyspaceEvents: '' } });
    await pair.blue.mset('both', '1', 'green', '1', 'blue', '1');
    await pair.replicate(LIVE);
    await pair.green.mset('both', 'on green', 'green', 'on green', 'made on both', 'on green');
    await pair.blue.mset('both', 'on blue', 'blue', 'on blue', 'made on both', 'on blue');

    const { conflicts } = await pair.drain();

    expect(await pair.green.mget('both', 'green', 'blue')).toEqual(['on green', 'on green', 'on blue']);
    expect(conflicts).toBe(2);
  });

  test.each([1, 2, 3])(
    "no user's write on the target is ever lost to a racing change of the source (seed %i)",
    async (seed) => {
      const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
      const random = new Random(seed);
      const keys = Array.from({ length: 200 }, (_, i) => `key:${i}`);
      await pair.blue.mset(...keys.flatMap((key) => [key, 'start']));
      await pair.replicate(LIVE);

      const written = new Map<string, string>();
      const last = new Map<string, string>();
      const write = async (server: Redis, note: Map<string, string>, side: string) => {
        for (let i = 0; i < 150; i += 1) {
          const batch = server.pipeline();
          for (let n = 0; n < 10; n += 1) {
            const key = random.pick(keys.slice(side === 'green' ? 100 : 0, side === 'green' ? 200 : 200));
            batch.set(key, `${side} ${i}.${n}`);
            note.set(key, `${side} ${i}.${n}`);
          }
          await batch.exec();
        }
      };
      await Promise.all([write(pair.blue, last, 'blue'), write(pair.green, written, 'green')]);
      const drained = await pair.drain();

      const values = await pair.green.mget(...keys);
      const expected = keys.map((key) => written.get(key) ?? last.get(key) ?? 'start');
      expect(values).toEqual(expected);
      expect(drained.conflicts).toBeGreaterThan(0);
      expect(drained.conflicts).toBeLessThanOrEqual(written.size);
    },
  );

  test.each(['a lost connection', 'the end of the agent'])(
    'what users wrote while nobody listened stands, after %s',
    async (cause) => {
      const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
      await pair.blue.mset('before', 'blue', 'meanwhile', 'blue', 'untouched', 'blue');
      await pair.replicate(LIVE);
      await pair.green.set('before', 'green');
      // Idle times are whole seconds: what the agent itself has just written would look as if users had.
      await pause(3500);

      if (cause === 'a lost connection') {
        await pair.green.multi().call('CLIENT', 'KILL', 'TYPE', 'pubsub').set('meanwhile', 'green').exec();
      } else {
        await pair.context.replications.stopAll();
        await pair.green.set('meanwhile', 'green');
      }
      await pair.blue.mset('before', 'blue again', 'meanwhile', 'blue again', 'untouched', 'blue again');
      if (cause === 'the end of the agent') await resumeReplication(pair.context);
      const drained = await pair.drain();

      expect(await pair.green.mget('before', 'meanwhile', 'untouched')).toEqual(['green', 'green', 'blue again']);
      expect(drained.conflicts).toBeGreaterThan(0);
    },
  );

  test('an agent that knows nothing of the overlap does not touch what users have there', async () => {
    const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
    await pair.blue.set('a', 'blue');
    await pair.green.set('a', 'green');
    await expect(pair.drain()).rejects.toMatchObject({ message: expect.stringMatching(/no agent listened/) });
    expect(await pair.green.get('a')).toBe('green');
  });

  test('is refused where the target does not announce what users write', async () => {
    const pair = await ReplicatedPair.start(stage, {
      consistency: 'LIVE',
      greenOptions: { notifyKeyspaceEvents: 'Ex' },
    });
    await pair.blue.set('a', '1');
    await expect(pair.replicate(LIVE)).rejects.toMatchObject({
      name: 'Agent.Failed',
      message: expect.stringMatching(/does not announce changes.*notify-keyspace-events to AKE/),
    });
    expect(await pair.green.dbsize()).toBe(0);
  });
});

describe('the rollback', () => {
  test('first brings what users wrote on the new side in the overlap, then follows it', async () => {
    const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
    await pair.blue.mset('a', '1', 'b', '1', 'c', '1');
    await pair.replicate(LIVE);
    await pair.green.set('a', 'in the overlap');
    await pair.green.del('b');
    await pair.drain();

    await pair.reverse();
    await pair.green.set('c', 'after');
    await pair.drain({ from: 'green', to: 'blue' });

    expect(await pair.blue.mget('a', 'b', 'c')).toEqual(['in the overlap', null, 'after']);
    expect(await pair.verify('full', { from: 'green', to: 'blue' })).toMatchObject({ mismatches: 0, keysCompared: 2 });
  });

  test('ends the forward tail: the two never feed each other', async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.blue.set('a', '1');
    await pair.replicate();
    const { replications } = await pair.reverse();
    expect(replications).toMatchObject([{ from: 'green', to: 'blue' }]);

    await pair.blue.set('a', 'fenced off, and no business of green');
    await pair.green.set('b', '1');
    await pair.drain({ from: 'green', to: 'blue' });
    expect(await pair.green.mget('a', 'b')).toEqual(['1', '1']);

    const applied = async () => (await pair.status())[0]?.keysApplied;
    const before = await applied();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await applied()).toBe(before);
  });

  test.each([
    [
      'by the phases of the rollback',
      (pair: ReplicatedPair) => pair.replicate({ ...BACK, ...LIVE, targetIsOurs: true }),
    ],
    ['by the undo of the switch', (pair: ReplicatedPair) => pair.reverse(BACK, true)],
  ])('lets users come to the side that was followed, and tells their writes from its own: %s', async (_, comeBack) => {
    const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
    await pair.blue.mset('a', '1', 'b', '1', 'c', '1', 'd', '1');
    await pair.replicate(LIVE);
    await pair.drain();
    await pair.reverse();
    await pair.green.mset('c', 'on green', 'd', 'on green');

    await comeBack(pair);
    await pair.blue.set('a', 'on blue');
    await pair.green.set('a', 'older');
    await pair.green.set('b', 'on green');
    await pair.blue.del('c');
    const drained = await pair.drain(BACK);

    expect(await pair.blue.mget('a', 'b', 'c', 'd')).toEqual(['on blue', 'on green', null, 'on green']);
    expect(drained).toMatchObject({ conflicts: 1, conflictSample: [hash('a')] });
    expect(await pair.verify('delta', BACK)).toMatchObject({ mismatches: 0 });
    expect(await pair.status()).toMatchObject([BACK]);
  });

  test('of a copy that goes on while it is taken over, nothing is taken for the users’ own', async () => {
    const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
    await pair.replicate();
    await pair.reverse();
    let written = 0;
    let goesOn = true;
    const writing = (async () => {
      for (; goesOn; written += 1) await pair.green.set(`key:${written % 500}`, written);
    })();

    await pair.replicate({ ...BACK, ...LIVE, targetIsOurs: true });
    goesOn = false;
    await writing;
    await pair.green.mset(...Array.from({ length: 500 }, (_, i) => [`key:${i}`, 'last']).flat());

    expect(await pair.drain(BACK)).toMatchObject({ conflicts: 0 });
    expect(new Set(await pair.blue.mget(...(await pair.green.keys('*'))))).toEqual(new Set(['last']));
  });

  test('is not taken over where users could not be heard, and goes on', async () => {
    const pair = await ReplicatedPair.start(stage, {
      consistency: 'LIVE',
      blueOptions: { notifyKeyspaceEvents: 'Ex' },
    });
    await pair.reverse();
    await expect(pair.replicate({ ...BACK, ...LIVE, targetIsOurs: true })).rejects.toMatchObject({
      message: expect.stringMatching(/does not announce changes/),
    });
    await pair.green.set('a', '1');
    await pair.drain(BACK);
    expect(await pair.blue.get('a')).toBe('1');
  });

  test('is refused in an overlap where users could not be heard, and goes on for nobody’s writes to be met', async () => {
    const pair = await ReplicatedPair.start(stage, {
      consistency: 'LIVE',
      blueOptions: { notifyKeyspaceEvents: 'Ex' },
    });
    await pair.reverse();
    await expect(pair.reverse(BACK, true)).rejects.toMatchObject({
      message: expect.stringMatching(/does not announce changes/),
    });
    await pair.green.set('a', '1');
    await pair.drain(BACK);
    expect(await pair.blue.get('a')).toBe('1');
    expect(await pair.status()).toMatchObject([BACK]);
  });

  test('any other error of a side that cannot be taken over is told as well', async () => {
    const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
    await pair.reverse();
    await pair.blueServer.stop();
    await expect(pair.reverse(BACK, true)).rejects.toMatchObject({ name: 'Agent.Unreachable' });
  });

  test('turned while nobody is on the old side, tells of every key that was written on both before', async () => {
    const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
    await pair.blue.mset('both', '1', 'one', '1');
    await pair.replicate(LIVE);
    await pair.green.mset('both', 'on green', 'one', 'on green');
    await pair.drain();
    await pair.blue.set('both', 'on blue');

    await pair.reverse(BACK, false);
    const drained = await pair.drain(BACK);

    // What one of them wrote stands on both, and the other is known.
    expect(await pair.blue.mget('both', 'one')).toEqual(['on green', 'on green']);
    expect(drained).toMatchObject({ conflicts: 1, conflictSample: [hash('both')] });
    expect(await stop(pair.context, {}, listener())).toEqual({ stopped: 1 });
  });

  test('a key that expires on the side that is left takes nothing away once the copy has ended', async () => {
    const pair = await ReplicatedPair.start(stage, {
      consistency: 'LIVE',
      blueOptions: { notifyKeyspaceEvents: '' },
    });
    await pair.replicate(LIVE);
    await pair.drain();
    await pair.reverse();
    await pair.green.set('session', 'on green', 'PX', 1_500);
    await pair.drain(BACK);
    await stop(pair.context, {}, listener());

    await pair.blue.set('session', 'on blue');
    await pause(2_000);
    await pair.green.exists('session');
    await pause(500);

    expect(await pair.blue.get('session')).toBe('on blue');
  });

  test('turned while users are still on the old side, leaves what they write there', async () => {
    const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
    await pair.blue.mset('before', '1', 'after', '1', 'only on green', '1');
    await pair.replicate(LIVE);
    await pair.green.mset('before', 'on green', 'after', 'on green', 'only on green', 'on green');
    // Of two writes in one moment nobody can tell which was the later.
    const isHeard = () =>
      pair.context.replications.find(FORWARD)?.targetWrites?.has(0, Buffer.from('only on green')) === true;
    while (!isHeard()) await pause(10);
    await pair.blue.set('before', 'on blue');

    await pair.reverse(BACK, true);
    await pair.blue.set('after', 'on blue');
    await pair.green.set('after', 'older');
    const drained = await pair.drain(BACK);

    expect(await pair.blue.mget('before', 'only on green')).toEqual(['on blue', 'on green']);
    expect(await pair.blue.get('after')).toBe('on blue');
    expect(drained.conflicts).toBe(2);
  });

  test('brings what clients wrote again, though the old side has dropped its own', async () => {
    const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
    await pair.blue.set('short', '1', 'PX', 600);
    await pair.replicate(LIVE);
    await pair.green.set('short', 'on green');
    await pause(800);
    await pair.blue.exists('short');
    await pair.drain();

    await pair.reverse(BACK, true);
    await pair.drain(BACK);

    expect(await pair.blue.get('short')).toBe('on green');
  });

  test('turned while an older value is on its way, does not bring that back over the newer one', async () => {
    const pair = await ReplicatedPair.start(stage, { consistency: 'LIVE' });
    await pair.blue.set('a', '1');
    await pair.replicate(LIVE);
    await pair.green.client('PAUSE', 1000, 'WRITE');
    await pair.blue.set('a', '2');
    await pause(200);
    // More than is under way at once, so that the newer value waits behind it.
    await pair.blue.mset(...Array.from({ length: 5_000 }, (_, i) => [`other:${i}`, '1']).flat());
    await pair.blue.set('a', '3');

    await pair.reverse(BACK, true);
    await pair.drain(BACK);

    expect(await pair.blue.get('a')).toBe('3');
  });

  test('makes both sides equal where it is not known what the overlap left', async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.green.mset('a', '1', 'b', '2');
    await pair.blue.mset('a', 'x', 'extra', 'x');
    await pair.reverse();
    await pair.drain({ from: 'green', to: 'blue' });
    expect([await pair.blue.mget('a', 'b', 'extra'), await pair.blue.dbsize()]).toEqual([['1', '2', null], 2]);
  });

  test('asked for twice changes nothing', async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.replicate();
    await pair.reverse();
    expect((await pair.reverse()).replications).toHaveLength(1);
    expect(await stop(pair.context, {}, listener())).toEqual({ stopped: 1 });
    expect(await stop(pair.context, {}, listener())).toEqual({ stopped: 0 });
    expect(pair.context.replications.find(FORWARD)).toBeUndefined();
  });
});
