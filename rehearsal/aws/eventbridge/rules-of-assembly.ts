import type { Json, JsonObject, Resource } from '../../assembly';
import type { EventRule, RuleTarget } from './eventbridge';

/**
 * A rule (AWS::Events::Rule) of the assembly.
 *
 * @throws Error naming a part of a target that is not supported.
 */
export function eventRule(resource: Resource): EventRule {
  const pattern = resource.property('EventPattern');
  const targets = resource.property('Targets');
  return {
    name: String(resource.physicalId),
    pattern: isObject(pattern) ? pattern : undefined,
    enabled: (resource.property('State') ?? 'ENABLED') === 'ENABLED',
    targets: (Array.isArray(targets) ? targets : []).filter(isObject).map((target) => readTarget(target, resource)),
  };
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
