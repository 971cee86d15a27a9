import type { Parallel, TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/** How an execution finds out where users are. */
export interface WhoServes {
  /** Assigns `$weights`, what was seen, and `$serving`: `blue`, `green`, `both`, or `nobody`. May read `$journal`. */
  readWhoServes(scope: Construct, name: string): TaskStateBase | Parallel;
}
