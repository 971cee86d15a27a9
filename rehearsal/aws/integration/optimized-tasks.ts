import { TaskFailure } from '../../states-language';
import { NotRehearsedError } from '../aws-error';
import { callSdk, type ServiceCall } from './sdk-task';

type ServiceTask = (call: ServiceCall) => Promise<object>;

/** Optimized integrations, as `arn:aws:states:::sns:publish`. */
const OPTIMIZED: Readonly<Record<string, ServiceTask>> = { 'sns:publish': publish };

/** @throws NotRehearsedError naming an integration that is not known here. */
export function optimizedTask(service: string, action: string): ServiceTask {
  const task = OPTIMIZED[`${service}:${action}`];
  if (task === undefined) {
    throw new NotRehearsedError(`The optimized integration ${service}:${action}`);
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

const isObject = <T>(value: T): value is Extract<T, { readonly [key: string]: unknown }> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
