import { type Pause, SystemClock, VirtualClock } from '../../../rehearsal/states-language';

const pause = (fields: Partial<Pause> = {}): Pause => ({
  reason: 'wait',
  state: 'S',
  signal: new AbortController().signal,
  ...fields,
});

describe('a VirtualClock', () => {
  test('wakes sleepers in the order of their times, and is at that time when it does', async () => {
    const clock = new VirtualClock(0);
    const woken: string[] = [];
    const sleep = async (name: string, seconds: number) => {
      await clock.sleep(seconds, pause());
      woken.push(`${name} ${clock.now()}`);
    };
    await Promise.all([sleep('late', 86_400), sleep('soon', 1), sleep('at once', 0), sleep('soon too', 1)]);
    expect(woken).toEqual(['at once 0', 'soon 1000', 'soon too 1000', 'late 86400000']);
  });

  test('lets no time pass while promises can still settle', async () => {
    const clock = new VirtualClock(0);
    const asleep = clock.sleep(10, pause());
    for (let i = 0; i < 1000; i++) await Promise.resolve();
    expect(clock.now()).toBe(0);
    await asleep;
    expect(clock.now()).toBe(10_000);
  });

  test('forgets a sleeper whose signal is aborted', async () => {
    const clock = new VirtualClock(0);
    const controller = new AbortController();
    const asleep = clock.sleep(10, pause({ signal: controller.signal }));
    controller.abort(new Error('enough'));
    await expect(asleep).rejects.toThrow('enough');
    await clock.sleep(1, pause());
    expect(clock.now()).toBe(1000);
    await expect(clock.sleep(1, pause({ signal: controller.signal }))).rejects.toThrow('enough');
  });
});

describe('a SystemClock', () => {
  test('shortens the pauses it is told to, and counts them as if they had lasted', async () => {
    const clock = new SystemClock((seconds, { state }) => (state === 'Watch' ? 0 : seconds));
    const before = clock.now();
    await clock.sleep(86_400, pause({ state: 'Watch' }));
    expect(clock.now() - before).toBeGreaterThanOrEqual(86_400_000);
    expect(clock.now() - before).toBeLessThan(86_400_000 + 60_000);
  });

  test('does not count pauses twice that lie side by side', async () => {
    const clock = new SystemClock(() => 0);
    const before = clock.now();
    await Promise.all([clock.sleep(3600, pause()), clock.sleep(3600, pause()), clock.sleep(7200, pause())]);
    expect(clock.now() - before).toBeLessThan(7_200_000 + 60_000);
  });

  test('sleeps on where a timer would overflow', async () => {
    const clock = new SystemClock();
    const controller = new AbortController();
    let awake = false;
    const asleep = clock.sleep(2 ** 31 / 1000, pause({ signal: controller.signal })).then(() => {
      awake = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(awake).toBe(false);
    controller.abort(new Error('stopped'));
    await expect(asleep).rejects.toThrow('stopped');
  });
});
