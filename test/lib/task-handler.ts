import { AwsCallError } from '../../rehearsal/aws/call-error';
import type { ControlPlane } from '../../rehearsal/aws/control-plane';
import { limitAnswer } from '../../rehearsal/aws/integration/answer-size';
import type { OptimizedTasks } from '../../rehearsal/aws/integration/optimized-tasks';
import type { Principal } from '../../rehearsal/aws/policy';
import { fromJava, toJava } from '../../rehearsal/aws/sdk-schemas';
import type { TaskTokens } from '../../rehearsal/aws/sfn/task-tokens';
import { TaskFailure, type TaskHandler, type TaskRequest } from '../../rehearsal/states-language';

export interface TaskHandlerProps {
  readonly plane: ControlPlane;
  /** Who calls: the state machine's role. */
  readonly principal: Principal;
  /** Where the tokens of `.waitForTaskToken` are answered. @default - no state waits for a token */
  readonly tokens?: TaskTokens;
  /** What a worker of the activity answers. @default - there is no worker */
  readonly work?: (request: TaskRequest) => Promise<unknown>;
  /** HTTP tasks and executions within the execution. @default - SDK calls alone */
  readonly optimized?: OptimizedTasks;
  /** Called with each call: virtual time stands still while it goes on. @default - they are just done */
  readonly during?: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Carries out the tasks of a definition on the services of a control plane, in the spelling that Step Functions has. */
export function taskHandler({
  plane,
  principal,
  tokens,
  work,
  optimized = {},
  during = (perform) => perform(),
}: TaskHandlerProps): TaskHandler {
  return async (request) => {
    const { integration } = request;
    if (integration.kind === 'activity' && work !== undefined) {
      request.started('host');
      return work(request);
    }
    if (integration.kind !== 'service') throw new Error(`Nobody carries out ${request.resource}.`);
    const { service, action, pattern } = integration;
    const perform = integration.sdk ? undefined : optimized[`${service}:${integration.resource}`];
    if (perform !== undefined && pattern !== 'waitForTaskToken') {
      return during(() => perform({ plane, request, principal, service, action }));
    }
    const answer = pattern === 'waitForTaskToken' ? answerTo(request, tokens) : undefined;
    try {
      const result = await during(async () => {
        const output = await plane.call({
          service,
          action,
          arguments: await fromJava(service, action, request.arguments),
          principal,
          state: request.stateName,
          signal: request.signal,
        });
        const result = await toJava(service, action, output);
        limitAnswer(service, action, result);
        return result;
      });
      if (answer === undefined) return result;
      request.submitted({});
      return await answer;
    } catch (error) {
      if (error instanceof AwsCallError) throw new TaskFailure(error.errorName, error.causeText);
      throw error;
    }
  };
}

async function answerTo(request: TaskRequest, tokens: TaskTokens | undefined): Promise<unknown> {
  const answer = await tokens?.wait({
    token: request.taskToken ?? '',
    resourceArn: request.context.StateMachine.Id,
    signal: request.signal,
    heartbeat: () => request.heartbeat(),
  });
  if (answer?.kind === 'success') return answer.output;
  throw new TaskFailure(answer?.error ?? 'NoTokens', answer?.cause);
}
