import type { IConstruct } from 'constructs';
import { acknowledgeWildcard } from '../permissions/wildcard-findings';
import { AwsCall } from '../states/aws-call';
import { IntegrationTask } from '../states/integration-task';

/** What the role may touch for a state, and why that is a wildcard. */
export function permissionsOf(state: IConstruct): {
  readonly wildcard?: string | undefined;
  readonly resources: readonly string[];
} {
  if (state instanceof AwsCall) {
    const { wildcard, resources, alsoAllowed = [] } = state.call;
    return { wildcard, resources: [...resources, ...alsoAllowed.flatMap((statement) => statement.resources)] };
  }
  if (state instanceof IntegrationTask) {
    const { wildcard, policies } = state.props;
    return { wildcard, resources: policies.flatMap((statement) => statement.resources) };
  }
  return { resources: [] };
}

/** Answers cdk-nag's question after each wildcard that states below `scope` put into the policy of `role`. */
export function acknowledgeWildcardsOf(scope: IConstruct, role: IConstruct): void {
  for (const state of scope.node.findAll()) {
    const { wildcard, resources } = permissionsOf(state);
    if (wildcard === undefined) continue;
    for (const resource of resources.filter((arn) => arn.includes('*'))) acknowledgeWildcard(role, resource, wildcard);
  }
}
