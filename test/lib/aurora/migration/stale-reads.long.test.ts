import { AuroraStrategy } from '../../../../lib';
import type { Rds } from '../../../../rehearsal/aws/rds/rds';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { DatabaseCloud } from '../database-cloud';
import { problemsOf } from '../database-problems';
import { Databases } from '../databases-under-test';
import { putCloneWithPosition, putManaged, putReplica } from '../existing-databases';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const SEEDS = Array.from({ length: Number(process.env.SEEDS ?? 1) }, (_, index) => `seed-${index}`);

interface Migration {
  readonly migrate: (databases: Databases) => unknown;
  readonly put: (rds: Rds) => void;
  /** Where an execution is stopped: one place of each kind of thing that is under way. */
  readonly stoppedAt: readonly string[];
}

const MIGRATIONS: Readonly<Record<string, Migration>> = {
  promoteReplica: {
    migrate: (databases) => databases.promote(databases.everything()),
    put: putReplica,
    stoppedAt: ['Journal: Fence begins', 'Promote the replica', 'Journal: Evict begins'],
  },
  binlogReplica: {
    migrate: (databases) => databases.follow({ ...databases.everything(), strategy: AuroraStrategy.binlogReplica() }),
    put: putCloneWithPosition,
    stoppedAt: ['Journal: Fence begins', 'Journal: Evict begins'],
  },
  managedBlueGreen: {
    migrate: (databases) => databases.manage(databases.everything()),
    put: putManaged,
    stoppedAt: ['Create the blue-green deployment', 'Journal: Switch begins', 'Journal: Evict begins'],
  },
};

describe.each(Object.entries(MIGRATIONS))(
  'with %s, where everything is read as it was',
  (strategy, { migrate, put, stoppedAt }) => {
    const databases = new Databases();
    migrate(databases);
    const assembly = databases.deploy();
    const newCloud = (seed: string) => DatabaseCloud.of(assembly, put, {}, seed);

    test.each(SEEDS)('a cutover and the rollback leave all as it was: %s', async (seed) => {
      const cloud = await newCloud(seed);
      const before = cloud.observe();
      for (const action of ['cutover', 'rollback']) {
        const result = await cloud.run(action);
        expect([action, result.cause, result.status]).toEqual([action, undefined, 'SUCCEEDED']);
        expect([action, problemsOf(cloud, before, result, strategy)]).toEqual([action, []]);
      }
    });

    test.each(SEEDS)('an execution that is stopped is recovered: %s', async (seed) => {
      for (const abortAt of stoppedAt) {
        const cloud = await newCloud(seed);
        const before = cloud.observe();
        const { status } = await cloud.run('cutover', { abortAt });
        expect([abortAt, status]).toEqual([abortAt, 'ABORTED']);
        const recovered = await cloud.run('recover');
        expect([abortAt, recovered.cause]).toEqual([abortAt, undefined]);
        expect([abortAt, problemsOf(cloud, before, recovered, strategy)]).toEqual([abortAt, []]);
      }
    });
  },
);
