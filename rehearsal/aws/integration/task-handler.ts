import { type Integration, TaskFailure, type TaskHandler, type TaskRequest } from '../../states-language';
import { NotRehearsedError } from '../aws-error';
import type { ControlPlane } from '../control-plane';
import type { AssumedBy, Principal } from '../policy';
import type { Sfn } from '../sfn/sfn';
import { runActivity } from './activity-task';
import type { HttpTaskProps } from './http/http-task';
import { optimizedTask, optimizedTasks } from './optimized-tasks';
import { callSdk } from './sdk-task';
import { answerOf } from './task-answer';

export interface TaskHandlerProps {
  readonly plane: ControlPlane;
  readonly sfn: Sfn;
  /** Who a state machine acts as: a session of the role with that ARN. @throws where there is no such role */
  readonly assumeRole: (roleArn: string, session: string, by: AssumedBy) => Principal;
  /** HTTP tasks. @default - there are none */
  readonly http?: HttpTaskProps;
}

/** Carries out the tasks of state machines on the control plane, each under its state machine's role. */
export function awsTaskHandler({ plane, sfn, assumeRole, http }: TaskHandlerProps): TaskHandler {
  const optimized = optimizedTasks({ sfn, ...(http !== undefined && { http }) });
  return async (request) => {
    const { integration } = request;
    if (integration.kind === 'activity') {
      return runActivity(sfn, request, integration.arn);
    }
    if (integration.kind === 'lambda') {
      throw new NotRehearsedError(`The Lambda function ${integration.arn}`);
    }
    const { RoleArn, Name } = request.context.Execution;
    const call = integration.sdk ? callSdk : optimizedTask(nameOf(integration), optimized);
    const perform = () =>
      call({
        plane,
        request,
        principal: assumeRole(RoleArn, Name, {
          service: 'states.amazonaws.com',
          sourceArn: request.context.StateMachine.Id,
        }),
        service: integration.service,
        action: integration.action,
      });
    return integration.pattern === 'waitForTaskToken' ? waitForAnswer(sfn, request, perform) : perform();
  };
}

/** A task token is waited for alike everywhere; waiting for a job to end is each integration's own. */
function nameOf({ service, resource }: Integration & { kind: 'service' }): string {
  return `${service}:${resource.replace(/\.waitForTaskToken$/, '')}`;
}

/** The token is known before it is carried away: an answer may come before the call that sent it has returned. */
async function waitForAnswer(sfn: Sfn, request: TaskRequest, perform: () => Promise<object>): Promise<unknown> {
  if (request.taskToken === undefined) {
    throw new TaskFailure('States.Runtime', `The task ${request.stateName} waits for a token and has none.`);
  }
  const answer = sfn.tokens.wait({
    token: request.taskToken,
    resourceArn: request.context.StateMachine.Id,
    signal: request.signal,
    heartbeat: () => request.heartbeat(),
  });
  request.submitted(JSON.parse(JSON.stringify(await perform())));
  return answerOf(await answer);
}
