import { join } from 'node:path';
import { synthesizeExample } from '../../../../bin/synthesize-example';
import { type BatchRehearsal, rehearseBatch } from '../../../../rehearsal/testbed/batch/rehearse-batch';
import { onDemand } from '../on-demand';

/** Time slows where the machine does not keep up: how long it takes is the machine's affair. */
jest.setTimeout(30 * 60_000);

const isRoot = process.getuid?.() === 0;
const EXAMPLE = join(__dirname, '../../../../examples/batch-host');

type More = Partial<Parameters<typeof rehearseBatch>[0]>;

async function rehearsed(more: More): Promise<BatchRehearsal> {
  return rehearseBatch({
    assembly: await synthesizeExample('batch-host', {}, () => undefined),
    oldServer: join(EXAMPLE, 'old-server'),
    requests: [{ action: 'cutover', jobs: ['index-changes', 'mails'] }],
    seed: '1',
    cron: 'cronie',
    begin: new Date('2020-11-01T05:30:00Z'),
    rate: 60,
    coolDownMinutes: 3,
    onNote: () => undefined,
    signal: new AbortController().signal,
    ...more,
  });
}

const sides = ({ jobs }: BatchRehearsal, ...names: string[]) =>
  Object.fromEntries(jobs.filter(({ job }) => names.includes(job)).map(({ job, side }) => [job, side]));

(isRoot ? onDemand : test.skip)(
  'jobs move between real crons, and each slot of all jobs is started once, counted by what programs do',
  async () => {
    const result = await rehearsed({});
    expect(result.broken).toEqual([]);
    expect(result.executions.map(({ status }) => status)).toEqual(['SUCCEEDED']);
    expect(sides(result, 'index-changes', 'mails', 'check-disk')).toEqual({
      'index-changes': 'green',
      mails: 'green',
      'check-disk': 'blue',
    });
    const eachMinute = result.jobs.find(({ job }) => job === 'index-changes');
    expect(eachMinute).toMatchObject({ expected: (eachMinute?.started ?? 0) + (eachMinute?.told.length ?? 0) });
    expect(eachMinute?.expected).toBeGreaterThan(5);
  },
);

(isRoot ? onDemand : test.skip)(
  'jobs that moved from Debian’s cron return to it, and each slot was started or told',
  async () => {
    const jobs = ['index-changes', 'mails'];
    const result = await rehearsed({
      cron: 'debian',
      requests: [
        { action: 'cutover', jobs },
        { action: 'rollback', jobs },
      ],
      // Blue refuses a slot of its own before it hears that it is: late runs of the job are not wanted.
      delivery: ({ arguments: words }) => (/^guard .* runs=yes/.test(words) ? { afterMs: 40_000 } : undefined),
    });
    expect(result.broken).toEqual([]);
    expect(sides(result, ...jobs)).toEqual({ 'index-changes': 'blue', mails: 'blue' });
    const told = result.jobs.find(({ job }) => job === 'index-changes')?.told.map(({ why }) => why);
    expect(told).toContain('The rollback left it out: late runs of the job are not wanted.');
  },
);

(isRoot ? onDemand : test.skip)('commands that arrive twice start nothing twice', async () => {
  const result = await rehearsed({ delivery: () => ({ runs: 'twice' }) });
  expect(result.broken).toEqual([]);
});
