import { join } from 'node:path';
import { BatchLines } from '../../../../lib';
import type { BatchEnding } from '../../../../rehearsal/testbed/batch/rehearse-batch';
import { EXAMPLE, rehearsal, rehearsed } from './rehearsed-jobs';

jest.setTimeout(3 * 60 * 60_000);

const namesIn = (copy: string, file: string) =>
  BatchLines.ofCrontab(join(EXAMPLE, 'old-server', copy), file).map(({ name }) => name);

/** Those that move first: crontabs of root and of a user. */
const FIRST = [...namesIn('crontab', '/etc/crontab'), ...namesIn('batch', '/var/spool/cron/batch')];

/** How many jobs are on which side, and in which state. */
function counted({ places }: BatchEnding): Readonly<Record<string, number>> {
  const all = Object.values(places).map(({ side }) => side);
  return Object.fromEntries([...new Set(all)].sort().map((side) => [side, all.filter((each) => each === side).length]));
}

rehearsal(
  'all 54 jobs move in two executions, one that fails on green and one that is asked back return, and then all do',
  async () => {
    const result = await rehearsed({
      requests: [
        { action: 'cutover', jobs: FIRST },
        { action: 'cutover', thenMinutes: 30 },
        { action: 'rollback', jobs: ['index-changes'] },
        { action: 'rollback' },
      ],
      failing: ['close-orders'],
      lasting: { mails: 200 },
      // Four jobs move at a time while up to twenty start: more than a machine of two processors does in a second.
      rate: 30,
    });
    expect(result.broken).toEqual([]);
    expect(result.executions.map(({ status, cause }) => [status, cause])).toEqual(
      result.executions.map(() => ['SUCCEEDED', undefined]),
    );
    const [first, second, one, all] = result.executions as [BatchEnding, BatchEnding, BatchEnding, BatchEnding];
    const moved = (ending: BatchEnding, names: readonly string[]) =>
      names.filter((name) => ending.places[name]?.state !== 'undecided');
    const rest = result.jobs.map(({ job }) => job).filter((job) => !FIRST.includes(job));
    expect([moved(first, FIRST).length, moved(first, rest)]).toEqual([FIRST.length, []]);
    expect(counted(second)).toEqual({ blue: 1, green: 35, none: 18 });
    expect(second.places['close-orders']).toMatchObject({ side: 'blue', state: 'returned' });
    expect(counted(one)).toEqual({ blue: 2, green: 34, none: 18 });
    expect(one.places['index-changes']).toMatchObject({ side: 'blue', state: 'returned' });
    expect(counted(all)).toEqual({ blue: 54 });
    expect(result.jobs.filter(({ uncounted }) => uncounted !== undefined).map(({ job }) => job)).toEqual([
      'report-note',
    ]);
    const sum = (figure: 'expected' | 'started') => result.jobs.reduce((total, job) => total + job[figure], 0);
    const told = result.jobs.reduce((total, job) => total + job.told.length, 0);
    expect(sum('started') + told).toBe(sum('expected'));
    expect(sum('started')).toBeGreaterThan(250);
  },
);
