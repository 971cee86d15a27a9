import { TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { sampled } from '../../../sampled';
import { DatabaseCloud, type RunOptions } from '../database-cloud';
import { Databases } from '../databases-under-test';
import { putReplica } from '../existing-databases';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

/** All phases, in a minute: EVERY=1 npx jest aurora/migration/redrive */
const EVERY = 4;

const databases = new Databases();
databases.promote(databases.everything());
const assembly = databases.deploy();

const failsAt = (at: string): RunOptions => ({
  refuse: (state) => (state === at ? new TaskFailure('States.DataLimitExceeded') : undefined),
});

const INTERRUPTED: readonly (readonly [string, RunOptions, string])[] = [
  ['Switch', { abortAt: 'Switch' }, 'ABORTED'],
  ['Preflight', { abortAt: 'Preflight' }, 'ABORTED'],
  ['Fence', failsAt('Journal: Fence begins'), 'FAILED'],
  ['Drain', { abortAt: 'Drain' }, 'ABORTED'],
  ['Promote', failsAt('Journal: Promote begins'), 'FAILED'],
  ['Reverse', { abortAt: 'Reverse' }, 'ABORTED'],
  ['Resume', failsAt('Journal: Resume begins'), 'FAILED'],
  ['Watch', { abortAt: 'Watch' }, 'ABORTED'],
];

test.each(sampled(INTERRUPTED, EVERY))(
  'a migration that was interrupted in %s, and recovered, changes nothing when it is redriven, and says who serves',
  async (_phase, how, status) => {
    const cloud = await DatabaseCloud.of(assembly, putReplica);
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
