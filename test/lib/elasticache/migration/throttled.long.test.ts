import { Duration } from 'aws-cdk-lib';
import { CacheConsistency } from '../../../../lib';
import { TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Cloud } from '../../cloud';
import { Surroundings } from '../../migration-under-test';

jest.setTimeout(120_000);
afterAll(removeTemporaryFolders);

/** Fewer times than a call is tried again. */
const TIMES = 3;

test.each(Object.values(CacheConsistency))(
  'at %s every call may be throttled, and clients still arrive',
  async (consistency) => {
    const surroundings = new Surroundings();
    surroundings.migrateInFull(consistency, { watch: Duration.minutes(1) });
    const cloud = await Cloud.of(surroundings.deploy(), consistency === CacheConsistency.FENCED);
    const calls = new Map<string, number>();
    const { status, error, cause } = await cloud.run('cutover', {
      refuse: (state) => {
        // The agent answers for itself: what it fails with is not tried again.
        if (state.endsWith(': agent')) return undefined;
        const before = calls.get(state) ?? 0;
        calls.set(state, before + 1);
        return before < TIMES ? new TaskFailure('Any.ThrottlingException', 'Rate exceeded') : undefined;
      },
    });
    expect({ status, error, cause }).toEqual({ status: 'SUCCEEDED' });
    expect(calls.size).toBeGreaterThan(20);
    expect(cloud.observe().weights).toEqual({ blue: 0, green: 100 });
  },
);
