import { Duration } from 'aws-cdk-lib';
import type { LostSide } from '../machine/lost-side';
import type { SwitchingSteps } from './moving-steps';
import { of } from './sides';

/**
 * A side that refuses connections, or answers nothing.
 *
 * @param isShut whether its client ingress is revoked as it is left: it may come up again
 */
export function lostSide({ scope, agent, plane, ingress }: SwitchingSteps, isShut = true): LostSide {
  return {
    ask: (name, side) =>
      agent.task(scope, name, { verb: plane.alive, args: of(side), timeout: Duration.minutes(1), outputs: {} }),
    errors: ['Agent.Unreachable'],
    ...(isShut && { survey: ingress.record(scope, 'Save client ingress of the lost side', '$from', true) }),
  };
}
