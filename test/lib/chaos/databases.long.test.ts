import { Duration } from 'aws-cdk-lib';
import { AuroraStrategy } from '../../../lib';
import type { Rds } from '../../../rehearsal/aws/rds/rds';
import type { Plan } from '../../../rehearsal/chaos/plan';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { ConvertingModel } from '../aurora/converting-replica/converting-model';
import { DatabaseCloud } from '../aurora/database-cloud';
import { problemsOf } from '../aurora/database-problems';
import { Databases } from '../aurora/databases-under-test';
import { middleOf, putChain, putCloneWithPosition, putManaged, putReplica } from '../aurora/existing-databases';
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

describe('with a converting replica', () => {
  const databases = new Databases();
  databases.convert(quickly(databases));
  const assembly = databases.deploy();
  const middles = new WeakMap<DatabaseCloud, ConvertingModel>();

  async function newCloud(staleSeed: string | undefined) {
    const cloud = await DatabaseCloud.of(assembly, putChain(assembly), undefined, staleSeed);
    const volume = { DBInstanceIdentifier: middleOf(assembly) };
    cloud.cloudwatch.statistics.set('AWS/RDS', 'FreeStorageSpace', volume, 2 ** 40);
    // So late after each step that it catches up in between.
    middles.set(cloud, new ConvertingModel(cloud, 2000));
    return cloud;
  }

  const chaos = (runs: number, only: (plan: Plan) => boolean) =>
    virtualChaos({
      ...{ assembly, runs, newCloud, only },
      problems: (cloud, before, last) => {
        const { replicating, left } = middles.get(cloud) ?? {};
        return [
          ...problemsOf(cloud, before, last, 'promoteReplica'),
          ...(replicating === true ? [] : ['the converting replica does not replicate']),
          ...(left?.length === 0 ? [] : [`left to convert: ${left}`]),
        ];
      },
    });

  test('random faults while it is prepared leave everything converted by the next prepare, and nobody moved', async () => {
    const { broken, injected } = await chaos(20, ({ action }) => action === 'prepare');
    expect(broken).toEqual({});
    expect(injected.size).toBeGreaterThan(5);
  });

  test('random faults of the cutover and of the rollback leave clients on one side', async () => {
    const { broken } = await chaos(3, ({ action }) => action !== 'prepare');
    expect(broken).toEqual({});
  });
});

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
