import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { AgentWorker } from '../../../cutover/agent-worker';
import type { Checks } from '../../../cutover/checks';
import type { RecordSteps } from '../../../cutover/record-steps';
import type { Workloads } from '../../../cutover/workloads';
import type { IDatabase } from '../../database';
import type { ReaderStep } from '../../reader-steps';
import type { ManagedBlueGreenOptions } from '../../strategy';
import type { BlueGreenDeployment } from './blue-green-deployment';
import type { ManagedClusters } from './managed-clusters';
import type { ReaderScaling } from './reader-scaling';

/** What every phase of a migration is made with in which RDS makes green. */
export interface ManagedSteps {
  readonly scope: Construct;
  readonly agent: AgentWorker;
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
  readonly alarms: readonly IAlarm[];
  readonly workloads: Workloads;
  readonly checks: Checks;
  /** Tables, as the agent names them, that may be moved to without having been compared. */
  readonly tablesLeftUncompared: readonly string[];
  /** Where the cutover is announced; undefined where nobody is asked. */
  readonly approval: ITopic | undefined;
}

export interface ManagedReaders {
  /** Both sides lead to the name that stays: blue's before the switchover, green's after it. */
  readonly settled: RecordSteps;
  /** Green leads to the name that RDS made up for it, `$green.reader`. */
  readonly trial: RecordSteps;
}
