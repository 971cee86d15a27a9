import { NormalizedSchema } from '@smithy/core/schema';
import type { StaticOperationSchema } from '@smithy/types';
import { actionName, exceptionClassName, serviceClassName } from './java-names';
import { findSdkService, SDK_SERVICES, type SdkServiceNames } from './services';

/** One operation of a service, with the schemas that the SDK itself (de)serialises it by. */
export interface SdkOperation {
  readonly service: SdkServiceNames;
  /** The API's own name, e.g. `DescribeDBClusters`. */
  readonly name: string;
  /** As in a resource ARN, e.g. `describeDBClusters`. */
  readonly action: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Method and path, for the protocols that tell operations apart by them. */
  readonly http?: { readonly method: string; readonly path: string };
}

/** A modelled error of a service. */
export interface SdkError {
  /** The name of its shape, e.g. `CacheClusterNotFoundFault`. */
  readonly shape: string;
  /** The code on the wire, e.g. `CacheClusterNotFound`. */
  readonly code: string;
  readonly httpStatus: number;
}

const STATIC_OPERATION = 9;
const STATIC_ERROR = -3;

function isStaticSchema(value: unknown, kind: number): value is readonly unknown[] {
  return Array.isArray(value) && value[0] === kind;
}

const operationsByService = new Map<string, Promise<ReadonlyMap<string, SdkOperation>>>();

async function readOperations(service: SdkServiceNames): Promise<ReadonlyMap<string, SdkOperation>> {
  const operations = new Map<string, SdkOperation>();
  for (const exported of Object.values(await service.load())) {
    if (isStaticSchema(exported, STATIC_OPERATION)) {
      const [, , name, traits, input, output] = exported as unknown as StaticOperationSchema;
      const http = typeof traits === 'object' ? traits.http : undefined;
      const action = actionName(name);
      operations.set(action, {
        service,
        name,
        action,
        input: NormalizedSchema.of(input),
        output: NormalizedSchema.of(output),
        ...(http !== undefined && { http: { method: http[0], path: http[1] } }),
      });
    }
  }
  return operations;
}

/** Every operation of a service by its action, e.g. `putParameter`. */
export function sdkOperations(service: SdkServiceNames): Promise<ReadonlyMap<string, SdkOperation>> {
  let operations = operationsByService.get(service.identifier);
  if (operations === undefined) {
    operations = readOperations(service);
    operationsByService.set(service.identifier, operations);
  }
  return operations;
}

/** @throws Error if the service or the action is unknown. */
export async function sdkOperation(identifier: string, action: string): Promise<SdkOperation> {
  const service = findSdkService(identifier);
  if (service === undefined) {
    throw new Error(
      `Unknown service identifier "${identifier}"; known are ${SDK_SERVICES.map((known) => known.identifier).join(', ')}.`,
    );
  }
  const operation = (await sdkOperations(service)).get(action);
  if (operation === undefined) {
    throw new Error(`${service.serviceId} has no action "${action}".`);
  }
  return operation;
}

/** The modelled error of that shape, e.g. `ParameterNotFound`; undefined where the service's model has none. */
export async function sdkError(service: SdkServiceNames, shape: string): Promise<SdkError | undefined> {
  const schema = Object.values(await service.load()).find(
    (exported) => isStaticSchema(exported, STATIC_ERROR) && exported[2] === shape,
  );
  if (schema === undefined) {
    return undefined;
  }
  const traits: Record<string, unknown> = { ...NormalizedSchema.of(schema).getMergedTraits() };
  const [queryCode, queryStatus]: unknown[] = Array.isArray(traits.awsQueryError) ? traits.awsQueryError : [];
  return {
    shape,
    code: typeof queryCode === 'string' ? queryCode : shape,
    httpStatus: httpStatus(service, traits, queryStatus),
  };
}

/** Over JSON every client's error is a 400, whatever the model says of it. */
function httpStatus(service: SdkServiceNames, traits: Record<string, unknown>, queryStatus: unknown): number {
  if (service.protocol === 'json') {
    return traits.error === 'server' ? 500 : 400;
  }
  const status = queryStatus ?? traits.httpError;
  return typeof status === 'number' ? status : 400;
}

/**
 * The name under which Step Functions reports an error, e.g. `Ssm.ParameterNotFoundException`. A code that the
 * service's model does not have comes as the service's own exception, e.g. `Ec2.Ec2Exception`.
 */
export function errorName(service: SdkServiceNames, modelled: SdkError | undefined): string {
  const prefix = serviceClassName(service.serviceId);
  return `${prefix}.${modelled === undefined ? `${prefix}Exception` : exceptionClassName(modelled.shape)}`;
}
