import { Duration } from 'aws-cdk-lib';
import { type IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../../cutover/machine/phase';
import { expression } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import { jsonata } from '../../../cutover/states/jsonata';
import { compare, unlessClientsWait } from '../replicate';
import { findCoordinates } from './coordinates';
import { forgetDeployment } from './forget-deployment';
import type { ManagedSteps } from './managed-steps';
import { closed, equalAt, TO_BLUE } from './rollback-facts';
import { shutOld } from './shut-old';

/**
 * From here on blue follows green. A cutover does not fail over it: clients are on green, and better off there than on the
 * rollback. What is missing for it is told, and `rollback` tries again.
 */
export function reverse(steps: ManagedSteps): Phase {
  const { scope } = steps;
  const attempt = Parallel.jsonata(scope, 'Replicate the new side to the old side', {
    outputs: expression('$states.result[0]'),
  }).branch(inOrder(follow(steps, 'Reverse'), awaitLag(steps, 'Reverse', 0)));
  const followed = Pass.jsonata(scope, 'The old side follows the new one');
  const cannot = Pass.jsonata(scope, 'The old side cannot follow the new one', {
    outputs: expression(
      jsonata`
        {'rollbackUnsupported': $states.input.Error & ': ' & $states.input.Cause
        & ' {"action":"rollback"} tries it again.'}
      `,
    ),
  });
  attempt.addCatch(cannot, { errors: ['States.ALL'] });
  attempt.next(followed);
  return {
    name: 'Reverse',
    role: 'reverse',
    purpose:
      'Shuts clients out of the old side, and has it follow the new one from the position in the log that RDS reports.',
    direction: 'cutover',
    forward: { id: attempt.id, startState: attempt, endStates: [followed, cannot] },
    done: `$exists($states.result[0].position) ? ${equalAt('$states.result[0].position')} : {}`,
  };
}

/**
 * Deletes RDS's record of the switchover, which takes minutes, and makes sure that blue follows; compares all of it while
 * nobody waits for that.
 */
export function replicateBack(steps: ManagedSteps): Phase {
  const { scope, options } = steps;
  const within = options.createTimeout ?? Duration.hours(24);
  const where = TO_BLUE.hosts;
  return {
    name: 'Replicate',
    role: 'replicate',
    purpose: 'Deletes RDS’s record of the switchover, makes sure that blue follows green, and compares all of it.',
    direction: 'rollback',
    forward: inOrder(
      keepClientsOut(steps),
      follow(steps, 'Replicate'),
      Pass.jsonata(scope, 'Save the replication start of blue', {
        assign: { followed: expression('$states.input.position') },
      }),
      awaitLag(steps, 'Replicate', 5),
      unlessClientsWait(
        steps,
        compare(steps, 'Compare every row with blue', 'full', within, where),
        'The comparison is skipped',
      ),
      Pass.jsonata(scope, 'Blue follows green', {
        outputs: expression(`$merge([$states.input, {'position': $followed}])`),
      }),
    ),
    done: equalAt('$states.result[0].position'),
  };
}

/** With its record RDS lifts blue's read-only state: revoked ingress keeps clients out of it from then on. */
function keepClientsOut(steps: ManagedSteps): IChainable {
  return inOrder(shutOld(steps, 'Replicate: before deletion'), forgetDeployment(steps, 'Replicate'));
}

/** Outputs `{"position": …}`, from where blue was told to follow. */
function follow(steps: ManagedSteps, prefix: string): IChainable {
  const { scope, agent, clusters } = steps;
  return inOrder(
    findCoordinates(steps, prefix),
    Pass.jsonata(scope, `${prefix}: keep the coordinates`, { assign: { start: expression('$states.input.position') } }),
    clusters.look(`${prefix}: resolve the name of blue`),
    clusters.give(prefix, 'blue', closed(steps)),
    agent.task(scope, `${prefix}: replicate green to blue`, {
      verb: 'mysql.follow',
      args: { ...TO_BLUE, position: expression('$start') },
      timeout: Duration.minutes(10),
      outputs: { position: expression('$start') },
    }),
  );
}

function awaitLag({ scope, agent }: ManagedSteps, prefix: string, steadySeconds: number): IChainable {
  const timeoutSeconds = 1800;
  return agent.task(scope, `${prefix}: wait until blue has caught up`, {
    verb: 'mysql.awaitlag',
    args: { ...TO_BLUE, lagSeconds: 1, steadySeconds, timeoutSeconds },
    timeout: Duration.seconds(timeoutSeconds).plus(Duration.minutes(5)),
    outputs: expression('$states.input'),
  });
}
