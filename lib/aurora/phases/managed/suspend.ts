import { Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../../cutover/machine/phase';
import { expression } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import type { ManagedSteps } from './managed-steps';

/** Keeps Auto Scaling from making and deleting readers while they are renamed, and remembers how it was. */
export function suspend({ scope, scaling }: ManagedSteps): Phase {
  return {
    name: 'Suspend',
    role: 'suspend',
    purpose:
      'Suspends Auto Scaling of readers while RDS renames them, and notes how it was: RDS does not take it along.',
    survey: inOrder(
      scaling.find('Suspend'),
      Pass.jsonata(scope, 'Save the scaling of readers', { outputs: { scaling: expression('$scaling') } }),
    ),
    forward: scaling.suspend('Suspend'),
    undo: scaling.putBack('Undo Suspend'),
    undoing: 'apart',
    undone: `{'scaling': {}}`,
  };
}
