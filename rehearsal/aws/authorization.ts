import type { AwsError } from './aws-error';
import type { KeyPolicies } from './kms/keys';
import { type Decision, evaluate, type Principal, type RequestContext } from './policy';
import type { Need } from './service';
import { serviceError } from './service-errors';

export interface Authorization {
  /** Step Functions' name of the service that is called. */
  readonly identifier: string;
  readonly principal: Principal;
  readonly needs: readonly Need[];
  readonly region: string;
  readonly keys: KeyPolicies;
}

/**
 * Refuses a call that its caller may not make.
 *
 * @throws AwsError worded as the service words it.
 */
export function authorize({ identifier, principal, needs, region, keys }: Authorization): void {
  for (const { action, resources, context } of needs) {
    for (const resource of resources) {
      const request = { action, resource, context: { ...globalKeys(principal, region), ...context } };
      if (action.startsWith('kms:')) {
        const refusal = keys.refusal(principal, request);
        if (refusal !== undefined) throw keyDenial(identifier, principal, action, resource, refusal);
        continue;
      }
      const decision = evaluate(principal.statements, request);
      if (decision !== 'allowed') {
        throw denial(identifier, principal, action, resource, decision);
      }
    }
  }
}

/** What a service says that KMS has refused: SNS repeats KMS's words, others have their own. */
function keyDenial(identifier: string, principal: Principal, action: string, key: string, refusal: string): AwsError {
  const words: Readonly<Record<string, string>> = {
    rds: `The specified KMS key [${key}] does not exist, is not enabled or you do not have permissions to access it.`,
    secretsmanager: 'Access to KMS is not allowed',
  };
  const text =
    words[identifier] ??
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${key} ${refusal}`;
  return serviceError(identifier, identifier === 'kms' ? 'accessDenied' : 'keyDenied', text);
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function denial(
  identifier: string,
  principal: Principal,
  action: string,
  resource: string,
  decision: Exclude<Decision, 'allowed'>,
): AwsError {
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  const reason =
    decision === 'explicitDeny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  const text = `User: ${principal.arn} is not authorized to perform: ${action}${on} ${reason}`;
  return serviceError(
    identifier,
    'accessDenied',
    identifier === 'ec2' ? `You are not authorized to perform this operation. ${text}` : text,
  );
}

const globalKeys = (principal: Principal, region: string): RequestContext => ({
  'aws:PrincipalArn': principal.roleArn,
  'aws:RequestedRegion': region,
  'aws:SecureTransport': 'true',
});
