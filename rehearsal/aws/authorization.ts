import type { AwsError } from './aws-error';
import { type Decision, evaluate, type Principal, type RequestContext } from './policy';
import type { Need } from './service';
import { serviceError } from './service-errors';

/**
 * Refuses a call that its caller may not make.
 *
 * @throws AwsError worded as the service words it.
 */
export function authorize(identifier: string, principal: Principal, needs: readonly Need[], region: string): void {
  for (const { action, resources, context } of needs) {
    for (const resource of resources) {
      const decision = evaluate(principal.statements, {
        action,
        resource,
        context: { ...globalKeys(principal, region), ...context },
      });
      if (decision !== 'allowed') {
        throw denial(identifier, principal, action, resource, decision);
      }
    }
  }
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
