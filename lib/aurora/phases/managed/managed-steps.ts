import type { MigrationSteps } from '../../../cutover/migration/steps';
import type { RecordSteps } from '../../../cutover/weights/record-steps';
import type { IDatabase } from '../../database/database';
import type { ManagedBlueGreenOptions } from '../../migration/strategy';
import type { ReaderStep } from '../../readers/reader-steps';
import type { BlueGreenDeployment } from './blue-green-deployment';
import type { ManagedClusters } from './managed-clusters';
import type { ReaderScaling } from './reader-scaling';

/** What every phase of a migration is made with in which RDS makes green. */
export interface ManagedSteps extends MigrationSteps {
  readonly family: 'mysql' | 'postgres';
  readonly blue: IDatabase;
  readonly options: ManagedBlueGreenOptions;
  readonly deployment: BlueGreenDeployment;
  readonly scaling: ReaderScaling;
  readonly clusters: ManagedClusters;
  /** Lets in the migration host, and of MySQL the other side; no user. */
  readonly closedGroupId: string;
  /** The readers' record, if they have one of their own. */
  readonly readers?: ManagedReaders;
  readonly readerWeights: readonly ReaderStep[];
  /** Tables, as the agent names them, that may be moved to without having been compared. */
  readonly tablesLeftUncompared: readonly string[];
}

export interface ManagedReaders {
  /** Both sides lead to the name that stays: blue's before the switchover, green's after it. */
  readonly settled: RecordSteps;
  /** Green leads to the name that RDS made up for it, `$green.reader`. */
  readonly trial: RecordSteps;
}
