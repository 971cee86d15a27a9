import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { acknowledge } from '../annotations';

/**
 * Answers cdk-nag's question after a wildcard in a policy below `scope`.
 *
 * @param scope the policy, or what holds it
 * @param resource the resource with the wildcard in it
 * @param reason why it cannot be narrower
 */
export function acknowledgeWildcard(scope: IConstruct, resource: string, reason: string): void {
  const id = `AwsSolutions-IAM5[Resource::${spell(Stack.of(scope).resolve(resource))}]`;
  acknowledge(scope, id, reason);
}

/** As cdk-nag spells a resource: references, and the variables of policies, in angle brackets. */
function spell(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value).replaceAll(/\$\{([^}]+)\}/g, '<$1>');
  const [[intrinsic, argument] = ['', undefined]] = Object.entries(value);
  switch (intrinsic) {
    case 'Ref':
      return `<${String(argument)}>`;
    case 'Fn::GetAtt':
      return `<${(argument as string[]).join('.')}>`;
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(spell).join(separator);
    }
    default:
      return JSON.stringify(value);
  }
}
