import type { Tag } from '@aws-sdk/client-sfn';
import type { Assembly, Json, Resource } from '../../assembly';

const TAGGED = ['AWS::StepFunctions::StateMachine', 'AWS::StepFunctions::Activity'];

/**
 * The tags of an assembly's state machines and activities, by their ARNs: those that the template says, and CloudFormation's own.
 *
 * @see docs/aws-facts.md#cloudformation-system-tags
 */
export function tagsOf(assembly: Assembly): ReadonlyMap<string, readonly Tag[]> {
  return new Map(
    assembly.stacks.flatMap(({ id, name, resources }) =>
      [...resources.values()]
        .filter(({ type }) => TAGGED.includes(type))
        .map((resource): [string, Tag[]] => [
          String(resource.physicalId),
          [
            ...declaredOf(resource),
            { key: 'aws:cloudformation:stack-name', value: name },
            { key: 'aws:cloudformation:stack-id', value: id },
            { key: 'aws:cloudformation:logical-id', value: resource.logicalId },
          ],
        ]),
    ),
  );
}

function declaredOf(resource: Resource): Tag[] {
  const tags = resource.property('Tags');
  return (Array.isArray(tags) ? (tags as Record<string, Json>[]) : []).map(({ Key: key, Value: value }) => ({
    key: String(key),
    value: String(value),
  }));
}
