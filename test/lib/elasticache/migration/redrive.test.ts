import { Duration } from 'aws-cdk-lib';
import { CacheConsistency } from '../../../../lib';
import type { JournalEntry } from '../../../../rehearsal/aws/call-journal';
import { TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Cloud } from '../../cloud';
import { UNDOS } from '../../cutover/machine/undos';
import { Surroundings } from '../../migration-under-test';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const CONSISTENCY = CacheConsistency.FENCED;
const surroundings = new Surroundings();
surroundings.migrateInFull(CONSISTENCY, { watch: Duration.minutes(1) });
const assembly = surroundings.deploy();

const changes = ({ action, outcome }: JournalEntry) => outcome === 'ok' && !/^(describe|get|list)/.test(action);

/** What an execution changes that is taken up again, and how it ends. */
async function redriven(cloud: Cloud, last: number) {
  const before = cloud.observe();
  const calls = cloud.calls.entries.length;
  const asked = cloud.agentAsked;
  const result = await cloud.run('cutover', { redrive: last });
  return {
    error: result.error,
    says: String(result.cause).includes('redriven'),
    changed: cloud.calls.entries.slice(calls).filter(changes),
    agent: cloud.agentAsked - asked,
    stands: JSON.stringify(cloud.observe()) === JSON.stringify(before),
  };
}

const NOTHING = { says: true, changed: [], agent: 0, stands: true };
const phases = Object.keys(UNDOS[CONSISTENCY]);

test.each(phases)(
  'an execution that was stopped in %s, and recovered, moves nothing when it is redriven',
  async (phase) => {
    for (const abortAt of [phase, `Journal ${phase}`]) {
      const cloud = await Cloud.of(assembly, true);
      expect((await cloud.run('cutover', { abortAt })).status).toBe('ABORTED');
      expect((await cloud.run('recover')).status).toBe('SUCCEEDED');
      const { error, ...rest } = await redriven(cloud, 1);
      expect(['Redriven', 'Stuck']).toContain(error);
      expect(rest).toEqual(NOTHING);
    }
  },
);

test('nor while it is being undone, nor while another has the lock', async () => {
  for (const abortAt of ['Undo Switch', 'Undo Fence', 'Journal that Quiesce is undone', 'Close the journal']) {
    const cloud = await Cloud.of(assembly, true);
    const fail = (state: string) =>
      state === 'Disconnect clients left on the old side: agent'
        ? new TaskFailure('Injected', 'by the test')
        : undefined;
    expect((await cloud.run('cutover', { fail, abortAt })).status).toBe('ABORTED');
    expect((await cloud.run('recover')).status).toBe('SUCCEEDED');
    expect((await cloud.run('cutover')).status).toBe('SUCCEEDED');
    const { error, ...rest } = await redriven(cloud, 2);
    expect(['Redriven', 'Stuck']).toContain(error);
    expect(rest).toEqual(NOTHING);
    expect((await cloud.run('rollback')).status).toBe('SUCCEEDED');
  }
});

test('one that failed fails again', async () => {
  const cloud = await Cloud.of(assembly, true);
  const refuse = (state: string) => (state === 'Inspect both caches: agent' ? new TaskFailure('X', 'Y') : undefined);
  expect((await cloud.run('cutover', { refuse })).error).toBe('RolledBack');
  expect(await redriven(cloud, 0)).toEqual({ ...NOTHING, says: false, error: 'RolledBack' });
});
