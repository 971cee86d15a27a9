import { Duration } from 'aws-cdk-lib';
import type { Parallel } from 'aws-cdk-lib/aws-stepfunctions';
import { of } from '../../cutover/phases/sides';
import type { CacheSteps } from './cache-steps';

/** At COLD both sides accept all clients the whole time: anyone who keeps a connection to the new side would stay there. */
export function leaveNewSide({ scope, agent, plane }: CacheSteps): Parallel {
  return agent.task(scope, 'Undo Switch: disconnect clients left on the new side', {
    verb: plane.evict,
    args: { ...of('$to'), quietSeconds: 5, timeoutSeconds: 300 },
    timeout: Duration.minutes(6),
    outputs: {},
  });
}
