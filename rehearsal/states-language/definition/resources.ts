import { parseResource } from '../task/resource';
import type { Finding } from './finding';
import type { StateMachine } from './schema';
import { allStates } from './walk';

const ACCEPTED = [
  'arn:<partition>:states:::aws-sdk:<service>:<camelCaseAction>, with or without .waitForTaskToken',
  'arn:<partition>:states:::<service>:<action>, with or without .sync, .sync:2 or .waitForTaskToken',
  'the ARN of an activity',
  'the ARN of a Lambda function',
].join('; ');

export function checkResources(machine: StateMachine): Finding[] {
  return [...allStates(machine)].flatMap(({ state, location }) => {
    if (state.Type !== 'Task' || parseResource(state.Resource) !== undefined) return [];
    const message = `Resource '${state.Resource}' is not one that a task can have; accepted are ${ACCEPTED}`;
    return [{ code: 'SCHEMA_VALIDATION_FAILED' as const, message, location: `${location}/Resource` }];
  });
}
