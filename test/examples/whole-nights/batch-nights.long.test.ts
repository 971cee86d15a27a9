import { join } from 'node:path';
import { Schedule } from '../../../cron/schedule';
import { wordsOf } from '../../../cron/words';
import type * as Library from '../../../lib';
import { BatchLines } from '../../../lib/batch/migration/batch-lines';
import type { BatchMigrationJob } from '../../../lib/batch/migration/batch-migration-job';
import { batchMigrationOf } from '../../../rehearsal/testbed/batch/batch-migration-of';
import { JobsCloud } from '../../lib/batch/migration/jobs-cloud';
import type { Due } from '../../lib/batch/migration/scripted-hosts';
import type { Interruption, Way } from '../../lib/interruption';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { sampled } from '../../sampled';
import { HOSTS } from '../example-under-test';
import { synthesizedWithKeys } from './customer-keys';
import { SEED } from './nights';

jest.mock('cdk-cutover', () =>
  jest
    .requireActual<typeof import('./customer-keys')>('./customer-keys')
    .libraryWithCustomerKeys(jest.requireActual<typeof Library>('cdk-cutover')),
);
jest.setTimeout(1_800_000);
afterAll(removeTemporaryFolders);

const OLD_SERVER = join(__dirname, '../../../examples/batch-host/old-server');
const CRONTABS = { crontab: '/etc/crontab', shop: '/etc/cron.d/shop', partners: '/etc/cron.d/partners' };
const OF_A_USER = { batch: '/var/spool/cron/batch' };

/** When cron of the old server starts each job, from the night on for so many days. */
function dueBy({ line = '' }: BatchMigrationJob, days: number): Due {
  const { schedule } = Schedule.begin(wordsOf(line), { dialect: 'cronie', timeZone: 'Europe/Berlin' });
  const [from, to] = [new Date('2026-11-30T09:00:00Z'), new Date(Date.UTC(2026, 10, 30 + days, 9))];
  const slots = new Set(schedule.slotsBetween(from, to).map(({ at }) => at.getTime()));
  return (slot) => slots.has(slot);
}

function dueOf(days: number): Readonly<Record<string, Due>> {
  const lines = Object.entries({ ...CRONTABS, ...OF_A_USER }).flatMap(([copy, file]) =>
    BatchLines.ofCrontab(join(OLD_SERVER, copy), file),
  );
  return Object.fromEntries(lines.map((line) => [line.name, dueBy(line, days)]));
}

const [BATCH_HOST = ''] = HOSTS;
const assembly = synthesizedWithKeys(BATCH_HOST);
const ALL = batchMigrationOf(assembly)?.jobs ?? [];
/** All of them take two minutes: EVERY=1 npx jest whole-nights/batch */
const JOBS = sampled(ALL, 9);
const MOVED = JOBS.filter(({ decision }) => decision === 'moved').map(({ name }) => name);
const RETIRED = JOBS.filter(({ decision }) => decision === 'retired').map(({ name }) => name);

const newCloud = (days: number, seed = SEED) => JobsCloud.of(assembly, { due: dueOf(days), seed: `jobs-${seed}` });

/** Slots of jobs that are to run which were started otherwise than once. */
function wrongStarts(cloud: JobsCloud, jobs = MOVED): Readonly<Record<string, object>> {
  const all = jobs.map((job) => [job, cloud.wrongStarts(job)] as const);
  return Object.fromEntries(all.filter(([, wrong]) => Object.keys(wrong).length > 0));
}

/** Of every job: whose it is, and what is unfinished. */
const sides = (cloud: JobsCloud, jobs: readonly string[]) =>
  new Set(jobs.map((job) => cloud.journal(job)).map(({ phase, side }) => `${phase} ${side}`));

