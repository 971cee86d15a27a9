import type { IResource } from 'aws-cdk-lib';
import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { WorkloadKind as KindName } from '../../contract/manifest';

/** What every workload may say of itself. */
export interface WorkloadProps {
  /**
   * Names it in the journal, in `after` and in the runbook: 1 to 40 characters, unique in the migration.
   *
   * @default - what AWS calls the resource in the code: its construct id, or its own name
   */
  readonly name?: string;

  /**
   * Who answers for it: team and contact, for the runbook.
   *
   * @default - nobody is named
   */
  readonly owner?: string;

  /**
   * What the operator should know, for the runbook.
   *
   * @default - nothing
   */
  readonly note?: string;

  /**
   * Names of workloads that must be quiet before this one is stopped. It is put back before they are.
   *
   * @default - it is stopped with the first
   */
  readonly after?: string[];
}

/** Something that must stop for the switch and be put back as it was. Made by the factories of `Workload`. */
export interface IWorkload {
  /** Stable, and unique in the migration: the journal's key. */
  readonly workloadId: string;

  /** Who answers for it, for the runbook. */
  readonly owner?: string;

  /** What the operator should know, for the runbook. */
  readonly note?: string;

  /** Names of workloads that are quiet before this one is stopped. */
  readonly after?: string[];

  /**
   * How workloads like this one are stopped and put back.
   *
   * @internal
   */
  readonly _kind: WorkloadKind;

  /**
   * What it is made of, which must be where the migration is.
   *
   * @internal
   */
  readonly _resources: readonly IResource[];

  /**
   * What the states of its kind need to know of it: an object of plain values. In them it is `$facts`. Makes what it
   * needs in the migration, once.
   *
   * @internal
   */
  _bind(scope: Construct): object;
}

/** With what the states of a kind are made: once for all its workloads, whose number does not change the definition. */
export interface KindStates<Facts extends object> {
  readonly scope: Construct;
  /** Put first in the name of every state, so that names are unique in the state machine. */
  readonly prefix: string;
  /** Of all workloads of the kind in this migration: whom the states may touch. */
  readonly all: readonly Facts[];
  /** For the names of what the states make. */
  readonly migrationName: string;
  /** How many workloads of any kind may wait at once, for an execution has 25,000 events. */
  readonly waiting: number;
}

/**
 * How workloads of one kind are stopped and put back. The states run once for each workload: `$facts` is what it is,
 * and `$recorded`, but for the survey, what the survey found.
 */
export interface WorkloadKind<Facts extends object = object> {
  /** As the manifest calls it. */
  readonly id: KindName;

  /** As people call one, e.g. `ECS service`. Part of state names. */
  readonly name: string;

  /**
   * Finds out how it is, and changes nothing. The output, an object, is recorded: keep it small. Fails where it could
   * not be stopped and put back, saying what to do.
   */
  survey(states: KindStates<Facts>): IChainable;

  /**
   * The same for the preflight, with what is to be found before the night and costs events that the night has not.
   *
   * @default - the survey
   */
  preflight?(states: KindStates<Facts>): IChainable;

  /** Stops it and proves that it is quiet. Idempotent; outputs nothing. */
  quiesce(states: KindStates<Facts>): IChainable;

  /**
   * Puts it back as it was recorded, whatever became of it meanwhile. Idempotent. Outputs `{}`, or `{"meanwhile": text}`
   * where somebody changed it while it was stopped.
   */
  resume(states: KindStates<Facts>): IChainable;
}
