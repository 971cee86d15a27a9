import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { LATE_JOURNAL } from '../../cloud';
import { JobsCloud } from './jobs-cloud';
import { assemblyOf } from './migration-of-jobs';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const assembly = assemblyOf();

/** Stopped after so many states, and recovered as the schedule does: the job is on one side, and no slot was lost or doubled. */
async function stopped(action: 'cutover' | 'rollback', after: number): Promise<boolean> {
  const one = await JobsCloud.of(assembly);
  if (action === 'rollback') {
    await one.run('cutover');
    await one.pass(5);
  }
  const result = await one.run(action, 'orders', { abortAfter: after });
  // A command may have been on its way.
  await one.pass(after % 3);
  await one.look();
  await one.pass(10);
  const { phase = 'settled', side = 'blue' } = one.journal();
  expect({ after, phase, wrong: one.wrongStarts() }).toEqual({ after, phase: 'settled', wrong: {} });
  const before = [one.blue.starts.length, one.green.starts.length];
  await one.pass(5);
  one.wrongStarts();
  expect({
    after,
    moves: [one.blue.starts.length > (before[0] ?? 0), one.green.starts.length > (before[1] ?? 0)],
  }).toEqual({
    after,
    moves: [side === 'blue', side === 'green'],
  });
  return result.status === 'ABORTED';
}

/** Of where it can be stopped, each so many states. All: `EVERY=1`. */
const STEP = process.env.EVERY === undefined ? 13 : 1;

test.each(['cutover', 'rollback'] as const)('a %s that is stopped anywhere is settled on one side', async (action) => {
  let after = 3;
  while (await stopped(action, after)) after += STEP;
  expect(after).toBeGreaterThan(40);
});

// @see docs/aws-facts.md#ssm-reads-lag
test('a recovery that begins at once does not take a journal for settled that it reads late', async () => {
  const told = "Guard blue's line: send the command";
  const whole = await JobsCloud.of(assembly);
  await whole.run('cutover');
  const next = whole.entered[whole.entered.indexOf(told) + 1];
  const one = await JobsCloud.of(assembly, { stale: LATE_JOURNAL });
  expect(await one.run('cutover', 'orders', { at: String(next) })).toMatchObject({ status: 'ABORTED' });
  expect([one.journal().phase, one.blue.line]).toEqual(['guarding', 'guarded']);
  await one.run('recover', 'orders');
  expect([one.journal().phase, one.blue.line]).toEqual(['settled', 'plain']);
  await one.pass(10);
  expect(one.wrongStarts()).toEqual({});
});
