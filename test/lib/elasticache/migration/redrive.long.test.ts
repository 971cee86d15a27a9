import { Duration } from 'aws-cdk-lib';
import { CacheConsistency } from '../../../../lib';
import type { JournalEntry } from '../../../../rehearsal/aws/call-journal';
import { TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { sampled } from '../../../sampled';
import { Cloud, type RunOptions } from '../../cloud';
import { AFTERWARDS, UNDOS } from '../../cutover/machine/undos';
import { Surroundings } from '../../migration-under-test';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

/** One of so many is tried. All of them: EVERY=1 npx jest elasticache/migration/redrive */
const EVERY = 5;

const DEPLOYED = Object.fromEntries(
  Object.values(CacheConsistency).map((consistency) => {
    const surroundings = new Surroundings();
    surroundings.migrateInFull(consistency, { watch: Duration.minutes(1) });
    return [consistency, surroundings.deploy()];
  }),
);
const newCloud = (consistency: CacheConsistency = CacheConsistency.FENCED) => {
  const assembly = DEPLOYED[consistency];
  if (assembly === undefined) throw new Error(`${consistency} was not deployed.`);
  return Cloud.of(assembly, consistency === CacheConsistency.FENCED);
};

/** How an execution ends in a phase without having put anything back. */
const ENDINGS: Readonly<Record<string, (phase: string) => RunOptions>> = {
  ABORTED: (phase) => ({ abortAt: phase }),
  FAILED: (phase) => ({
    refuse: (state) => (state === `Journal: ${phase} begins` ? new TaskFailure('States.DataLimitExceeded') : undefined),
  }),
  TIMED_OUT: (phase) => ({ hangAt: `Journal: ${phase} begins` }),
};

const changes = ({ action, outcome }: JournalEntry) => outcome === 'ok' && !/^(describe|get|list)/.test(action);

/** What an execution changes that is taken up again, and how it ends. */
async function redriven(cloud: Cloud, last: number) {
  const before = cloud.observe();
  const calls = cloud.calls.entries.length;
  const asked = cloud.agentAsked;
  const began = cloud.clock.now();
  const { error, cause } = await cloud.run('cutover', { redrive: last });
  return {
    error,
    says: String(cause).includes('redriven'),
    serving: /Clients are on (blue|green)/.exec(String(cause))?.[1],
    changed: cloud.calls.entries.slice(calls).filter(changes),
    agent: cloud.agentAsked - asked,
    stands: JSON.stringify(cloud.observe()) === JSON.stringify(before),
    // A recovery waits two minutes for an execution that runs.
    letsGo: cloud.clock.now() - began < 60_000,
  };
}

const nothing = (cloud: Cloud) => ({
  ...{ error: 'Redriven', says: true, serving: cloud.serving(), changed: [], agent: 0, stands: true, letsGo: true },
});

const rows = Object.values(CacheConsistency).flatMap((consistency) =>
  Object.keys(ENDINGS).flatMap((status) =>
    [...Object.keys(UNDOS[consistency]), ...AFTERWARDS[consistency].filter((phase) => phase === 'Watch')].map(
      (phase) => [consistency, status, phase] as const,
    ),
  ),
);

test.each(sampled(rows, EVERY))(
  'at %s an execution that is %s in %s, and was recovered, changes nothing when it is redriven, and says which side is active',
  async (consistency, status, phase) => {
    const cloud = await newCloud(consistency);
    expect((await cloud.run('cutover', ENDINGS[status]?.(phase))).status).toBe(status);
    expect((await cloud.run('recover')).status).toBe('SUCCEEDED');
    expect(await redriven(cloud, 1)).toEqual(nothing(cloud));
  },
);

test('nor before it was recovered, and then it is recovered all the same', async () => {
  const cloud = await newCloud();
  expect((await cloud.run('cutover', { abortAt: 'Evict' })).status).toBe('ABORTED');
  expect(await redriven(cloud, 0)).toEqual(nothing(cloud));
  await cloud.look();
  expect(cloud.started).toEqual(['{"action":"recover"}']);
});

test.each(
  sampled(
    [
      'Undo Fence',
      'Undo Switch',
      'Journal: Quiesce is undone',
      'Close the journal',
      'Tell EventBridge how the execution ended',
      'How did the execution end?',
    ],
    EVERY,
  ),
)('nor in %s, while another has cut over since', async (abortAt) => {
  const cloud = await newCloud();
  const fail = (state: string) =>
    state === 'Disconnect clients left on the old side: agent' ? new TaskFailure('Injected', 'by the test') : undefined;
  expect((await cloud.run('cutover', { fail, abortAt })).status).toBe('ABORTED');
  expect((await cloud.run('recover')).status).toBe('SUCCEEDED');
  expect((await cloud.run('cutover')).status).toBe('SUCCEEDED');
  expect(await redriven(cloud, 2)).toEqual(nothing(cloud));
});

test('one that is refused says who serves, where it was redriven', async () => {
  const cloud = await newCloud();
  expect((await cloud.run('cutover', { abortAt: 'Take the lock' })).status).toBe('ABORTED');
  expect((await cloud.run('cutover')).status).toBe('SUCCEEDED');
  expect(await redriven(cloud, 1)).toEqual(nothing(cloud));
});

test('one that failed on purpose fails again, and does not say that what it said then is so now', async () => {
  const cloud = await newCloud();
  const refuse = (state: string) => (state === 'Inspect both caches: agent' ? new TaskFailure('X', 'Y') : undefined);
  const first = await cloud.run('cutover', { refuse });
  expect(first.error).toBe('RolledBack');
  expect((await cloud.run('cutover')).status).toBe('SUCCEEDED');
  const { changed, agent, stands } = await redriven(cloud, 1);
  expect({ changed, agent, stands }).toEqual({ changed: [], agent: 0, stands: true });
  const again = await cloud.run('cutover', { redrive: 1 });
  expect(again.error).toBe('RolledBack');
  expect(again.cause).toBe(
    `Redriven: it has changed nothing since it ended, and who serves now is not known here (cutover status). It had ended so: ${first.cause}`,
  );
});
