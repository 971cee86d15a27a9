import { Choice, Fail, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from '../../../cutover/expression';
import { inOrder } from '../../../cutover/in-order';
import { is } from '../../../cutover/is';
import type { Phase } from '../../../cutover/phase';
import { CANARY, isAlive, type TrialSteps, tryQueries } from '../canary';
import { shiftReaders, takeReadersBack } from '../reader-canary';
import type { ManagedSteps } from './managed-steps';
import { onlyOnTheWay } from './one-way';

/** Tries green under the names that RDS made up for it. */
export function canary(steps: ManagedSteps): Phase {
  const { scope, readers, readerWeights, alarms } = steps;
  const trial: TrialSteps = { ...steps, greenHost: '$green.host' };
  const trials = inOrder(findGreen(steps), tryQueries(trial));
  if (readers === undefined || readerWeights.length === 0) return { ...CANARY, forward: trials };
  const alive = (name: string) => isAlive(trial, name);
  const members = '$green.members';
  return {
    ...CANARY,
    forward: inOrder(
      trials,
      shiftReaders(scope, { readers: readers.trial, weights: readerWeights, alarms, alive, members }),
    ),
    undo: onlyOnTheWay(scope, 'there', 'Undo Canary', takeReadersBack(scope, readers.settled, 'Undo Canary')),
  };
}

/** Assigns `$green`. */
function findGreen({ scope, deployment }: ManagedSteps): IChainable {
  const find = deployment.find('Where is green?');
  const describe = deployment.describeCluster('What is green called?', '$deployment.target', 'green');
  const none = Fail.jsonata(scope, 'There is no green to try', {
    error: 'DeploymentGone',
    cause: expression(`'The deployment is ' & $deployment.status & '. Somebody deleted it: start again.'`),
  });
  find.next(
    Choice.jsonata(scope, 'Is there a green?').when(is('$exists($deployment.target)'), describe).otherwise(none),
  );
  return { id: find.id, startState: find, endStates: [describe] };
}
