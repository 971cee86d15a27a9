import { Stage } from '../stage';
import { differences } from './support/independent-comparison';
import { silently } from './support/old-server';
import { ReplicatedPair } from './support/pair';

const stage = new Stage();
afterEach(() => stage.end());

/** A replicated and fully compared pair, of which every class of events has been heard. */
async function comparedPair(blueSaysItIs: string): Promise<ReplicatedPair> {
  const pair = await ReplicatedPair.start(stage, { blueSaysItIs });
  const { blue } = pair;
  await blue.rpush('processing', 'job1', 'job2');
  await blue.rpush('one job', 'job');
  await blue.sadd('inter', 'a');
  await blue.sadd('sa', 'a');
  await blue.mset('moved', '1', 'migrated', '1', 'plain', '1', 'gone', '1');
  await blue.set('persisted', '1', 'PX', 60_000);
  await pair.replicate();
  await blue.del('gone');
  await blue.rpush('other', '1');
  await blue.sadd('other set', '1');
  await pair.drain();
  expect(await pair.verify('full')).toMatchObject({ mismatches: 0 });
  return pair;
}

describe('what an old engine announces to nobody', () => {
  test('PERSIST, LREM, SINTERSTORE and MIGRATE are found by looking, brought over and compared', async () => {
    const pair = await comparedPair('2.8.24');
    const other = await stage.server('redis', '6.0');
    await silently(pair.blue, async (blue) => {
      await blue.persist('persisted');
      await blue.lrem('processing', 0, 'job1');
      await blue.lrem('one job', 0, 'job');
      await blue.sinterstore('inter', 'sa', 'absent');
      await blue.migrate(other.host, other.port, 'migrated', 0, 5000);
    });
    const [drained, [status]] = [await pair.drain(), await pair.status()];
    const found = { persist: 1, lrem: 2, sinterstore: 1, migrate: 1 };
    expect(status?.silentWrites).toEqual(found);
    expect(drained.keysApplied).toBeGreaterThan(0);
    expect(await pair.verify('delta')).toMatchObject({ mismatches: 0, silentWrites: found });
    expect(await differences(pair.blue, pair.green)).toEqual([]);
    expect(await pair.verify('delta')).toMatchObject({ mismatches: 0, silentWrites: {} });
  });

  test('a delta without a drain finds them too', async () => {
    const pair = await comparedPair('2.8.24');
    await silently(pair.blue, (blue) => blue.persist('persisted'));
    expect(await pair.verify('delta')).toMatchObject({ mismatches: 0, silentWrites: { persist: 1 } });
    expect(await differences(pair.blue, pair.green)).toEqual([]);
  });

  test('keys that MOVE put where another of the same name was', async () => {
    const pair = await comparedPair('5.0.14');
    await silently(pair.blue, async (blue) => {
      await blue.move('moved', 1);
      await blue.multi().select(2).set('moved', 'another').move('moved', 0).select(0).exec();
    });
    await pair.drain();
    expect(await pair.verify('delta')).toMatchObject({ mismatches: 0 });
    expect(await differences(pair.blue, pair.green)).toEqual([]);
  });

  test('a value that RESTORE replaced', async () => {
    const pair = await comparedPair('5.0.14');
    const payload = await pair.blue.dumpBuffer('plain');
    await silently(pair.blue, (blue) => blue.restore('inter', 0, payload ?? '', 'REPLACE'));
    await pair.drain();
    expect(await pair.verify('delta')).toMatchObject({ mismatches: 0 });
    expect(await differences(pair.blue, pair.green)).toEqual([]);
  });

  test('FLUSHDB and SWAPDB', async () => {
    const pair = await comparedPair('5.0.14');
    await pair.blue.multi().select(3).set('a', '1').select(0).exec();
    await pair.drain();
    await pair.blue.swapdb(0, 3);
    await pair.drain();
    expect(await differences(pair.blue, pair.green)).toEqual([]);
    await pair.blue.flushdb();
    await pair.drain();
    expect(await pair.verify('delta')).toMatchObject({ mismatches: 0 });
    expect(await differences(pair.blue, pair.green)).toEqual([]);
  });
});
