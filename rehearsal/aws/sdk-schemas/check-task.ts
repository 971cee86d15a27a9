import { checkArguments, type Problem } from './check-arguments';
import { sdkOperations } from './operations';
import { findSdkService, SDK_SERVICES } from './services';

/** The parts of `arn:aws:states:::aws-sdk:<service>:<action>[.<pattern>]`. */
export interface SdkResource {
  readonly service: string;
  readonly action: string;
  /** e.g. `waitForTaskToken`. */
  readonly pattern?: string;
}

/** Reads a Task state's `Resource`; undefined where it is no SDK integration. */
export function parseSdkResource(resource: string): SdkResource | undefined {
  const match = /^arn:[a-z-]+:states:[^:]*:[^:]*:aws-sdk:([^:]+):([^:.]+)(?:\.(.+))?$/.exec(resource);
  const [, service, action, pattern] = match ?? [];
  return service === undefined || action === undefined
    ? undefined
    : { service, action, ...(pattern !== undefined && { pattern }) };
}

/**
 * Compares a Task state of an SDK integration with the SDK's own schemas: service, action, the name of every parameter
 * (nested ones too) as the SDK for Java 2 spells it, what is required, types and known enumerations. Values may be
 * JSONata: constructors in expressions are followed; where names come out of something else, the problem is `unchecked`.
 */
export async function checkSdkTask(resource: string, taskArguments: unknown): Promise<Problem[]> {
  const parsed = parseSdkResource(resource);
  if (parsed === undefined) {
    return [problem('unknown-service', `"${resource}" is no arn:aws:states:::aws-sdk:<service>:<action>.`)];
  }
  const service = findSdkService(parsed.service);
  if (service === undefined) {
    const known = SDK_SERVICES.map((candidate) => candidate.identifier).join(', ');
    return [problem('unknown-service', `There is no service identifier "${parsed.service}"; known are ${known}.`)];
  }
  const operations = await sdkOperations(service);
  const operation = operations.get(parsed.action);
  if (operation === undefined) {
    const meant = [...operations.keys()].find((action) => action.toLowerCase() === parsed.action.toLowerCase());
    const hint = meant === undefined ? '' : ` It is spelt ${meant}.`;
    return [problem('unknown-action', `${service.serviceId} has no action "${parsed.action}".${hint}`)];
  }
  return [...checkPattern(parsed, taskArguments), ...(await checkArguments(operation, taskArguments ?? {}))];
}

function checkPattern({ pattern }: SdkResource, taskArguments: unknown): Problem[] {
  if (pattern === undefined) {
    return [];
  }
  if (pattern !== 'waitForTaskToken') {
    return [problem('unknown-pattern', `SDK integrations have no ".${pattern}", only ".waitForTaskToken".`)];
  }
  return /\$states\.context\.Task\.Token\b/.test(JSON.stringify(taskArguments) ?? '')
    ? []
    : [problem('no-task-token', 'No argument passes on $states.context.Task.Token: nobody could ever answer.')];
}

const problem = (kind: Problem['kind'], message: string): Problem => ({ kind, path: '', message });
