import { Stage } from '../../stage';
import { ReplicatedPair } from '../support/pair';

const stage = new Stage();
afterEach(() => stage.end());

/** More than a double can count in milliseconds, which the servers answer with all the same. */
const FAR = '9007199254740993000';

test.each([
  [
    ['redis', '6.0'],
    ['valkey', '8.1'],
  ],
  [
    ['valkey', '8.1'],
    ['redis', '6.0'],
  ],
] as const)('an expiry beyond 53 bits comes along: %s to %s', async (blue, green) => {
  const pair = await ReplicatedPair.start(stage, { blue, green });
  await pair.blue.set('key', 'value');
  await pair.blue.call('PEXPIREAT', 'key', FAR);
  await pair.replicate();
  expect(await pair.verify()).toMatchObject({ keysCompared: 1, mismatches: 0 });
  expect(await pair.green.get('key')).toBe('value');
  expect(await pair.green.pttl('key')).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
});
