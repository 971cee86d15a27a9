import { NotRehearsedError } from '../aws-error';
import type { ControlPlane } from '../control-plane';
import type { AssumedBy, Principal } from '../policy';
import type { ScheduleInvoker } from '../scheduler/scheduler';
import { fromJava } from '../sdk-schemas';

/**
 * A schedule's universal target: EventBridge Scheduler calls the API itself, under the target's role.
 * @see docs/aws-facts.md#scheduler-universal-target
 */
export function universalTarget(
  plane: ControlPlane,
  assumeRole: (roleArn: string, session: string, by: AssumedBy) => Principal,
): ScheduleInvoker {
  return async ({ Arn: arn = '', RoleArn: roleArn = '', Input: input = '{}' }, groupArn) => {
    const [, service, action] = /^arn:[^:]+:scheduler:::aws-sdk:(\w+):(\w+)$/.exec(arn) ?? [];
    if (service === undefined || action === undefined) throw new NotRehearsedError(`A schedule's target ${arn}`);
    const principal = assumeRole(roleArn, 'Scheduler', { service: 'scheduler.amazonaws.com', sourceArn: groupArn });
    await plane.call({ service, action, arguments: await fromJava(service, action, JSON.parse(input)), principal });
  };
}
