import { TaskFailure } from '../../states-language';
import { NotRehearsedError } from '../aws-error';
import type { Sfn } from '../sfn/sfn';
import { type HttpTaskProps, httpTask } from './http/http-task';
import { runExecution, startExecution } from './nested-execution';
import { callSdk, type ServiceCall } from './sdk-task';

export type ServiceTask = (call: ServiceCall) => Promise<object>;

/** Optimized integrations by their name, e.g. `sns:publish` or `states:startExecution.sync:2`. */
export type OptimizedTasks = Readonly<Record<string, ServiceTask>>;

export interface OptimizedTasksProps {
  readonly sfn: Sfn;
  /** HTTP tasks. @default - there are none */
  readonly http?: HttpTaskProps;
}

export const optimizedTasks = ({ sfn, http }: OptimizedTasksProps): OptimizedTasks => ({
  'events:putEvents': putEvents,
  'sns:publish': publish,
  'states:startExecution': startExecution,
  'states:startExecution.sync': (call) => runExecution(call, sfn, 'text'),
  'states:startExecution.sync:2': (call) => runExecution(call, sfn, 'parsed'),
  ...(http !== undefined && { 'http:invoke': httpTask(http) }),
});

/** @throws NotRehearsedError naming an integration that is not among the tasks. */
export function optimizedTask(name: string, tasks: OptimizedTasks): ServiceTask {
  const task = tasks[name];
  if (task === undefined) {
    throw new NotRehearsedError(`The optimized integration ${name}`);
  }
  return task;
}

/**
 * Takes a message that is an object, and sends it as JSON. Errors carry the names of the SDK for Java 1, which optimized
 * integrations came with.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html
 */
async function publish(call: ServiceCall): Promise<object> {
  const { arguments: given } = call.request;
  const message = isObject(given) ? given.Message : undefined;
  const asText = isObject(given) && isObject(message) ? { ...given, Message: JSON.stringify(message) } : given;
  try {
    const result = await callSdk({ ...call, request: { ...call.request, arguments: asText } });
    return { ...result, SdkHttpMetadata: { HttpStatusCode: 200 } };
  } catch (error) {
    throw error instanceof TaskFailure && error.error.startsWith('Sns.')
      ? new TaskFailure(
          error.error.replace(/^Sns\.SnsException$/, 'SNS.AmazonSNSException').replace(/^Sns\./, 'SNS.'),
          error.reason,
        )
      : error;
  }
}

/**
 * Takes details that are objects, adds the execution and its state machine to the resources of each event, and fails where the
 * answer says that one was not taken.
 *
 * @see docs/aws-facts.md#sfn-put-events
 */
async function putEvents(call: ServiceCall): Promise<object> {
  const { context, arguments: given } = call.request;
  const entries: unknown = isObject(given) ? given.Entries : undefined;
  const asText = (Array.isArray(entries) ? entries : []).map((entry) =>
    isObject(entry)
      ? {
          ...entry,
          Detail: isObject(entry.Detail) ? JSON.stringify(entry.Detail) : entry.Detail,
          Resources: [...[entry.Resources ?? []].flat(), context.Execution.Id, context.StateMachine.Id],
        }
      : entry,
  );
  const request = { ...call.request, arguments: isObject(given) ? { ...given, Entries: asText } : given };
  const result = await callSdk({ ...call, service: 'eventbridge', request });
  if ('FailedEntryCount' in result && result.FailedEntryCount !== 0) {
    throw new TaskFailure('EventBridge.FailedEntry', JSON.stringify(result));
  }
  return result;
}

const isObject = <T>(value: T): value is Extract<T, { readonly [key: string]: unknown }> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
