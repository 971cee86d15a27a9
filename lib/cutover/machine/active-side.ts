import type { Parallel, TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/** How an execution finds out on which side clients are. */
export interface ActiveSide {
  /** Whether the active side may be `relay` too: clients are led to one, and its markers say which side serves. */
  readonly viaRelay?: boolean;

  /** Assigns `$weights`, what was seen, and `$activeSide`: `blue`, `green`, `both`, or `nobody`. May read `$journal`. */
  readActiveSide(scope: Construct, name: string): TaskStateBase | Parallel;
}
