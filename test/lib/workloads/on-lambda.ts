import type { Stack } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { type EventSourceMappingWorkloadProps, type IWorkload, Workload } from '../../../lib';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { Lambda, type LambdaProps } from '../../../rehearsal/aws/lambda/lambda';
import { anyone } from '../../rehearsal/aws/test-environment';
import { journalKeeper, Night, virtualTime } from './night';

export const UUID = '14e0db71-35d4-49a7-9e2c-7d7e5a0b1c2d';

/** A night on Lambda alone. */
export function onLambda(workloads: (stack: Stack) => readonly IWorkload[], props: Partial<LambdaProps> = {}) {
  const { clock, environment } = virtualTime();
  const lambda = new Lambda({ environment, ...props });
  const ssm = journalKeeper(environment);
  const plane = new ControlPlane({ environment, services: [lambda, ssm] });
  const by = (action: string, input: Record<string, unknown>) =>
    plane.call({ service: 'lambda', action, arguments: input, principal: anyone });
  return { night: new Night(plane, workloads, { clock }), lambda, by, clock };
}

export const mappingIn = (stack: Stack, props: Partial<EventSourceMappingWorkloadProps> = {}) =>
  Workload.eventSourceMapping({
    mapping: EventSourceMapping.fromEventSourceMappingId(stack, 'Orders', UUID),
    ...props,
  });
