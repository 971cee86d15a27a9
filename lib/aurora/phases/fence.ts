import { Duration } from 'aws-cdk-lib';
import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { inOrder } from '../../cutover/in-order';
import type { Phase } from '../../cutover/phase';
import { type DatabaseSteps, of } from './database-steps';

/**
 * Keeps users from writing to the old side. Outputs what is known of the last write, for the proof that there are no more
 * of them: that runs on while what was written arrives on the new side, and is compared.
 */
export function fence(steps: DatabaseSteps): Phase {
  const { scope, door } = steps;
  return {
    name: 'Fence',
    role: 'fence',
    purpose: 'Takes users’ rules away, closes what is connected, and notes where the binary log stands.',
    survey: inOrder(
      whoIsThere(steps, 'Fence: who is on the old side?'),
      door.survey(scope, 'Note who may connect to the old side', '$from', true),
    ),
    forward: keepOut(steps, 'Fence', '$from'),
    undo: inOrder(
      door.open(scope, 'Undo Fence', '$from'),
      Pass.jsonata(scope, 'Undo Fence: the old side is open', { outputs: {} }),
    ),
    undoing: 'returns',
    undone: `{'doors': ($open := $sift($journal.doors, function($door, $side) { $side != $from.side }); $exists($open) ? $open : {})}`,
  };
}

/** Closes the door of `side` and sees everybody off. Outputs what is known of the last write. */
function keepOut({ scope, agent, door }: DatabaseSteps, prefix: string, side: '$from' | '$to'): IChainable {
  return inOrder(
    door.close(scope, prefix, side),
    agent.task(scope, `${prefix}: see everybody off`, {
      verb: 'mysql.fence',
      comment: 'Revoking a rule does not cut what is connected.',
      args: of(side),
      timeout: Duration.minutes(1),
    }),
  );
}

/** Closes the door of `side`, sees everybody off, and proves that nobody writes. Outputs where its log stands. */
export function shutOut(steps: DatabaseSteps, prefix: string, side: '$from' | '$to'): IChainable {
  return inOrder(keepOut(steps, prefix, side), proveStill(steps, `${prefix}: prove that nobody writes`, side, 0.5));
}

/** Outputs where the side's log stands, of which nothing moves for some seconds. Where the door is shut, few do. */
export function proveStill(
  { scope, agent }: DatabaseSteps,
  name: string,
  side: '$from' | '$to',
  seconds = 0.1,
): IChainable {
  return agent.task(scope, name, {
    verb: 'mysql.provestill',
    args: { ...of(side), seconds, timeoutSeconds: 30 },
    timeout: Duration.minutes(1),
  });
}

/** Before a door is closed: the agent answers, so that it can be counted on to do the rest. */
export function whoIsThere({ scope, agent }: DatabaseSteps, name: string): IChainable {
  return agent.task(scope, name, {
    verb: 'mysql.connections',
    comment: 'Before a door is closed, the agent must answer: it has to do the rest.',
    args: of('$from'),
    timeout: Duration.minutes(1),
  });
}
