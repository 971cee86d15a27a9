import type { Role } from '../../assembly';
import { managedPolicy } from './managed-policies';
import { type PolicyStatement, parseStatement } from './statement';

/** Who calls, and what they may do. */
export interface Principal {
  /** As error messages name it, e.g. `arn:aws:sts::111122223333:assumed-role/Role/session`. */
  readonly arn: string;
  /** The role's own ARN, which `aws:PrincipalArn` gives. */
  readonly roleArn: string;
  readonly statements: readonly PolicyStatement[];
}

/**
 * A session of a role of the assembly.
 *
 * @throws Error if one of its policies holds something that is not known here.
 */
export function assumeRole(role: Role, session: string): Principal {
  const [, , , , account = '', path = ''] = role.arn.split(':');
  return {
    arn: `arn:aws:sts::${account}:assumed-role/${path.split('/').at(-1)}/${session}`,
    roleArn: role.arn,
    statements: [
      ...role.policies.flatMap(({ statements }) => statements.map(parseStatement)),
      ...role.managedPolicyArns.flatMap(managedPolicy),
    ],
  };
}
