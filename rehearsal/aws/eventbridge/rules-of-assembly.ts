import type { RuleState } from '@aws-sdk/client-eventbridge';
import type { Json, JsonObject, Resource } from '../../assembly';
import { busName, type EventRule, type RuleTarget } from './rule';

/**
 * A rule (AWS::Events::Rule) of the assembly.
 *
 * @throws Error naming a part of a target that is not supported.
 */
export function eventRule(resource: Resource): EventRule {
  const pattern = resource.property('EventPattern');
  const targets = resource.property('Targets');
  const text = (name: string) => {
    const value = resource.property(name);
    return value === undefined ? undefined : String(value);
  };
  const schedule = text('ScheduleExpression');
  const description = text('Description');
  const roleArn = text('RoleArn');
  return {
    name: text('Name') ?? String(resource.physicalId),
    bus: busName(text('EventBusName')),
    pattern: isObject(pattern) ? pattern : undefined,
    state: readState(resource),
    targets: (Array.isArray(targets) ? targets : []).filter(isObject).map((target) => readTarget(target, resource)),
    ...(schedule !== undefined && { schedule }),
    ...(description !== undefined && { description }),
    ...(roleArn !== undefined && { roleArn }),
  };
}

const STATES = [
  'ENABLED',
  'DISABLED',
  'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
] as const satisfies readonly RuleState[];

function readState(resource: Resource): RuleState {
  const given = String(resource.property('State') ?? 'ENABLED');
  const state = STATES.find((known) => known === given);
  if (state === undefined) {
    throw new Error(
      `The rule ${resource.stackName}/${resource.logicalId} has the state ${given}; accepted are ${STATES.join(', ')}.`,
    );
  }
  return state;
}

const UNSUPPORTED = ['InputPath', 'InputTransformer'];

function readTarget(target: JsonObject, resource: Resource): RuleTarget {
  const unsupported = UNSUPPORTED.find((part) => target[part] !== undefined);
  if (unsupported !== undefined) {
    throw new Error(
      `The rule ${resource.stackName}/${resource.logicalId} has a target with ${unsupported}, which is not supported here.`,
    );
  }
  return {
    arn: String(target.Arn),
    roleArn: target.RoleArn === undefined ? undefined : String(target.RoleArn),
    input: target.Input === undefined ? undefined : String(target.Input),
  };
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
