import { createHash } from 'node:crypto';
import type { Role, Statement } from '../../assembly';
import { isObject } from '../../assembly/json';
import { conditionsHold } from './conditions';
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

/** The service that takes a role, and the resource for which it does. */
export interface AssumedBy {
  /** e.g. `states.amazonaws.com`. */
  readonly service: string;
  /** Absent: the service does not say. */
  readonly sourceArn?: string;
}

/**
 * A session of a role of the assembly.
 *
 * @throws Error if its trust policy does not let the service in for that resource, or if one of its policies holds
 * something that is not known here.
 */
export function assumeRole(role: Role, session: string, by: AssumedBy): Principal {
  if (!role.trust.some((statement) => trusts(statement, by))) {
    const source = by.sourceArn === undefined ? '' : ` for ${by.sourceArn}`;
    throw new Error(`${by.service} is not authorized to perform: sts:AssumeRole on resource: ${role.arn}${source}`);
  }
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

/** What `aws:userid` gives of the session of a role, e.g. `AROA3XFRBF535EXAMPLE:session`. */
export function userIdOf({ arn, roleArn }: Pick<Principal, 'arn' | 'roleArn'>): string {
  const unique = createHash('sha256').update(roleArn).digest('hex').slice(0, 17).toUpperCase();
  return `AROA${unique}:${arn.split('/').at(-1)}`;
}

/** The older names of services, which the CDK writes where an app does not ask for the newer ones. */
const REGIONAL = /\.[a-z]{2}-[a-z-]+-\d\.amazonaws\.com$/;

/** @see docs/aws-facts.md#iam-trust-source */
function trusts({ Effect, Action, Principal: principal, Condition }: Statement, by: AssumedBy): boolean {
  const services = isObject(principal) ? [principal.Service].flat() : [];
  return (
    Effect === 'Allow' &&
    [Action].flat().includes('sts:AssumeRole') &&
    services.some((service) => String(service).replace(REGIONAL, '.amazonaws.com') === by.service) &&
    conditionsHold(Condition as PolicyStatement['Condition'], {
      ...(by.sourceArn !== undefined && {
        'aws:SourceArn': by.sourceArn,
        'aws:SourceAccount': by.sourceArn.split(':')[4] ?? '',
      }),
    })
  );
}
