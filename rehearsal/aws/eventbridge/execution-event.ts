import type { AwsEnvironment } from '../environment';
import type { ExecutionView } from '../sfn/executions';

/** An event on the default bus. */
export interface BusEvent {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly [field: string]: unknown;
}

/** Step Functions leaves longer inputs and outputs out of its events. @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
const LARGEST_INCLUDED = 248 * 1024;

/** What Step Functions tells EventBridge of an execution whose status has changed. */
// @see docs/aws-facts.md#sfn-status-events
export function executionStatusChange(execution: ExecutionView, environment: AwsEnvironment): BusEvent {
  const included = (text: string | undefined) => text !== undefined && Buffer.byteLength(text) <= LARGEST_INCLUDED;
  return {
    version: '0',
    id: environment.ids.uuid(),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: environment.account,
    time: new Date(environment.clock.now()).toISOString(),
    region: environment.region,
    resources: [execution.executionArn],
    detail: {
      executionArn: execution.executionArn,
      stateMachineArn: execution.stateMachineArn,
      name: execution.name,
      status: execution.status,
      startDate: execution.startedAt,
      stopDate: execution.stoppedAt ?? null,
      input: included(execution.input) ? execution.input : null,
      inputDetails: { included: included(execution.input) },
      output: included(execution.output) ? execution.output : null,
      outputDetails: execution.output === undefined ? null : { included: included(execution.output) },
      error: execution.error ?? null,
      cause: execution.cause ?? null,
    },
  };
}
