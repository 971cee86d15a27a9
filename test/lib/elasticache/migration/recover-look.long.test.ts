import { Duration } from 'aws-cdk-lib';
import { CacheConsistency } from '../../../../lib';
import { TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Cloud } from '../../cloud';
import { Surroundings } from '../../migration-under-test';

// @see docs/aws-facts.md#sfn-status-events: here, every event is lost.
jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const surroundings = new Surroundings();
surroundings.migrateInFull(CacheConsistency.FENCED, { watch: Duration.minutes(1) });
const assembly = surroundings.deploy();

/** What a look starts. */
async function startedBy(cloud: Cloud): Promise<string[]> {
  const before = cloud.started.length;
  expect((await cloud.look()).status).toBe('SUCCEEDED');
  return cloud.started.slice(before);
}

test('a look starts nothing where nobody was ever started, where all went well, and where it was recovered', async () => {
  const cloud = await Cloud.of(assembly, true);
  expect(await startedBy(cloud)).toEqual([]);
  await cloud.run('cutover');
  expect(await startedBy(cloud)).toEqual([]);
  await cloud.run('rollback', { abortAt: 'Fence' });
  await cloud.run('recover');
  expect(await startedBy(cloud)).toEqual([]);
});

test.each(['Journal: Fence begins', 'Fence', 'Switch', 'Undo Fence'])(
  'it starts recover where an execution was stopped in %s and no event came',
  async (abortAt) => {
    const cloud = await Cloud.of(assembly, true);
    const refuse = (state: string) =>
      state === 'Disconnect clients left on the old side: agent'
        ? new TaskFailure('Injected', 'by the test')
        : undefined;
    expect((await cloud.run('cutover', { abortAt, refuse })).status).toBe('ABORTED');
    expect(await startedBy(cloud)).toEqual(['{"action":"recover"}']);
  },
);

test('it leaves one that runs alone', async () => {
  const cloud = await Cloud.of(assembly, true);
  let seen: Promise<string[]> | undefined;
  await cloud.run('cutover', {
    entered: (state) => {
      if (state === 'Journal: Drain begins') seen = startedBy(cloud);
    },
  });
  expect(await seen).toEqual([]);
});

test('it leaves alone what failed on purpose: it has said what is to be mended', async () => {
  const cloud = await Cloud.of(assembly, true);
  const refuse = (state: string) =>
    state === 'Disconnect clients left on the old side: agent' || state.startsWith('Undo Fence')
      ? new TaskFailure('Injected', 'by the test')
      : undefined;
  expect((await cloud.run('cutover', { refuse })).error).toBe('RecoveryNeeded');
  expect(cloud.observe().phase).not.toBe('settled');
  expect(await startedBy(cloud)).toEqual([]);
});
