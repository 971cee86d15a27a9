import { settle } from '../../../../agent/redis/settle';
import { listener, Stage } from '../stage';
import { FORWARD, ReplicatedPair } from './support/pair';

const stage = new Stage();
afterEach(() => stage.end());

const within = (pair: ReplicatedPair, freezeSeconds: number, timeoutSeconds: number, told = listener()) =>
  settle(pair.context, { ...FORWARD, freezeSeconds, timeoutSeconds }, told);

/** Writes until it is told to stop: more than the pair compares meanwhile. */
function burst(pair: ReplicatedPair): () => Promise<void> {
  let over = false;
  const writing = (async () => {
    for (let i = 0; !over; i += 1) {
      const many = pair.blue.pipeline();
      for (let key = 0; key < 2_000; key += 1) many.set(`key:${key}`, `${i}:${'x'.repeat(200)}`);
      await many.exec();
    }
  })();
  return () => {
    over = true;
    return writing;
  };
}

describe('a short freeze', () => {
  test('is waited for while a burst goes on, and told of', async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.blue.set('a', '1');
    await pair.replicate();
    await pair.verify();
    const stop = burst(pair);
    const told = listener();
    let settled = false;
    const settling = within(pair, 0.05, 50, told).finally(() => {
      settled = true;
    });
    while (!told.heard.some(({ done }) => done > 0)) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(settled).toBe(false);
    await stop();
    const { drainSeconds, deltaSeconds } = await settling;
    expect(drainSeconds + deltaSeconds).toBeLessThanOrEqual(0.05);
    expect(told.heard[0]).toMatchObject({ phase: 'waiting for a shorter freeze, seconds' });
  });

  test('that does not come is an error with what it would be, and what to do', async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.replicate();
    await pair.verify();
    const stop = burst(pair);
    await expect(within(pair, 0.01, 2)).rejects.toMatchObject({
      name: 'Agent.FreezeTooLong',
      message: expect.stringMatching(
        /would take [\d.]+ s to drain and [\d.]+ s to compare, and 0\.01 s are allowed.*Nobody was stopped\./,
      ),
    });
    await stop();
  });

  test('is found again by a host that has only just come', async () => {
    const pair = await ReplicatedPair.start(stage);
    await pair.blue.set('a', '1');
    expect(await within(pair, 60, 50)).toMatchObject({ drainSeconds: 0, deltaSeconds: 0 });
    expect(await pair.green.get('a')).toBe('1');
    expect(await pair.status()).toMatchObject([{ ...FORWARD, state: 'tailing' }]);
  });

  test('is not waited for where the replication has failed', async () => {
    const pair = await ReplicatedPair.start(stage, {
      greenOptions: { maxmemory: 3_000_000, notifyKeyspaceEvents: 'AKE' },
    });
    await pair.replicate();
    const many = pair.blue.pipeline();
    for (let i = 0; i < 5000; i += 1) many.set(`key:${i}`, 'x'.repeat(1000 + (i % 7)));
    await many.exec();
    await expect(within(pair, 1, 50)).rejects.toMatchObject({ name: 'Agent.TargetOutOfMemory' });
  });
});
