import { replicate } from '../../../agent/redis/replicate';
import { status } from '../../../agent/redis/status';
import { stop } from '../../../agent/redis/stop';
import { endpointOf, listener, Stage } from './stage';

describe('a copy whose task lapsed', () => {
  const stage = new Stage();
  afterAll(() => stage.end());

  test('ends, and the retry of the task goes on with what it left on the target', async () => {
    const [blue, green] = [
      await stage.server('redis', '7.0', { notifyKeyspaceEvents: 'AE' }),
      await stage.server('valkey', '8.1'),
    ];
    const [source, target] = [await stage.user(blue), await stage.user(green)];
    for (let i = 0; i < 20; i += 1) {
      await source.mset(Object.fromEntries(Array.from({ length: 5_000 }, (_, j) => [`key:${i}:${j}`, 'value'])));
    }
    const context = await stage.context(endpointOf(blue), endpointOf(green));
    const args = { from: 'blue', to: 'green', targetIsOurs: false, overlap: false } as const;
    const lapse = new AbortController();
    const lapsed = replicate(context, args, listener(lapse.signal));
    const outcome = expect(lapsed).rejects.toBeDefined();
    while ((await target.dbsize()) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    lapse.abort();
    await outcome;
    expect(await target.dbsize()).toBeGreaterThan(0);
    expect(await status(context, {}, listener())).toEqual({ replications: [] });

    await replicate(context, args, listener());
    expect(await target.dbsize()).toBe(100_000);
    await stop(context, {}, listener());

    // Told to stop, it no longer takes the target's keys for its own.
    await expect(replicate(context, args, listener())).rejects.toMatchObject({ name: 'Agent.TargetNotEmpty' });
  });
});
