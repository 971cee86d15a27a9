import { Duration } from 'aws-cdk-lib';
import { CacheConsistency } from '../../../../lib';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Cloud } from '../../cloud';
import { Surroundings } from '../../migration-under-test';
import { problemsOf } from '../problems';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const SEEDS = Array.from({ length: Number(process.env.SEEDS ?? 1) }, (_, index) => `seed-${index}`);

/** Where an execution is stopped: one place of each kind of thing that is under way. */
const STOPPED_AT = [
  'Fence: revoke client ingress rules',
  'Shift the DNS record to the new side',
  'Journal: Evict begins',
];

describe.each(Object.values(CacheConsistency))('at %s, where everything is read as it was', (consistency) => {
  const surroundings = new Surroundings();
  surroundings.migrateInFull(consistency, { watch: Duration.minutes(1) });
  const assembly = surroundings.deploy();
  const newCloud = (seed: string) => Cloud.of(assembly, consistency === CacheConsistency.FENCED, () => {}, seed);

  test.each(SEEDS)('a cutover, the rollback, and another cutover leave all as it was: %s', async (seed) => {
    const cloud = await newCloud(seed);
    const before = cloud.observe();
    for (const action of ['cutover', 'rollback', 'cutover']) {
      const result = await cloud.run(action);
      expect([action, result.cause, result.status]).toEqual([action, undefined, 'SUCCEEDED']);
      expect([action, problemsOf(cloud, before, result, consistency)]).toEqual([action, []]);
    }
  });

  test.each(SEEDS)('an execution that is stopped is recovered: %s', async (seed) => {
    for (const abortAt of STOPPED_AT) {
      const cloud = await newCloud(seed);
      const before = cloud.observe();
      const { status } = await cloud.run('cutover', { abortAt });
      if (status !== 'ABORTED') continue;
      const recovered = await cloud.run('recover');
      expect([abortAt, recovered.cause]).toEqual([abortAt, undefined]);
      expect([abortAt, problemsOf(cloud, before, recovered, consistency)]).toEqual([abortAt, []]);
    }
  });
});
