import type { CommandInvocation, GetCommandInvocationResult } from '@aws-sdk/client-ssm';
import type { CommandOutcome, Invocation, InvocationState } from './command-invocations';

/** Characters that GetCommandInvocation returns of what a script has printed. @see docs/aws-facts.md#ssm-command-output */
const MAX_OUTPUT = 24_000;
/** And of its errors. */
const MAX_ERRORS = 8_000;
/** Characters that a list has of it. */
const MAX_LISTED_OUTPUT = 2500;

/** An invocation as GetCommandInvocation describes it. */
export function describeInvocation(
  { order, outcome, comment }: Invocation,
  [status, details]: InvocationState,
): GetCommandInvocationResult {
  return {
    CommandId: order.commandId,
    InstanceId: order.instance.instanceId,
    DocumentName: order.documentName,
    Comment: comment,
    Status: status,
    StatusDetails: details,
    // -1 as long as nothing has answered.
    ResponseCode: outcome?.exitCode ?? -1,
    StandardOutputContent: (outcome?.stdout ?? '').slice(0, MAX_OUTPUT),
    StandardErrorContent: (outcome?.stderr ?? '').slice(0, MAX_ERRORS),
  };
}

/** As ListCommandInvocations has it. */
export function listedInvocation(
  { order, outcome, requestedAt, comment }: Invocation,
  [status, statusDetails]: InvocationState,
  details: boolean,
): CommandInvocation {
  return {
    CommandId: order.commandId,
    InstanceId: order.instance.instanceId,
    DocumentName: order.documentName,
    Comment: comment,
    RequestedDateTime: new Date(requestedAt),
    Status: status,
    StatusDetails: statusDetails,
    CommandPlugins: details
      ? [
          {
            Name: 'aws:runShellScript',
            Status: status,
            StatusDetails: statusDetails,
            ResponseCode: outcome?.exitCode ?? -1,
            Output: bothStreams(outcome).slice(0, MAX_LISTED_OUTPUT),
          },
        ]
      : [],
  };
}

/** As the agent reports a plugin's output. @see https://github.com/aws/amazon-ssm-agent (iohandler.TruncateOutput) */
function bothStreams(outcome: CommandOutcome | undefined): string {
  const { stdout = '', stderr = '' } = outcome ?? {};
  return stderr === '' ? stdout : `${stdout}\n----------ERROR-------\n${stderr}`;
}
