import { Duration } from 'aws-cdk-lib';
import type { Phase } from '../machine/phase';
import type { MovingSteps } from './moving-steps';
import { of } from './sides';

/** Connections outlive DNS: anyone who is still on the old side is named and closed until nobody comes back. */
export function evict({ scope, agent, plane }: MovingSteps): Phase {
  return {
    name: 'Evict',
    role: 'evict',
    purpose:
      'Names clients that are left on the old side and closes their connections, which outlive the name, until none comes back.',
    forward: agent.task(scope, 'Disconnect clients left on the old side', {
      verb: plane.evict,
      args: { ...of('$from'), quietSeconds: 5, timeoutSeconds: 600 },
      timeout: Duration.minutes(12),
    }),
  };
}
