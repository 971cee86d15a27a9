import type { ExecutionStatus, HistoryEvent } from '@aws-sdk/client-sfn';
import type { Scenario } from '../app/scenario';
import type { AwsClients } from '../aws-clients';
import type { ServiceCall } from './service-call';

/** One execution, when it was over. */
export interface Run {
  readonly action: string;
  readonly executionArn: string;
  readonly status: ExecutionStatus;
  readonly seconds: number;
  /** What it says of how it ended. */
  readonly said: string;
  readonly events: readonly HistoryEvent[];
  readonly calls: readonly ServiceCall[];
}

/** What became of the execution that was stopped. */
export interface Stop {
  readonly phase: string;
  /** Until DescribeExecution no longer said RUNNING. */
  readonly describedAfterMs: number;
  /** Until a recovery began by itself. Absent: none did, and it was started by hand. */
  readonly recoveryAfterMs?: number;
}

/** What things can be tried out on. */
export interface Places {
  readonly zoneId: string;
  readonly zoneName: string;
  readonly scratchGroupId: string;
}

/** All that a night has seen. */
export interface Observed {
  readonly scenario: Scenario;
  readonly runs: readonly Run[];
  readonly stop?: Stop;
  readonly places: Places;
  readonly clients: AwsClients;
  readonly pace: Pace;
}

/** How often is looked, and for how long. */
export interface Pace {
  readonly pollMs: number;
  /** For what may be late. */
  readonly patienceMs: number;
  /** For one execution. */
  readonly runMs: number;
}

/** All calls of all executions. */
export const callsIn = ({ runs }: Observed): readonly ServiceCall[] => runs.flatMap(({ calls }) => calls);
