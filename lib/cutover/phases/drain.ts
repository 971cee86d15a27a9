import { Duration } from 'aws-cdk-lib';
import type { Parallel } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../machine/phase';
import type { MovingSteps } from './moving-steps';
import { type BACK, FORTH } from './sides';

/** Nobody is to write to the old side any more: what is still on its way arrives. */
export function drain(
  steps: MovingSteps,
  more: Pick<Phase, 'purpose' | 'done' | 'tells' | 'undo' | 'undoing' | 'undone' | 'stay'>,
): Phase {
  return {
    name: 'Drain',
    role: 'drain',
    ...more,
    forward: untilApplied(steps, 'Wait until nothing is left to apply', FORTH),
  };
}

/** Outputs what the agent says of it. */
export function untilApplied(
  { scope, agent, plane }: MovingSteps,
  name: string,
  way: typeof FORTH | typeof BACK,
  outputs?: object,
): Parallel {
  return agent.task(scope, name, {
    verb: plane.drain,
    args: { ...way, timeoutSeconds: 300 },
    timeout: Duration.minutes(6),
    ...(outputs !== undefined && { outputs }),
  });
}
