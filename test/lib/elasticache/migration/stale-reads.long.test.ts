import { Duration } from 'aws-cdk-lib';
import { CacheConsistency } from '../../../../lib';
import { findMigration } from '../../../../rehearsal/testbed/migration';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { sampled } from '../../../sampled';
import { Cloud, LATE_JOURNAL } from '../../cloud';
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
  /** So many states after one that does what the journal has just been told. */
  const JUST_JOURNALLED = findMigration(assembly).manifest.phases.flatMap(({ states: { own = '' } }) =>
    [1, 2, 3, 5].map((count) => [own, count] as const),
  );
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

  // @see docs/aws-facts.md#ssm-reads-lag
  test('a recovery that begins at once does not take the journal for settled that it reads late', async () => {
    const found: Record<string, unknown> = {};
    for (const [own, count] of sampled(JUST_JOURNALLED, 5)) {
      const cloud = await Cloud.of(assembly, consistency === CacheConsistency.FENCED, () => {}, LATE_JOURNAL);
      const before = cloud.observe();
      const { status } = await cloud.run('cutover', { abort: someAfter(own, count) });
      if (status !== 'ABORTED') continue;
      const recovered = await cloud.run('recover');
      const problems = [...[recovered.cause ?? []].flat(), ...problemsOf(cloud, before, recovered, consistency)];
      if (problems.length > 0) found[`${count} after ${own}`] = problems;
    }
    expect(found).toEqual({});
  });
});

/** Whether a state is the n-th that is entered after another one. */
function someAfter(own: string, count: number): (state: string) => boolean {
  let left: number | undefined;
  return (state) => {
    if (state === own) left = count;
    else if (left !== undefined) left -= 1;
    return left === 0;
  };
}
