import { Names } from 'aws-cdk-lib';
import { type IIdentity, Policy, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * A policy of the migration's own stack, attached to whom it is for: a statement added to a role of another stack would make
 * that stack depend on the migration, which depends on what is there.
 *
 * @param what the policy's id begins with it
 */
export function attachedPolicy(
  scope: Construct,
  what: string,
  identity: IIdentity,
  statements: PolicyStatement[],
): Policy {
  const policy = new Policy(scope, `${what}${Names.uniqueId(identity)}`, { statements });
  identity.attachInlinePolicy(policy);
  return policy;
}
