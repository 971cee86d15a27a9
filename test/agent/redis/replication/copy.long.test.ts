import { stop } from '../../../../agent/redis/stop';
import { listener, Stage } from '../stage';
import { fill } from './support/dataset';
import { differences } from './support/independent-comparison';
import { BACK, FORWARD, ReplicatedPair } from './support/pair';
import { Random } from './support/random';

const stage = new Stage();
afterEach(() => stage.end());

describe.each([
  { blue: ['redis', '6.0'], green: ['redis', '7.0'] },
  { blue: ['redis', '6.0'], green: ['valkey', '8.1'] },
  { blue: ['redis', '7.0'], green: ['valkey', '8.1'] },
  { blue: ['redis', '8.0'], green: ['valkey', '9.1'] },
] as const)('$blue to $green', ({ blue, green }) => {
  test('every type, expiry, binary and big key arrives, and goes all the way back', async () => {
    const pair = await ReplicatedPair.start(stage, { blue, green });
    await fill(pair.blue, new Random(1), { perKind: 8, bigElements: 8000 });

    expect(await pair.replicate()).toMatchObject({ method: 'events' });
    expect(await pair.verify('full', FORWARD)).toMatchObject({ mismatches: 0, sample: [] });
    expect(await differences(pair.blue, pair.green)).toEqual([]);
    await stop(pair.context, {}, listener());

    await pair.blue.flushall();
    await pair.replicate({ ...BACK, targetIsOurs: true });
    expect(await pair.verify('full', BACK)).toMatchObject({ mismatches: 0, sample: [] });
    expect(await differences(pair.blue, pair.green)).toEqual([]);
  });
});

test("fields that expire by themselves do so on the other side, in either project's own format", async () => {
  const pair = await ReplicatedPair.start(stage, { blue: ['redis', '8.0'], green: ['valkey', '9.1'] });
  await pair.blue.hset('h', 'fleeting', '1', 'lasting', '1');
  await pair.blue.call('HPEXPIRE', 'h', 600_000, 'FIELDS', 1, 'fleeting');
  await pair.replicate();
  const [fleeting, lasting] = (await pair.green.call('HPTTL', 'h', 'FIELDS', 2, 'fleeting', 'lasting')) as number[];
  expect(fleeting).toBeGreaterThan(500_000);
  expect(lasting).toBe(-1);
  expect(await pair.verify()).toMatchObject({ mismatches: 0 });
  await pair.green.call('HPERSIST', 'h', 'FIELDS', 1, 'fleeting');
  await stop(pair.context, {}, listener());
  expect(await pair.verify()).toMatchObject({ mismatches: 1, sample: [{ difference: 'hash of another value' }] });
});
