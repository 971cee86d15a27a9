import type { Instance } from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import type { BatchGate } from './batch-host-props';
import type { BatchJob } from './batch-job';

/** A host that runs cron jobs, as its dashboards and migrations know it. */
export interface IBatchHost extends IConstruct {
  /** The instance. */
  readonly instance: Instance;

  /** Its name in metrics, alarms and in the name of its parameter. */
  readonly hostName: string;

  /**
   * All its jobs, retired ones too, and how they are run.
   *
   * @internal
   */
  readonly _stated: StatedJobs;
}

/** @internal */
export interface StatedJobs {
  readonly jobs: readonly BatchJob[];
  readonly gate: BatchGate;
  readonly timeZone: string;
}