test('jobs move there and back and there again, are proved, and what is over is taken off the old server', async () => {
  expect([ALL.length, MOVED.length > 0, RETIRED.length > 0]).toEqual([54, true, true]);
  const cloud = await newCloud(40);
  const all = async (action: string, jobs = JOBS.map(({ name }) => name)) => {
    const { status, cause } = await cloud.runJobs({ action, jobs });
    await cloud.allEnded();
    return [action, cause, status];
  };
  expect(await all('preflight')).toEqual(['preflight', undefined, 'SUCCEEDED']);
  for (const [action, moved, retired] of [
    ['cutover', 'green', 'none'],
    ['rollback', 'blue', 'blue'],
    ['cutover', 'green', 'none'],
  ] as const) {
    expect(await all(action)).toEqual([action, undefined, 'SUCCEEDED']);
    expect([sides(cloud, MOVED), sides(cloud, RETIRED)]).toEqual([
      new Set([`settled ${moved}`]),
      new Set([`settled ${retired}`]),
    ]);
    expect(wrongStarts(cloud)).toEqual({});
  }
  // A month, in which all but the yearly ones are due.
  for (let day = 0; day < 33; day += 1) {
    await cloud.pass(24 * 60);
    await cloud.look();
    await cloud.allEnded();
  }
  expect(wrongStarts(cloud)).toEqual({});
  const proved = MOVED.filter((job) => cloud.journal(job).state === 'proved');
  expect(proved.length).toBeGreaterThan(MOVED.length / 2);
  expect(await all('retire', proved)).toEqual(['retire', undefined, 'SUCCEEDED']);
  expect(new Set(proved.map((job) => cloud.hostsOf(job).blue.line))).toEqual(new Set(['retired']));
  const unproved = MOVED.filter((job) => !proved.includes(job));
  if (unproved.length > 0) expect(await all('retire', unproved)).toEqual(['retire', expect.anything(), 'FAILED']);
  expect(unproved.map((job) => cloud.hostsOf(job).blue.line)).toEqual(unproved.map(() => 'guarded'));
  expect(wrongStarts(cloud)).toEqual({});
});

const INTERRUPTIONS: Readonly<Record<string, Interruption>> = {
  'aborted, and events come late and twice': {},
  'failed without a Catch, and events come late and twice': { way: 'failed' },
  'timed out, and no event comes but the look': { way: 'timedOut', unheard: true },
};

/** What Step Functions says of each. */
const ENDED: Readonly<Record<Way, string>> = { aborted: 'ABORTED', failed: 'FAILED', timedOut: 'TIMED_OUT' };

/** One each quarter of an hour or so, one each month, and one that nobody needs. */
const KINDS = ['close-orders', 'month-end', String(ALL.find(({ decision }) => decision === 'retired')?.name)];

/** What is done to a job before, and what is interrupted. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = { cutover: [], rollback: ['cutover'] };

const ROWS = 7;
const STATES = 24;

async function before(job: string, actions: readonly string[]): Promise<JobsCloud> {
  const cloud = await newCloud(3, job);
  for (const action of actions) expect([job, (await cloud.run(action, job)).status]).toEqual([job, 'SUCCEEDED']);
  return cloud;
}

async function statesOf(job: string, action: string, first: readonly string[]): Promise<readonly string[]> {
  const cloud = await before(job, first);
  const from = cloud.entered.length;
  expect(await cloud.run(action, job)).toMatchObject({ status: 'SUCCEEDED' });
  return [...new Set(cloud.entered.slice(from))];
}

const rows = KINDS.flatMap((job) =>
  Object.entries(ACTIONS).flatMap(([action, first]) =>
    Object.entries(INTERRUPTIONS).map(([how, interruption]) => [job, action, how, first, interruption] as const),
  ),
);

test.each(sampled(rows, ROWS))('%s, in a %s, anywhere, %s', async (job, action, _, first, interruption) => {
  const ended = new Set<string>();
  const isMoved = ALL.some(({ name, decision }) => name === job && decision === 'moved');
  for (const at of sampled(await statesOf(job, action, first), STATES)) {
    const cloud = await before(job, first);
    if (cloud.events !== undefined) cloud.events.areLost = interruption.unheard === true;
    ended.add((await cloud.run(action, job, { ...interruption, at })).status);
    if (interruption.unheard === true) {
      await cloud.pass(5);
      await cloud.look();
    }
    await cloud.allEnded();
    await cloud.pass(20);
    const { phase = 'settled', side = 'blue' } = cloud.journal(job);
    expect({ at, phase, side, wrong: isMoved ? wrongStarts(cloud, [job]) : {} }).toEqual({
      ...{ at, phase: 'settled', wrong: {} },
      side: expect.stringMatching(isMoved ? /^(blue|green)$/ : /^(blue|none)$/),
    });
  }
  expect([...ended]).toContain(ENDED[interruption.way ?? 'aborted']);
});
