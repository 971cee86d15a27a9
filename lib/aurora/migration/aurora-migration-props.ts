import type { Duration } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { MigrationOptions } from '../../cutover/migration/options';
import type { CutoverRecordOptions } from '../../cutover/record/cutover-record';
import type { ConvertingReplica } from '../converting-replica/converting-replica';
import type { IDatabase } from '../database/database';
import type { ReaderTarget, ReaderWeightStep } from '../readers/reader-target';
import type { AuroraStrategy } from './strategy';

/** A query of your own that must work on green's full data, and answer as blue does. */
export interface SmokeQueryProps {
  /** Names it in findings. Unique in the migration. */
  readonly name: string;

  /**
   * One statement that reads. State an order where rows have none: they are compared. On PostgreSQL every name carries its
   * schema, e.g. `public.accounts`: the agent has no search path, so that nobody can put a name before yours.
   */
  readonly sql: string;

  /** The schema (MySQL) or database (PostgreSQL) that it runs in. */
  readonly database: string;
}

/** Properties of an AuroraMigration. */
export interface AuroraMigrationProps extends MigrationOptions {
  /** The database that clients are on. */
  readonly blue: IDatabase;

  /**
   * The database that they are moved to.
   *
   * @default - none with AuroraStrategy.managedBlueGreen, where RDS makes it. With `converting`, green is still to be made
   * of that one: until it is, `prepare` and `recover` are all that can be started. Needed with any other strategy
   */
  readonly green?: IDatabase;

  /**
   * The replica between the two, on which `{"action": "prepare"}` converts tables before the cutover. With
   * AuroraStrategy.promoteReplica only.
   *
   * @default - the `source` of green, where green is an AuroraReplicaCluster that has one; else green follows blue itself
   */
  readonly converting?: ConvertingReplica;

  /**
   * How long one execution of `{"action": "prepare"}` may take. What is not converted by then is stopped; the next one
   * goes on.
   *
   * @default Duration.days(3)
   */
  readonly prepareTimeout?: Duration;

  /** How green comes to hold blue's data, and to be written to. */
  readonly strategy: AuroraStrategy;

  /**
   * The record that those who write resolve.
   *
   * @default - none with AuroraStrategy.managedBlueGreen, where RDS gives green blue's endpoints, and while there is no green
   * yet; needed with any other strategy
   */
  readonly record?: CutoverRecordOptions;

  /**
   * The record that those who only read resolve. In the same zone as `record`, for both are changed in one batch.
   *
   * @default - readers resolve what writers do
   */
  readonly readerRecord?: CutoverRecordOptions;

  /**
   * Where blue's readers are led, and are now: what the readers' record leads to before the migration. Needs
   * `readerRecord`. Not with AuroraStrategy.managedBlueGreen.
   *
   * @default ReaderTarget.readers()
   */
  readonly blueReaderTarget?: ReaderTarget;

  /**
   * Where green's readers are led once they have all moved. Needs `readerRecord`. Not with
   * AuroraStrategy.managedBlueGreen.
   *
   * @default ReaderTarget.readers()
   */
  readonly greenReaderTarget?: ReaderTarget;

  /**
   * Steps by which green gets a rising share of the readers before the switch, e.g. 2 → 10 → 50 → 100 %, and to how much
   * of green it is led: one instance → a custom endpoint → all readers. In the last of them green may have all. Needs
   * `readerRecord`.
   *
   * @default - readers move with the switch
   */
  readonly readerWeights?: ReaderWeightStep[];

  /**
   * Queries that are tried on green before anybody is sent there, and compared with blue.
   *
   * @default - none
   */
  readonly smokeQueries?: SmokeQueryProps[];

  /**
   * JSON with `username` and `password` of the user that replication between the two signs in as: REPLICATION SLAVE and
   * nothing more. With AuroraStrategy.managedBlueGreen it is the rollback that uses it; not with PostgreSQL, which has none.
   *
   * @default - the secret of the side that is followed, with a warning: its password goes into the other side's settings
   */
  readonly replicationSecret?: ISecret;

  /**
   * Tables that clients may be moved to although their rows could not be compared, each as the comparison names it, e.g.
   * `shop.archive`. Any other that it could not compare ends the migration (NotCompared), as one that differs does.
   *
   * @default - none: every table is compared
   */
  readonly tablesLeftUncompared?: string[];

  /**
   * How long green may take to catch up, and the full comparison to end.
   *
   * @default Duration.hours(24)
   */
  readonly catchUpTimeout?: Duration;
}
