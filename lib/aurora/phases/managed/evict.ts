import { Duration } from 'aws-cdk-lib';
import type { Phase } from '../../../cutover/machine/phase';
import { expression } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import type { ManagedSteps } from './managed-steps';
import { shutOld } from './shut-old';

/** RDS closes connections as it renames: anyone who holds on to the old side by its address is named and closed. */
export function evict(steps: ManagedSteps): Phase {
  const { scope, agent, family, deployment } = steps;
  return {
    name: 'Evict',
    role: 'evict',
    purpose: 'Sees that green answers by blue’s name, and that nobody is left on the old side, nor comes back.',
    direction: 'cutover',
    forward: inOrder(
      agent.task(scope, 'Does green answer by blue’s name?', {
        verb: `${family}.alive`,
        args: { side: 'green' },
        timeout: Duration.minutes(2),
        outputs: {},
      }),
      shutOld(steps, 'Evict'),
      deployment.find('Describe the old blue'),
      deployment.describeCluster('Resolve the name of the old side', deployment.oldArn(), 'old'),
      agent.task(scope, 'Disconnect clients left on the old side', {
        verb: `${family}.evict`,
        args: {
          side: 'blue',
          quietSeconds: 5,
          timeoutSeconds: 600,
          hosts: expression(`{'blue': $old.host}`),
        },
        timeout: Duration.minutes(12),
      }),
    ),
  };
}
