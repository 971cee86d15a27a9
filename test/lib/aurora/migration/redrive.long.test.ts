import { TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { sampled } from '../../../sampled';
import { DatabaseCloud, type RunOptions } from '../database-cloud';
import { Databases } from '../databases-under-test';
import { putManaged, putReplica } from '../existing-databases';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

/** All phases, in a minute: EVERY=1 npx jest aurora/migration/redrive */
const EVERY = 4;

const STRATEGIES = {
  promoteReplica: { migrate: (databases: Databases) => databases.promote(databases.everything()), put: putReplica },
  managedBlueGreen: { migrate: (databases: Databases) => databases.manage(databases.everything()), put: putManaged },
};

const deployed = Object.fromEntries(
  Object.entries(STRATEGIES).map(([strategy, { migrate }]) => {
    const databases = new Databases();
    migrate(databases);
    return [strategy, databases.deploy()];
  }),
);

async function newCloud(strategy: keyof typeof STRATEGIES): Promise<DatabaseCloud> {
  const assembly = deployed[strategy];
  if (assembly === undefined) throw new Error(`${strategy} was not deployed.`);
  return DatabaseCloud.of(assembly, (rds) => STRATEGIES[strategy].put(rds));
}

const failsAt = (at: string): RunOptions => ({
  refuse: (state) => (state === at ? new TaskFailure('States.DataLimitExceeded') : undefined),
});

const hangsAt = (phase: string): RunOptions => ({ hangAt: `Journal: ${phase} begins` });

const INTERRUPTED: readonly (readonly [string, RunOptions, string])[] = [
  ['Switch', { abortAt: 'Switch' }, 'ABORTED'],
  ['Preflight', { abortAt: 'Preflight' }, 'ABORTED'],
  ['Fence', failsAt('Journal: Fence begins'), 'FAILED'],
  ['Drain', { abortAt: 'Drain' }, 'ABORTED'],
  ['Promote', failsAt('Journal: Promote begins'), 'FAILED'],
  ['Reverse', { abortAt: 'Reverse' }, 'ABORTED'],
  ['Resume', failsAt('Journal: Resume begins'), 'FAILED'],
  ['Watch', { abortAt: 'Watch' }, 'ABORTED'],
  ['Switch', hangsAt('Switch'), 'TIMED_OUT'],
  ['Fence', hangsAt('Fence'), 'TIMED_OUT'],
];

/** Of what a deployment of RDS's has besides: it switches over whatever becomes of the execution. */
const MANAGED: typeof INTERRUPTED = [
  ['Switch', hangsAt('Switch'), 'TIMED_OUT'],
  ['Create', { abortAt: 'Create' }, 'ABORTED'],
  ['Switch', { abortAt: 'Start the switchover' }, 'ABORTED'],
  ['Resume', failsAt('Journal: Resume begins'), 'FAILED'],
];

const rows = [
  ...sampled(INTERRUPTED, EVERY).map((row) => ['promoteReplica', ...row] as const),
  ...sampled(MANAGED, EVERY).map((row) => ['managedBlueGreen', ...row] as const),
];

test.each(rows)(
  'a migration with %s that was interrupted in %s, and recovered, changes nothing when it is redriven, and says who serves',
  async (strategy, _phase, how, status) => {
    const cloud = await newCloud(strategy);
    expect((await cloud.run('cutover', how)).status).toBe(status);
    expect((await cloud.run('recover')).status).toBe('SUCCEEDED');
    const before = JSON.stringify(cloud.observe());
    const { error, cause } = await cloud.run('cutover', { redrive: 1 });
    expect({ error, cause }).toEqual({
      error: 'Redriven',
      cause: expect.stringContaining(`was redriven. It has changed nothing since. Clients are on ${cloud.serving()}.`),
    });
    expect(JSON.stringify(cloud.observe())).toBe(before);
  },
);
