import type { AwsError } from './aws-error';
import { errorName, type SdkServiceNames, sdkError, serviceClassName } from './sdk-schemas';

/** A call that failed, as every kind of client needs to see it. */
export class AwsCallError extends Error {
  override readonly name = 'AwsCallError';

  constructor(
    /** As a state machine catches it, e.g. `Ssm.ParameterNotFoundException`. */
    readonly errorName: string,
    /** As a state machine's `Cause` has it. */
    readonly causeText: string,
    /** The code on the wire, e.g. `CacheClusterNotFound`. */
    readonly code: string,
    /** The error's shape, where the service's model has it. */
    readonly shape: string | undefined,
    readonly httpStatus: number,
    readonly requestId: string,
    message: string,
  ) {
    super(message);
  }
}

/** What becomes of a service's refusal on its way out. */
export async function callError(service: SdkServiceNames, error: AwsError, requestId: string): Promise<AwsCallError> {
  const modelled = error.isModelled ? await sdkError(service, error.code) : undefined;
  const code = modelled?.code ?? error.code;
  const httpStatus = modelled?.httpStatus ?? error.httpStatus;
  const text = error.message === '' ? `Service returned error code ${code}` : error.message;
  const prefix = serviceClassName(service.serviceId);
  return new AwsCallError(
    errorName(service, modelled),
    `${text} (Service: ${prefix}, Status Code: ${httpStatus}, Request ID: ${requestId})`,
    code,
    modelled?.shape,
    httpStatus,
    requestId,
    error.message,
  );
}

/** What becomes of a call that was carried out, and whose answer never came: the SDK itself gives up. */
export function lostAnswer({ serviceId }: SdkServiceNames, requestId: string): AwsCallError {
  const message = 'Unable to execute HTTP request: Read timed out';
  const errorName = `${serviceClassName(serviceId)}.SdkClientException`;
  return new AwsCallError(errorName, message, 'SdkClientException', undefined, 0, requestId, message);
}
