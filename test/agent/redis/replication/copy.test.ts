import type { Redis } from 'ioredis';
import { drain } from '../../../../agent/redis/drain';
import { replicate } from '../../../../agent/redis/replicate';
import { stop } from '../../../../agent/redis/stop';
import { verify } from '../../../../agent/redis/verify';
import type { EngineName } from '../../../../rehearsal/engines/engine';
import { endpointOf, listener, Stage } from '../stage';
import { fill } from './support/dataset';
import { differences } from './support/independent-comparison';
import { Random } from './support/random';

const stage = new Stage();
afterEach(() => stage.end());

const FORWARD = { from: 'blue', to: 'green' } as const;
const BACK = { from: 'green', to: 'blue' } as const;

async function pair(blue: readonly [EngineName, string], green: readonly [EngineName, string]) {
  const options = { notifyKeyspaceEvents: 'AKE' };
  const [one, other] = [await stage.server(...blue, options), await stage.server(...green, options)];
  const context = await stage.context(endpointOf(one), endpointOf(other));
  return { context, blue: await stage.user(one), green: await stage.user(other), blueServer: one, greenServer: other };
}

async function expectEqual(blue: Redis, green: Redis): Promise<void> {
  expect(await differences(blue, green)).toEqual([]);
}

describe.each([
  [
    ['redis', '6.0'],
    ['redis', '7.0'],
  ],
  [
    ['redis', '6.0'],
    ['valkey', '8.1'],
  ],
  [
    ['redis', '7.0'],
    ['valkey', '8.1'],
  ],
] as const)('%s to %s', (from, to) => {
  test('every type, expiry, binary and big key arrives, and goes all the way back', async () => {
    const { context, blue, green } = await pair(from, to);
    await fill(blue, new Random(1), { perKind: 12, bigElements: 8_000 });

    const copied = await replicate(context, { ...FORWARD, targetIsOurs: false, overlap: false }, listener());
    expect(copied.method).toBe('events');
    expect(await verify(context, { ...FORWARD, mode: 'full' }, listener())).toMatchObject({
      mismatches: 0,
      sample: [],
    });
    await expectEqual(blue, green);
    await stop(context, {}, listener());

    await blue.flushall();
    await replicate(context, { ...BACK, targetIsOurs: true, overlap: false }, listener());
    await drain(context, { ...BACK, timeoutSeconds: 20 }, listener());
    expect(await verify(context, { ...BACK, mode: 'full' }, listener())).toMatchObject({ mismatches: 0, sample: [] });
    await expectEqual(blue, green);
  });
});
