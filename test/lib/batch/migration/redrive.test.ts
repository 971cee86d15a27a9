import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { JobsCloud } from './jobs-cloud';
import { assemblyOf } from './migration-of-jobs';

// @see docs/aws-facts.md#sfn-redrive
jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const assembly = assemblyOf();

/** How a recovery says where the job is. */
const SIDES = { blue: 'It is on blue.', green: 'It is on green.', none: 'It is paused on blue' } as const;

/** What a redriven execution says, and what it does. */
async function redriven(cloud: JobsCloud, ago: number) {
  const before = JSON.stringify(cloud.journal());
  const commands = cloud.commands.length;
  const began = cloud.clock.now();
  const { status, error, cause = '' } = await cloud.redrive(ago);
  return {
    status,
    error,
    cause,
    told: cloud.commands.length - commands,
    stands: JSON.stringify(cloud.journal()) === before,
    // A recovery waits two minutes for an execution that runs.
    letsGo: cloud.clock.now() - began < 60_000,
  };
}

const NOTHING = { status: 'FAILED', told: 0, stands: true, letsGo: true } as const;

/** Of where it can be stopped, each so many states. All: `EVERY=1`. */
const STEP = process.env.EVERY === undefined ? 13 : 1;

/** Stopped after so many states, recovered, and then redriven. */
async function stopped(action: 'cutover' | 'rollback', after: number): Promise<boolean> {
  const cloud = await JobsCloud.of(assembly);
  if (action === 'rollback') {
    await cloud.run('cutover');
    await cloud.pass(5);
  }
  const { status } = await cloud.run(action, 'orders', { abortAfter: after });
  if (status !== 'ABORTED') return false;
  await cloud.pass(1);
  // Beside the look, one that recovers where anything was left.
  const recovered = (await cloud.look()).length;
  await cloud.pass(10);
  const { side = 'blue' } = cloud.journal();
  const { error, cause, ...did } = await redriven(cloud, 1 + recovered);
  expect({ after, did }).toEqual({ after, did: NOTHING });
  expect([after, error, cause]).toEqual([after, 'Redriven', expect.stringContaining(SIDES[side])]);
  await cloud.pass(5);
  expect({ after, wrong: cloud.wrongStarts() }).toEqual({ after, wrong: {} });
  return true;
}

test.each(['cutover', 'rollback'] as const)(
  'a %s that was stopped anywhere, and recovered, changes nothing when it is redriven, and says where the job is',
  async (action) => {
    let after = 5;
    while (await stopped(action, after)) after += STEP;
    expect(after).toBeGreaterThan(40);
  },
);

test('nor before it was recovered: it says that nobody can tell, and the job is recovered all the same', async () => {
  const cloud = await JobsCloud.of(assembly);
  await cloud.run('cutover', 'orders', { abortAfter: 40 });
  expect(cloud.journal().phase).toBe('guarding');
  const { cause, ...did } = await redriven(cloud, 0);
  expect(did).toEqual({ ...NOTHING, error: 'Redriven' });
  expect(cause).toContain('Nobody can tell yet where it is: its journal stands at guarding.');
  await cloud.look();
  expect(cloud.journal().phase).toBe('settled');
  await cloud.pass(5);
  expect(cloud.wrongStarts()).toEqual({});
});

test('one that failed on purpose fails again, and does not say that what it said then is so now', async () => {
  const cloud = await JobsCloud.of(assembly);
  cloud.blue.running = 1;
  const first = await cloud.run('cutover');
  expect(first.error).toBe('StaysOnBlue');
  cloud.blue.running = 0;
  expect((await cloud.run('cutover')).status).toBe('SUCCEEDED');
  expect(await redriven(cloud, 1)).toEqual({
    ...NOTHING,
    error: 'StaysOnBlue',
    cause: `Redriven: it has changed nothing since it ended, and where the job is now is not known here (cutover status). It had ended so: ${first.cause}`,
  });
});

test('one of several jobs starts none, and says how to see where each is', async () => {
  const cloud = await JobsCloud.of(assembly);
  let asked = 0;
  cloud.scriptJobs(async ({ job }) => {
    asked += 1;
    return { output: { job, outcome: 'moved', side: 'green', state: 'moved' } };
  });
  expect((await cloud.runJobs({ action: 'cutover' }, { abortAfter: 7 })).status).toBe('ABORTED');
  await cloud.pass(1);
  const before = asked;
  const { cause, ...did } = await redriven(cloud, before);
  expect(did).toEqual({ ...NOTHING, error: 'Redriven' });
  expect(cause).toContain('Where each job is: cutover status shop.');
  expect(asked).toBe(before);
});
