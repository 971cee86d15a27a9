import { Duration } from 'aws-cdk-lib';
import { AuroraStrategy, CacheConsistency } from '../../../lib';
import type { Assembly } from '../../../rehearsal/assembly';
import type { Rds } from '../../../rehearsal/aws/rds/rds';
import type { ExecutionResult } from '../../../rehearsal/states-language';
import { ConvertingModel } from '../aurora/converting-replica/converting-model';
import { DatabaseCloud } from '../aurora/database-cloud';
import { problemsOf as problemsOfDatabases } from '../aurora/database-problems';
import { Databases } from '../aurora/databases-under-test';
import { middleOf, putChain, putCloneWithPosition, putManaged, putReplica } from '../aurora/existing-databases';
import { Cloud } from '../cloud';
import { problemsOf } from '../elasticache/problems';
import { Surroundings } from '../migration-under-test';
import type { KeptJournal } from './kept-journals';

export type AnyCloud = Cloud | DatabaseCloud;

/** A migration of every kind, and what is asked of it, one execution after the other. */
export interface MigrationUnderTest {
  readonly actions: readonly string[];
  readonly assembly: Assembly;
  readonly newCloud: () => Promise<AnyCloud>;
  /** Has the parameters of the journal be these. */
  readonly put: (cloud: AnyCloud, kept: KeptJournal) => Promise<void>;
  /** What is not as it must be after an execution, or after the recovery that took up the rest. */
  readonly problems: (cloud: AnyCloud, before: unknown, result: ExecutionResult) => readonly string[];
}

/** By the name of the file that its journals are kept in. */
export const MIGRATIONS: Readonly<Record<string, () => MigrationUnderTest>> = {
  cold: () => ofCaches(CacheConsistency.COLD),
  live: () => ofCaches(CacheConsistency.LIVE),
  fenced: () => ofCaches(CacheConsistency.FENCED),
  promoteReplica: () => ofDatabases('promoteReplica', (databases) => databases.promote(quickly(databases)), putReplica),
  binlogReplica: () =>
    ofDatabases(
      'binlogReplica',
      (databases) => databases.follow({ ...quickly(databases), strategy: AuroraStrategy.binlogReplica() }),
      putCloneWithPosition,
    ),
  managedBlueGreen: () =>
    ofDatabases('managedBlueGreen', (databases) => databases.manage(quickly(databases)), putManaged),
  prepare: ofConverting,
};

const ACTIONS = ['cutover', 'rollback'];

function ofCaches(consistency: CacheConsistency): MigrationUnderTest {
  const surroundings = new Surroundings();
  surroundings.migrateInFull(consistency, { watch: Duration.minutes(1) });
  const assembly = surroundings.deploy();
  return {
    actions: ACTIONS,
    assembly,
    put: putJournal('sessions'),
    newCloud: () => Cloud.of(assembly, consistency === CacheConsistency.FENCED),
    problems: (cloud, before, result) =>
      problemsOf(cloud as Cloud, before as ReturnType<Cloud['observe']>, result, consistency),
  };
}

function ofDatabases(
  strategy: string,
  migrate: (databases: Databases) => unknown,
  put: (rds: Rds) => void,
): MigrationUnderTest {
  const databases = new Databases();
  migrate(databases);
  const assembly = databases.deploy();
  return {
    actions: ACTIONS,
    assembly,
    put: putJournal('shop'),
    newCloud: () => DatabaseCloud.of(assembly, put),
    problems: (cloud, before, result) =>
      problemsOfDatabases(cloud as DatabaseCloud, before as ReturnType<DatabaseCloud['observe']>, result, strategy),
  };
}

function ofConverting(): MigrationUnderTest {
  const databases = new Databases();
  databases.convert(quickly(databases));
  const assembly = databases.deploy();
  const middles = new WeakMap<AnyCloud, ConvertingModel>();
  return {
    actions: ['prepare'],
    assembly,
    put: putJournal('shop'),
    newCloud: async () => {
      const cloud = await DatabaseCloud.of(assembly, putChain(assembly));
      const volume = { DBInstanceIdentifier: middleOf(assembly) };
      cloud.cloudwatch.statistics.set('AWS/RDS', 'FreeStorageSpace', volume, 2 ** 40);
      middles.set(cloud, new ConvertingModel(cloud, 2000));
      return cloud;
    },
    problems: (cloud) => [
      ...cloud.broken,
      ...(middles.get(cloud)?.replicating === true ? [] : ['the converting replica does not replicate']),
      ...(cloud.observe().phase === 'settled' ? [] : ['the journal is not settled']),
    ],
  };
}

function putJournal(migration: string) {
  return async (cloud: AnyCloud, kept: KeptJournal): Promise<void> => {
    for (const [leaf, members] of Object.entries(kept)) {
      const input = {
        Name: `/cdk-cutover/${migration}/${leaf}`,
        Type: 'String',
        Tier: 'Intelligent-Tiering',
        Overwrite: true,
        Value: JSON.stringify(members),
      };
      await ('administer' in cloud
        ? cloud.administer('ssm', 'putParameter', input)
        : cloud.callAsAdministrator('ssm', 'putParameter', input));
    }
  };
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
