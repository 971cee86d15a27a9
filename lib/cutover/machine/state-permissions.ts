import type { IConstruct } from 'constructs';
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
