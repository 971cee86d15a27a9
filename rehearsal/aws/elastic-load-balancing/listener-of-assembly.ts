import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Resource } from '../../assembly';
import type { NewListener } from './listener-rule';
import type { NewRule } from './listeners';

/** A listener (AWS::ElasticLoadBalancingV2::Listener) of the assembly; undefined where it is none of HTTP. */
export function listenerOf(resource: Resource): NewListener | undefined {
  const protocol = resource.property('Protocol');
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') {
    return undefined;
  }
  return {
    arn: String(resource.physicalId),
    loadBalancerArn: String(resource.property('LoadBalancerArn')),
    port: Number(resource.property('Port')),
    protocol,
    defaultActions: actionsOf(resource, 'DefaultActions'),
  };
}

/** A rule (AWS::ElasticLoadBalancingV2::ListenerRule) of the assembly. */
export function ruleOf(resource: Resource): NewRule & { readonly listenerArn: string } {
  const conditions: unknown = resource.property('Conditions');
  return {
    listenerArn: String(resource.property('ListenerArn')),
    priority: Number(resource.property('Priority')),
    conditions: conditions as RuleCondition[],
    actions: actionsOf(resource, 'Actions'),
  };
}

/** CloudFormation spells actions and conditions as the API does. */
function actionsOf(resource: Resource, name: string): Action[] {
  const actions: unknown = resource.property(name);
  return actions as Action[];
}

/** What a target group (AWS::ElasticLoadBalancingV2::TargetGroup) of the assembly says of itself. */
export function attributesOf(resource: Resource): Record<string, string> {
  const attributes: unknown = resource.property('TargetGroupAttributes') ?? [];
  return Object.fromEntries(
    (attributes as readonly { Key: string; Value: unknown }[]).map(({ Key, Value }) => [Key, String(Value)]),
  );
}
