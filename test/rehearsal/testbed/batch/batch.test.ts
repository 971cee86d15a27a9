import { rehearsal, rehearsed, sides } from './rehearsed-jobs';

/** Time slows where the machine does not keep up: how long it takes is the machine's affair. */
jest.setTimeout(30 * 60_000);

rehearsal(
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

rehearsal('jobs that moved from Debian’s cron return to it, and each slot was started or told', async () => {
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
});

rehearsal('commands that arrive twice start nothing twice', async () => {
  const result = await rehearsed({ delivery: () => ({ runs: 'twice' }) });
  expect(result.broken).toEqual([]);
});
