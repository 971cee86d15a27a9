import { Duration } from 'aws-cdk-lib';
import { CacheConsistency } from '../../../lib';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { Cloud } from '../cloud';
import { problemsOf } from '../elasticache/problems';
import { Surroundings } from '../migration-under-test';
import { virtualChaos } from './virtual-chaos';

jest.setTimeout(600_000);
afterAll(removeTemporaryFolders);

test.each(Object.values(CacheConsistency))(
  'at %s, random faults leave clients on one side and everything as it was',
  async (consistency) => {
    const surroundings = new Surroundings();
    surroundings.migrateInFull(consistency, { watch: Duration.minutes(1) });
    const assembly = surroundings.deploy();
    const { broken } = await virtualChaos({
      assembly,
      runs: 5,
      newCloud: (staleSeed) => Cloud.of(assembly, consistency === CacheConsistency.FENCED, () => {}, staleSeed),
      problems: (cloud, before, last) => problemsOf(cloud, before, last, consistency),
    });
    expect(broken).toEqual({});
  },
);
