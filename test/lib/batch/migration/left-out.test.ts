import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { JobsCloud } from './jobs-cloud';
import { assemblyOf } from './migration-of-jobs';

jest.setTimeout(120_000);
afterAll(removeTemporaryFolders);

const assembly = assemblyOf();

/** What no run was started for, as the output of an execution says. */
interface LeftOut {
  readonly leftOut: readonly string[];
  readonly leftOutCount: number;
}

async function onGreen(): Promise<JobsCloud> {
  const cloud = await JobsCloud.of(assembly);
  expect(await cloud.run('cutover')).toMatchObject({ output: { outcome: 'moved' } });
  await cloud.pass(7);
  return cloud;
}

const withoutStart = (cloud: JobsCloud) =>
  Object.entries(cloud.wrongStarts()).map(([slot, starts]) =>
    starts === 0 ? `${slot.slice(0, 16)}Z` : `${slot} twice`,
  );

/** Blue acknowledges only after some of its slots have passed. */
function acknowledgeLate(cloud: JobsCloud, tries: number): void {
  let left = tries;
  cloud.fate = (side, { command, runs }) =>
    side === 'blue' && command === 'guard' && runs === 'yes' && left-- > 0 ? 'lost' : 'answered';
}

test('a rollback says which slots blue has left out', async () => {
  const cloud = await onGreen();
  cloud.blue.leavesOut = true;
  acknowledgeLate(cloud, 20);
  const { output } = await cloud.run('rollback');
  const { leftOut, leftOutCount } = output as unknown as LeftOut;
  expect(leftOutCount).toBeGreaterThan(0);
  expect(leftOut).toEqual(withoutStart(cloud));
  expect(leftOutCount).toBe(leftOut.length);
});

test('a rollback counts what green has told as missed, too', async () => {
  const cloud = await onGreen();
  cloud.green.missed = 12;
  expect(await cloud.run('rollback')).toMatchObject({ output: { outcome: 'returned', leftOut: [], leftOutCount: 12 } });
});

test('a recovery says what green had missed before it', async () => {
  const cloud = await onGreen();
  cloud.green.missed = 12;
  cloud.fate = (side) => (side === 'blue' ? 'lost' : 'answered');
  expect(await cloud.run('rollback')).toMatchObject({ error: 'RecoveryNeeded' });
  cloud.fate = () => 'answered';
  expect(await cloud.run('recover')).toMatchObject({ output: { outcome: 'recovered', leftOutCount: 12 } });
  await cloud.pass(7);
  cloud.green.missed = 0;
  await cloud.run('cutover');
  await cloud.pass(7);
  expect((await cloud.run('rollback')).output).not.toHaveProperty('leftOutCount');
});

test('a cutover that fails says in its cause which slots blue has left out', async () => {
  const cloud = await JobsCloud.of(assembly);
  cloud.blue.leavesOut = true;
  let asked = 0;
  cloud.fate = (side, { command }) => (side === 'green' && command === 'look' && asked++ > 0 ? 'lost' : 'answered');
  const { error, cause } = await cloud.run('cutover');
  const left = withoutStart(cloud);
  expect(error).toBe('StaysOnBlue');
  expect(left.length).toBeGreaterThan(0);
  expect(cause).toContain(`It is on blue. Nothing was started for ${left.length} of its slots: ${left.join(', ')}.`);
});

test('a cutover says which slots green has left out', async () => {
  const cloud = await JobsCloud.of(assembly);
  cloud.green.leavesOut = true;
  let tries = 20;
  cloud.fate = (side, { command }) => (side === 'green' && command === 'gate' && tries-- > 0 ? 'lost' : 'answered');
  const { output } = await cloud.run('cutover');
  const { leftOut } = output as unknown as LeftOut;
  expect(leftOut.length).toBeGreaterThan(0);
  expect(leftOut).toEqual(withoutStart(cloud));
});

test('where nothing was left out nothing is said of it', async () => {
  const cloud = await JobsCloud.of(assembly);
  expect((await cloud.run('cutover')).output).not.toHaveProperty('leftOut');
});
