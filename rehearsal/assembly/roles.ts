import { isObject, type Json } from './json';
import type { Resource } from './resource';

/** One statement of a policy, as the template has it. */
export type Statement = { readonly [key: string]: Json };

/** A policy that a role has: written into the role, attached to it, or managed. */
export interface RolePolicy {
  readonly name: string;
  readonly statements: readonly Statement[];
}

export interface Role {
  readonly arn: string;
  readonly name: string;
  readonly logicalId: string;
  readonly policies: readonly RolePolicy[];
  /** Managed policies whose statements the assembly does not hold, e.g. AWS's own. */
  readonly managedPolicyArns: readonly string[];
  /** The services and principals that may assume it. */
  readonly trust: readonly Statement[];
}

/** Reads a role, with every policy of the assembly that is attached to it. */
export function readRole(resource: Resource, all: readonly Resource[]): Role {
  const name = String(resource.physicalId);
  const ownArns = listOf(resource.property('ManagedPolicyArns')).map(String);
  const managed = all.filter(({ type }) => type === 'AWS::IAM::ManagedPolicy');
  const attachedManaged = managed.filter(
    (policy) => ownArns.includes(String(policy.physicalId)) || isAttachedTo(policy, name),
  );
  const attached = all.filter((policy) => policy.type === 'AWS::IAM::Policy' && isAttachedTo(policy, name));
  const known = new Set(managed.map((policy) => String(policy.physicalId)));
  return {
    arn: String(resource.attribute('Arn')),
    name,
    logicalId: resource.logicalId,
    policies: [
      ...listOf(resource.property('Policies')).map(inlinePolicy),
      ...attached.map((policy) => readPolicy(policy, String(policy.property('PolicyName')))),
      ...attachedManaged.map((policy) => readPolicy(policy, policy.logicalId)),
    ],
    managedPolicyArns: ownArns.filter((arn) => !known.has(arn)),
    trust: statementsOf(resource.property('AssumeRolePolicyDocument')),
  };
}

const isAttachedTo = (policy: Resource, roleName: string) => listOf(policy.property('Roles')).includes(roleName);

const inlinePolicy = (policy: Json): RolePolicy => ({
  name: isObject(policy) ? String(policy.PolicyName) : '',
  statements: statementsOf(isObject(policy) ? policy.PolicyDocument : undefined),
});

const readPolicy = (policy: Resource, name: string): RolePolicy => ({
  name,
  statements: statementsOf(policy.property('PolicyDocument')),
});

function statementsOf(document: Json | undefined): Statement[] {
  const statements = isObject(document) ? document.Statement : undefined;
  return (isObject(statements) ? [statements] : listOf(statements)).filter(isObject);
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
