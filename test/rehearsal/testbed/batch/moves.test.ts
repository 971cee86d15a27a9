import type { BatchRehearsal } from '../../../../rehearsal/testbed/batch/rehearse-batch';
import { endOf } from '../../../../rehearsal/testbed/batch/side-effects';
import { rehearsal, rehearsed, sides, states } from './rehearsed-jobs';

jest.setTimeout(60 * 60_000);

const ended = ({ executions }: BatchRehearsal) => executions.map(({ status }) => status);
const expected = ({ jobs }: BatchRehearsal, name: string) => jobs.find(({ job }) => job === name)?.expected ?? 0;

rehearsal(
  'what fails on green is back on blue, what nobody needs is off, and a second cutover moves what is left: % in a line, three users, a run over its own hand-over',
  async () => {
    const jobs = ['index-changes', 'mails', 'close-orders', 'report-day', 'check-disk'];
    const result = await rehearsed({
      requests: [
        { action: 'cutover', jobs },
        { action: 'cutover', jobs },
        { action: 'rollback', jobs: ['index-changes'] },
        { action: 'cutover', jobs: ['index-changes'] },
        { action: 'rollback', jobs: ['index-changes', 'mails', 'report-day'] },
      ],
      failing: ['close-orders'],
      lasting: { mails: 200 },
      // A slot every ten minutes, and a look every five that judges what came of it.
      coolDownMinutes: 25,
    });
    expect(result.broken).toEqual([]);
    expect(ended(result).slice(0, 1)).toEqual(['SUCCEEDED']);
    expect(sides(result, ...jobs)).toEqual({
      'index-changes': 'blue',
      mails: 'blue',
      'close-orders': 'blue',
      'report-day': 'blue',
      'check-disk': 'none',
    });
    expect(states(result, 'close-orders', 'check-disk')).toEqual({
      'close-orders': 'returned',
      'check-disk': 'paused',
    });
    // Its one slot may be due while it is handed over: then it is told, and not run.
    const ran = result.effects.filter(({ what }) => what === 'report-day').map(({ user }) => user);
    const told = result.jobs.filter(({ job }) => job === 'report-day').flatMap((job) => job.told);
    expect([expected(result, 'report-day'), [...ran, ...told.map(() => 'reports')]]).toEqual([1, ['reports']]);
    expect(overlaps(result, 'mails')).toEqual([]);
    expect(new Set(result.effects.filter(({ what }) => what === 'mails').map(({ host }) => host)).size).toBe(2);
  },
);

rehearsal('on the night on which clocks are put back, with a clock that is stepped', async () => {
  const jobs = ['index-changes', 'purge-baskets', 'purge-searches', 'sync-old-crm'];
  const result = await rehearsed({
    requests: [{ action: 'cutover', jobs }],
    // In Berlin it is ten to three, and at three it is two again.
    begin: new Date('2020-10-25T00:50:00Z'),
    coolDownMinutes: 75,
    meanwhile: async (disturb) => {
      await disturb.wait(20);
      disturb.stepClock('green', -90);
      await disturb.wait(10);
      disturb.stepClock('green', 90);
    },
  });
  expect(result.broken).toEqual([]);
  expect(sides(result, ...jobs)).toEqual({
    'index-changes': 'green',
    'purge-baskets': 'green',
    'purge-searches': 'green',
    'sync-old-crm': 'none',
  });
  expect([expected(result, 'purge-baskets'), expected(result, 'purge-searches')]).toEqual([1, 1]);
});

/** Runs of a job on one host that began while one on the other went on. */
function overlaps({ effects }: BatchRehearsal, job: string): Date[] {
  const begins = effects.filter(({ what }) => what === job);
  const ends = effects.filter(({ what }) => what === endOf(job));
  return begins.flatMap((begin) => {
    const end = ends.find(({ host, pid }) => host === begin.host && pid === begin.pid)?.at ?? new Date(8.64e15);
    return begins.filter(({ host, at }) => host !== begin.host && at > begin.at && at < end).map(({ at }) => at);
  });
}
