import { TaskFailure } from '../../states-language';
import { arnOf } from '../environment';
import { evaluate } from '../policy';
import type { ExecutionView } from '../sfn/executions';
import type { Sfn } from '../sfn/sfn';
import { callSdk, type ServiceCall } from './sdk-task';

/** The rule by which Step Functions learns that a nested execution is over. */
const MANAGED_RULE = 'StepFunctionsGetEventsForStepFunctionsExecutionRule';
const RULE_ACTIONS = ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'];

/**
 * `arn:aws:states:::states:startExecution`. An input that is an object is sent as JSON.
 *
 * @throws TaskFailure named as optimized integrations name errors, e.g. `StepFunctions.ExecutionAlreadyExistsException`
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 */
export async function startExecution(call: ServiceCall): Promise<object> {
  const started = await start(call);
  return { ...started, SdkHttpMetadata: { HttpStatusCode: 200 } };
}

/**
 * `…startExecution.sync` and `.sync:2`: waits until the nested execution is over, and stops it when nobody waits any
 * more.
 *
 * @param output whether the result has it as JSON text (`.sync`) or parsed (`.sync:2`)
 * @throws TaskFailure States.TaskFailed, with the execution's description as its cause, for one that did not succeed
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/stepfunctions-iam.html
 */
export async function runExecution(call: ServiceCall, sfn: Sfn, output: 'text' | 'parsed'): Promise<object> {
  refuseWithoutManagedRule(call);
  const { ExecutionArn: executionArn } = await start(call);
  const { signal } = call.request;
  const stop = () => {
    // It may be over already; that it could not be stopped is not the task's concern any more.
    named(call, 'stopExecution', { ExecutionArn: executionArn }).catch(() => undefined);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    await sfn.ended(stateMachineOf(executionArn), executionArn);
  } finally {
    signal.removeEventListener('abort', stop);
  }
  const described = await named(call, 'describeExecution', { ExecutionArn: executionArn });
  return resultOf({ ...described, ...endOf(sfn.find(stateMachineOf(executionArn), executionArn)) }, output);
}

/** Step Functions knows it from the event, also where its description lags: docs/aws-facts.md#sfn-describe-execution-lags. */
function endOf(execution: ExecutionView | undefined): Record<string, unknown> {
  if (execution?.stoppedAt === undefined) return {};
  const { status, output, error, cause, stoppedAt } = execution;
  return {
    Status: status,
    StopDate: new Date(stoppedAt).toISOString(),
    ...(output !== undefined && { Output: output }),
    ...(error !== undefined && { Error: error }),
    ...(cause !== undefined && { Cause: cause }),
  };
}

async function start(call: ServiceCall): Promise<{ readonly ExecutionArn: string }> {
  const { arguments: given } = call.request;
  const input = isObject(given) ? given.Input : undefined;
  const asText =
    isObject(input) || Array.isArray(input) ? { ...(given as object), Input: JSON.stringify(input) } : given;
  const started = await named(call, 'startExecution', asText);
  return { ...started, ExecutionArn: String(started.ExecutionArn) };
}

async function named(call: ServiceCall, action: string, given: unknown): Promise<Record<string, unknown>> {
  try {
    const request = { ...call.request, arguments: given as typeof call.request.arguments };
    return { ...(await callSdk({ ...call, request, service: 'sfn', action })) };
  } catch (error) {
    throw error instanceof TaskFailure && error.error.startsWith('Sfn.')
      ? new TaskFailure(
          error.error
            .replace(/^Sfn\.SfnException$/, 'StepFunctions.AWSStepFunctionsException')
            .replace(/^Sfn\./, 'StepFunctions.'),
          error.reason,
        )
      : error;
  }
}

/** Without it CreateStateMachine refuses the definition: no failure of a task, and nothing for a Catch. */
function refuseWithoutManagedRule({ plane, principal }: ServiceCall): void {
  const resource = arnOf(plane.environment, 'events', `rule/${MANAGED_RULE}`);
  const context = { 'aws:PrincipalArn': principal.roleArn };
  const missing = RULE_ACTIONS.filter(
    (action) => evaluate(principal.statements, { action, resource, context }) !== 'allowed',
  );
  if (missing.length > 0) {
    throw new Error(
      `'${principal.roleArn}' is not authorized to create managed-rule: it lacks ${missing.join(', ')} on ${resource}, and CreateStateMachine would refuse the definition.`,
    );
  }
}

function resultOf(execution: Record<string, unknown>, output: 'text' | 'parsed'): object {
  const described = {
    ...execution,
    StartDate: milliseconds(execution.StartDate),
    StopDate: milliseconds(execution.StopDate),
  };
  if (execution.Status !== 'SUCCEEDED') {
    throw new TaskFailure('States.TaskFailed', JSON.stringify(described));
  }
  return output === 'parsed' ? { ...described, Output: JSON.parse(String(execution.Output ?? 'null')) } : described;
}

/** Results of jobs have times as numbers, not as text. */
const milliseconds = (time: unknown): number => Date.parse(String(time));

const stateMachineOf = (executionArn: string) =>
  executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]+$/, '');

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
