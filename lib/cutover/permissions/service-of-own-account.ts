import { ArnFormat, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** Who takes a role: Step Functions for its state machines, EventBridge for its rules. */
const SOURCES = {
  states: { resource: 'stateMachine', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME },
  events: { resource: 'rule', resourceName: '*', arnFormat: ArnFormat.SLASH_RESOURCE_NAME },
};

/**
 * As the CDK writes it from 2.276 on, of state machines: the service, as long as it acts for a resource of this account and Region: nobody else's state machine or rule can make
 * it take the role. The resource itself is not named, for it is made with its role.
 *
 * @see docs/aws-facts.md#iam-trust-source
 */
export function serviceOfOwnAccount(scope: Construct, service: keyof typeof SOURCES): ServicePrincipal {
  const stack = Stack.of(scope);
  return new ServicePrincipal(`${service}.amazonaws.com`, {
    conditions: {
      StringEquals: { 'aws:SourceAccount': stack.account },
      ArnLike: { 'aws:SourceArn': stack.formatArn({ service, ...SOURCES[service] }) },
    },
  });
}
