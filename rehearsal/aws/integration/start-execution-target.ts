import type { ControlPlane } from '../control-plane';
import type { TargetInvoker } from '../eventbridge/eventbridge';
import type { RuleTarget } from '../eventbridge/rule';
import type { AssumedBy, Principal } from '../policy';

/**
 * A rule's target that is a state machine: EventBridge starts an execution under the target's role.
 *
 * @throws where the target has no role, is no state machine, or the role may not start it
 */
export function startExecutionTarget(
  plane: ControlPlane,
  assumeRole: (roleArn: string, session: string, by: AssumedBy) => Principal,
): TargetInvoker {
  return async ({ arn, roleArn }: RuleTarget, input: string, rule: string) => {
    if (!/^arn:[^:]+:states:[^:]*:[^:]*:stateMachine:/.test(arn)) {
      throw new Error(`Only state machines and topics can be targets of a rule here, not ${arn}.`);
    }
    if (roleArn === undefined) {
      throw new Error(`The target ${arn} has no role for EventBridge to start it with.`);
    }
    await plane.call({
      service: 'sfn',
      action: 'startExecution',
      arguments: { stateMachineArn: arn, input },
      principal: assumeRole(roleArn, 'EventBridge', { service: 'events.amazonaws.com', sourceArn: rule }),
    });
  };
}
