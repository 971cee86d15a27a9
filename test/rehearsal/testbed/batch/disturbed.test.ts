import { Random } from '../../../../rehearsal/clients/random';
import type { Disturbances } from '../../../../rehearsal/testbed/batch/disturbances';
import { type More, rehearsal, rehearsed } from './rehearsed-jobs';

jest.setTimeout(60 * 60_000);

const JOBS = ['index-changes', 'mails', 'close-orders'];

/** Commands late, doubled and lost, executions stopped, and a green that loses its power, each at a moment by the seed. */
function disturbed(seed: string): More {
  const random = new Random(seed);
  const delivery = random.fork('delivery');
  const moments = random.fork('moments');
  return {
    seed,
    cron: delivery.next() < 0.5 ? 'cronie' : 'debian',
    requests: [
      { action: 'cutover', jobs: JOBS },
      { action: 'rollback', jobs: JOBS },
      { action: 'cutover', jobs: JOBS },
    ],
    delivery: () => {
      const drawn = delivery.next();
      if (drawn < 0.06) return { runs: 'lost' };
      if (drawn < 0.12) return { runs: 'twice' };
      return drawn < 0.2 ? { afterMs: Math.round(delivery.next() * 100_000) } : undefined;
    },
    meanwhile: async (disturb: Disturbances) => {
      for (const job of JOBS) {
        await disturb.wait(1 + moments.next() * 7);
        await disturb.abortJob(job);
      }
      if (moments.next() < 0.6) await disturb.powerCycle('green', 1);
    },
    coolDownMinutes: 6,
  };
}

rehearsal.each(['1', '2', '3', '4', '5'])(
  'with what goes wrong by seed %s each slot is started once, or told, and each job ends on one side',
  async (seed) => {
    const result = await rehearsed(disturbed(seed));
    expect(result.broken).toEqual([]);
  },
);
