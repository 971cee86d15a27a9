import { TaskFailure, type TaskRequest } from '../../states-language';
import { AwsCallError } from '../call-error';
import type { ControlPlane } from '../control-plane';
import type { Principal } from '../policy';
import { checkArguments, fromJava, sdkOperation, toJava } from '../sdk-schemas';
import { limitAnswer } from './answer-size';

/** One call of a service integration. */
export interface ServiceCall {
  readonly plane: ControlPlane;
  readonly request: TaskRequest;
  readonly principal: Principal;
  /** e.g. `route53`. */
  readonly service: string;
  /** e.g. `changeResourceRecordSets`. */
  readonly action: string;
}

/**
 * `arn:aws:states:::aws-sdk:<service>:<action>`: arguments and result in the SDK for Java 2's spelling.
 *
 * @throws TaskFailure named `Service.ExceptionName`, or States.Runtime for arguments that Step Functions cannot send.
 */
export async function callSdk({ plane, request, principal, service, action }: ServiceCall): Promise<object> {
  await refuseUnsupported(service, action, request.arguments);
  const input = await fromJava(service, action, request.arguments);
  try {
    const output = await plane.call({
      service,
      action,
      arguments: input,
      principal,
      state: request.stateName,
      signal: request.signal,
    });
    const answer = await toJava(service, action, output);
    limitAnswer(service, action, answer);
    return answer;
  } catch (error) {
    throw error instanceof AwsCallError ? new TaskFailure(error.errorName, error.causeText) : error;
  }
}

/** Names and types are Step Functions' own affair; what is missing or out of range, the service says. */
async function refuseUnsupported(service: string, action: string, given: unknown): Promise<void> {
  const problems = await checkArguments(await sdkOperation(service, action), given ?? {}, 'task');
  const fields = problems.flatMap(({ kind, path }) => {
    switch (kind) {
      case 'unknown-parameter':
        return [`The field "${path}" is not supported by Step Functions`];
      case 'wrong-type':
        return [`The value of the field "${path}" has an invalid format`];
      default:
        return [];
    }
  });
  if (fields.length > 0) {
    throw new TaskFailure(
      'States.Runtime',
      `The Parameters '${JSON.stringify(given)}' could not be used to start the Task: [${fields.join(', ')}]`,
    );
  }
}
