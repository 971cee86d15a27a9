import { withClient } from '../../../../agent/redis/client';
import { checkClocks } from '../../../../agent/redis/preflight/clocks';
import { type Survey, surveySide } from '../../../../agent/redis/preflight/survey';
import { endpointOf, Stage } from '../stage';

describe('the clocks of both sides', () => {
  const stage = new Stage();
  afterAll(() => stage.end());

  test('of one machine agree; ones that are apart are told, whichever is ahead', async () => {
    const endpoint = endpointOf(await stage.server('redis', '7.0'));
    const side = await withClient(endpoint, 'test', (client) => surveySide('blue', endpoint, client));
    const survey = (aheadMs: number): Survey => ({
      from: side,
      to: { ...side, side: 'green', clockAheadMs: side.clockAheadMs + aheadMs },
      args: { from: 'blue', to: 'green', targetIsOurs: false },
      consistency: 'LIVE',
      recordName: 'cache.internal.example',
    });
    expect(checkClocks(survey(0))).toEqual([]);
    expect(checkClocks(survey(2_500))).toMatchObject([
      { id: 'redis.clock-skew', message: expect.stringContaining('2.5 s apart') },
    ]);
    expect(checkClocks(survey(-2_500))).toHaveLength(1);
  });
});
