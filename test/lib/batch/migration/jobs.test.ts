import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { JobsCloud } from './jobs-cloud';
import { assemblyOf, LINE, ORDERS } from './migration-of-jobs';

jest.setTimeout(120_000);
afterAll(removeTemporaryFolders);

const NAMES = ['fetch', 'orders', 'report', 'feed'];
/** Report comes after orders, which comes after fetch; feed by itself. */
const AFTER: Readonly<Record<string, string[]>> = { orders: ['fetch'], report: ['orders'], fetch: [], feed: [] };

const assembly = assemblyOf(
  NAMES.map((name) => ({ ...ORDERS, name })),
  NAMES.map((name) => ({ ...LINE, name, line: `* * * * * root ${name}.sh`, after: AFTER[name] ?? [] })),
);

const LEFT_OUT = { leftOut: ['2026-11-30T09:05Z'], leftOutCount: 1 };

/** What becomes of each job is scripted: what is asked of it, in order. */
async function world(fails: readonly string[] = []) {
  const asked: string[] = [];
  const cloud = await JobsCloud.of(assembly);
  cloud.scriptJobs(async ({ action, job }) => {
    asked.push(`${action} ${job}`);
    return fails.includes(job)
      ? { error: 'StaysOnBlue', cause: `${job}: no proof -- It is on blue.` }
      : { output: { job, outcome: 'moved', side: 'green', state: 'moved' } };
  });
  return { cloud, asked };
}

test('all jobs move where none are named, each after those that it comes after', async () => {
  const { cloud, asked } = await world();
  const result = await cloud.runJobs({ action: 'cutover' });
  expect(result).toMatchObject({ status: 'SUCCEEDED', output: { action: 'cutover' } });
  expect(
    JSON.parse(JSON.stringify(result.output))
      .jobs.map(({ job }: { job: string }) => job)
      .sort(),
  ).toEqual([...NAMES].sort());
  const at = (job: string) => asked.indexOf(`cutover ${job}`);
  expect(asked).toHaveLength(4);
  expect([at('fetch') < at('orders'), at('orders') < at('report')]).toEqual([true, true]);
});

test('a rollback goes the other way', async () => {
  const { cloud, asked } = await world();
  await cloud.runJobs({ action: 'rollback', jobs: ['fetch', 'orders'] });
  expect(asked).toEqual(['rollback orders', 'rollback fetch']);
});

test('what comes after one that does not move stays, and the cause names both', async () => {
  const { cloud, asked } = await world(['orders']);
  const result = await cloud.runJobs({ action: 'cutover' });
  expect(result).toMatchObject({ status: 'FAILED', error: 'SomeJobsNotMoved' });
  expect(result.cause).toBe(
    '2 jobs are where they should be. orders: orders: no proof -- It is on blue. | Not tried, for they come after one of these: report',
  );
  expect(asked).not.toContain('cutover report');
});

test('slots that nobody has started of jobs that moved are in the cause, and of one that did not, however long its own is', async () => {
  const { cloud } = await world();
  cloud.scriptJobs(async ({ job }) =>
    job === 'feed'
      ? {
          error: 'StaysOnBlue',
          cause: `feed: ${'no proof '.repeat(20)}-- It is on blue. Nothing was started for 3 of its slots: and so on.`,
        }
      : { output: { job, outcome: 'moved', side: 'green', state: 'moved', ...(job === 'orders' && LEFT_OUT) } },
  );
  const { cause } = await cloud.runJobs({ action: 'cutover' });
  expect(cause).toMatch(
    /^3 jobs are where they should be\. feed: feed: no proof .* … Nothing was started for 3 of its slots \| /,
  );
  expect(cause).toMatch(/ \| Nothing was started for slots of orders \(1\)$/);
});

test('a preflight asks all at once', async () => {
  const { cloud, asked } = await world(['fetch']);
  await cloud.runJobs({ action: 'preflight' });
  expect(asked).toHaveLength(4);
});

test.each([
  '{}',
  '{"action":"look"}',
  '{"action":"cutover","jobs":[]}',
  '{"action":"cutover","jobs":"orders"}',
  '{"action":"cutover","jobs":["none"]}',
  '{"action":"cutover","job":"orders"}',
])('the input %s is refused', async (input) => {
  const { cloud, asked } = await world();
  expect(await cloud.runJobs(JSON.parse(input))).toMatchObject({ error: 'UnknownRequest' });
  expect(asked).toEqual([]);
});
