import { withClient } from '../../../../agent/redis/client';
import { type Survey, surveySide } from '../../../../agent/redis/preflight/survey';
import { checkUsage } from '../../../../agent/redis/preflight/usage';
import type { Finding } from '../../../../contract/common';
import type { Server } from '../../../../rehearsal/engines/redis/server';
import { endpointOf, Stage } from '../stage';

const stage = new Stage();
afterEach(() => stage.end());

const READ = ['GROUP', 'g', 'consumer', 'COUNT', '1'] as const;

test('a consumer that reads without BLOCK waits in nothing, one that reads with it does', async () => {
  const blue = await stage.server('redis', '6.0');
  const consumer = await stage.user(blue);
  await consumer.call('XGROUP', 'CREATE', 'jobs', 'g', '0', 'MKSTREAM');
  await consumer.call('XREADGROUP', ...READ, 'STREAMS', 'jobs', '>');
  const without = await findings(blue);
  expect(without.map(({ id }) => id)).toEqual(['redis.stream-readers']);
  expect(without[0]?.message).toContain('(XREADGROUP 1). None waited');

  const waiting = consumer.call('XREADGROUP', ...READ, 'BLOCK', '60000', 'STREAMS', 'jobs', '>').catch(() => undefined);
  const other = await stage.user(blue);
  while (!String(await other.client('LIST')).includes('flags=b')) await new Promise((done) => setTimeout(done, 5));
  const blocked = await findings(blue);
  expect(blocked.map(({ id }) => id)).toEqual(['redis.blocking-commands']);
  expect(blocked[0]?.message).toContain('XREAD or XREADGROUP with BLOCK: 1 now');
  consumer.disconnect();
  await waiting;
});

async function findings(blue: Server): Promise<readonly Finding[]> {
  const green = endpointOf(await stage.server('valkey', '8.1'));
  return withClient(endpointOf(blue), 'test', (source) =>
    withClient(green, 'test', async (target) => {
      const survey: Survey = {
        from: await surveySide('blue', endpointOf(blue), source),
        to: await surveySide('green', green, target),
        args: { from: 'blue', to: 'green', targetIsOurs: false },
        ...{ consistency: 'FENCED', recordName: 'cache.internal' },
      };
      return checkUsage(survey);
    }),
  );
}
