import { withClient } from '../../../../agent/redis/client';
import { checkContents } from '../../../../agent/redis/preflight/contents';
import { checkSilentWrites } from '../../../../agent/redis/preflight/silent-writes';
import { type Survey, surveySide } from '../../../../agent/redis/preflight/survey';
import type { Finding } from '../../../../contract/common';
import { endpointOf, Stage } from '../stage';

const stage = new Stage();
afterEach(() => stage.end());

async function findings(blueSaysItIs: string, calls: readonly string[][]): Promise<readonly Finding[]> {
  const blue = await stage.server('redis', '6.0');
  const user = await stage.user(blue);
  for (const [command = '', ...args] of calls) await user.call(command, ...args);
  const { host, port } = await stage.olderThanItIs(blue, blueSaysItIs);
  const green = endpointOf(await stage.server('valkey', '8.1'));
  return withClient(endpointOf(blue, { host, port }), 'test', (source) =>
    withClient(green, 'test', async (target) => {
      const survey: Survey = {
        from: await surveySide('blue', endpointOf(blue, { host, port }), source),
        to: await surveySide('green', green, target),
        args: { from: 'blue', to: 'green', targetIsOurs: false },
        ...{ consistency: 'FENCED', recordName: 'cache.internal' },
      };
      return [...(await checkSilentWrites(survey)), ...(await checkContents(survey))];
    }),
  );
}

test('what clients of 2.8 call and nobody hears is named, with what it costs', async () => {
  const found = await findings('2.8.24', [
    ['SET', 'k', '1', 'EX', '100'],
    ['PERSIST', 'k'],
    ['LREM', 'list', '0', 'x'],
  ]);
  expect(found).toContainEqual(
    expect.objectContaining({
      id: 'redis.silent-writes',
      message: expect.stringMatching(
        /2\.8\.24 announces to nobody: .*PERSIST 1.* all 1 keys of both sides, in about 1 s/,
      ),
    }),
  );
  expect(found.map(({ id }) => id)).not.toContain('redis.untried-engine');
});

test('nothing is said of 6.0, where each has its event', async () => {
  const found = await findings('6.0.16', [
    ['SET', 'k', '1', 'EX', '100'],
    ['PERSIST', 'k'],
  ]);
  expect(found.map(({ id }) => id)).not.toContain('redis.silent-writes');
});

test('an engine of a line that was not tried, which also dies of streams without a group', async () => {
  const [untried, crashing] = [await findings('2.6.17', []), await findings('6.0.13', [])];
  expect(untried.map(({ id }) => id)).toContain('redis.untried-engine');
  expect(crashing.map(({ id }) => id)).toContain('redis.crashes-on-streams.blue');
});
