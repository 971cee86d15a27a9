import { type JobRow, jobLines, slotLines } from '../../../rehearsal/report/batch-jobs';

const row = (more: Partial<JobRow>): JobRow => ({
  job: 'mails',
  side: 'green',
  state: 'moved',
  expected: 4,
  started: 4,
  late: 0,
  told: [],
  lost: [],
  doubled: [],
  ...more,
});
const at = (time: string) => new Date(`2020-11-01T${time}Z`);
const told = { slot: at('05:42:00'), why: 'The rollback left it out: late runs of the job are not wanted.' };

test('figures stand under their names, whatever is beside them', () => {
  const jobs = [
    row({}),
    row({ job: 'index-changes', side: 'blue', state: 'returned', expected: 120, started: 119, late: 12, told: [told] }),
    row({ job: 'disk', side: 'none', state: 'paused', expected: 0, started: 0, uncounted: 'It is cat.' }),
    row({ job: 'yearly', side: 'blue', state: 'undecided', expected: 0, started: 0 }),
  ];
  expect(jobLines(jobs)).toEqual([
    'JOB            ON       STATE     SLOTS  STARTED  LATE  TOLD  LOST  DOUBLED',
    'mails          green    moved         4        4     0     0     0        0',
    'index-changes  blue     returned    120      119    12     1     0        0',
    'disk           neither  paused    not counted',
    '1 more was not moved, and nothing of it was due.',
  ]);
});

test('slots that were told are not counted as started, and each says why', () => {
  const jobs = [row({ late: 1 }), row({ job: 'index-changes', expected: 8, started: 7, told: [told] })];
  expect(slotLines(jobs, 19)).toEqual([
    "12 slots of 19 minutes, counted by what the jobs' programs did: 11 started (1 late), 1 told and not started.",
    'Told  index-changes 05:42: The rollback left it out: late runs of the job are not wanted.',
  ]);
});

test('what was lost and what was started too often is said', () => {
  const jobs = [row({ expected: 1_200, started: 1_199, lost: [at('05:42:00')], doubled: ['one'] })];
  expect(slotLines(jobs, 1)).toEqual([
    "1,200 slots of 1 minute, counted by what the jobs' programs did: 1,199 started, 1 lost, 1 start too many.",
  ]);
});

test('each slot started once is said with nothing beside it', () => {
  expect(slotLines([row({})], 12)).toEqual([
    "4 slots of 12 minutes, counted by what the jobs' programs did: 4 started, each once.",
  ]);
});
