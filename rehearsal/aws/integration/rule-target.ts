import type { Assembly } from '../../assembly';
import type { ControlPlane } from '../control-plane';
import type { TargetInvoker } from '../eventbridge/eventbridge';
import type { AssumedBy, Principal } from '../policy';
import { startExecutionTarget } from './start-execution-target';
import { topicTarget } from './topic-target';

/** What EventBridge does with a rule's target, by what the target is. */
export function ruleTarget(
  plane: ControlPlane,
  assembly: Assembly,
  assumeRole: (roleArn: string, session: string, by: AssumedBy) => Principal,
): TargetInvoker {
  const [start, publish] = [startExecutionTarget(plane, assumeRole), topicTarget(plane, assembly)];
  return (target, ...sent) => (/^arn:[^:]+:sns:/.test(target.arn) ? publish : start)(target, ...sent);
}
