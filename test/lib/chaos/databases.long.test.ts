import { Duration } from 'aws-cdk-lib';
import { AuroraStrategy } from '../../../lib';
import type { Rds } from '../../../rehearsal/aws/rds/rds';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { DatabaseCloud } from '../aurora/database-cloud';
import { problemsOf } from '../aurora/database-problems';
import { Databases } from '../aurora/databases-under-test';
import { putCloneWithPosition, putManaged, putReplica } from '../aurora/existing-databases';
import { virtualChaos } from './virtual-chaos';

jest.setTimeout(600_000);
afterAll(removeTemporaryFolders);

interface Strategy {
  readonly migrate: (databases: Databases) => unknown;
  readonly put: (rds: Rds) => void;
}

/** As little waiting as there can be: it is what costs time here. */
function quickly(databases: Databases) {
  const bake = Duration.seconds(1);
  return {
    ...databases.everything(),
    readerWeights: [{ blueWeight: 50, greenWeight: 50, bake }],
    watch: Duration.seconds(1),
  };
}

const STRATEGIES: Readonly<Record<string, Strategy>> = {
  promoteReplica: { migrate: (databases) => databases.promote(quickly(databases)), put: putReplica },
  binlogReplica: {
    migrate: (databases) => databases.follow({ ...quickly(databases), strategy: AuroraStrategy.binlogReplica() }),
    put: putCloneWithPosition,
  },
  managedBlueGreen: { migrate: (databases) => databases.manage(quickly(databases)), put: putManaged },
};

test.each(Object.entries(STRATEGIES))(
  'with %s, random faults leave clients on one side and everything as it was',
  async (strategy, { migrate, put }) => {
    const databases = new Databases();
    migrate(databases);
    const assembly = databases.deploy();
    const { broken } = await virtualChaos({
      assembly,
      runs: 3,
      newCloud: (staleSeed) => DatabaseCloud.of(assembly, put, undefined, staleSeed),
      problems: (cloud, before, last) => problemsOf(cloud, before, last, strategy),
    });
    expect(broken).toEqual({});
  },
);
