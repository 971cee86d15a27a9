import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/** Where and how a workload's states are made. */
export interface WorkloadStatesProps {
  /** Put first in the name of every state, so that names are unique in the state machine. */
  readonly prefix: string;

  /** JSONata expression of what the survey recorded. */
  readonly recorded: string;
}

/**
 * Something that must stop for the switch and be put back as it was.
 *
 * Its states may read what the survey recorded, and touch nothing else.
 */
export interface IWorkload {
  /** Stable, and unique in the migration: the journal's key. */
  readonly workloadId: string;

  /** Who answers for it, for the runbook. */
  readonly owner?: string;

  /** What the operator should know, for the runbook. */
  readonly note?: string;

  /**
   * Finds out how it is, and changes nothing. The output, an object, is recorded in the journal.
   *
   * @param scope where the states are made
   * @param props name prefix
   */
  survey(scope: Construct, props: WorkloadStatesProps): IChainable;

  /**
   * Stops it and proves that it is quiet. Idempotent.
   *
   * @param scope where the states are made
   * @param props name prefix, and what was recorded
   */
  quiesce(scope: Construct, props: WorkloadStatesProps): IChainable;

  /**
   * Puts it back as it was recorded, whatever became of it meanwhile. Idempotent.
   *
   * @param scope where the states are made
   * @param props name prefix, and what was recorded
   */
  resume(scope: Construct, props: WorkloadStatesProps): IChainable;
}
