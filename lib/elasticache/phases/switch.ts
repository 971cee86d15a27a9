import { Duration } from 'aws-cdk-lib';
import { Choice, type IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { inOrder } from '../../cutover/in-order';
import { is } from '../../cutover/is';
import type { Phase } from '../../cutover/phase';
import { CacheConsistency } from '../consistency';
import { BACK, type CacheSteps } from './cache-steps';
import { shutOut, whoIsThere } from './fence';
import { ensureReverse } from './reverse';

/** Moves the name to the new side, and waits until every resolver has seen it. */
export function switchOver(steps: CacheSteps): Phase {
  const { scope, record, door } = steps;
  const move = inOrder(
    doesAnswer(steps, 'Does the new side answer?'),
    record.shiftTo(scope, 'Shift the record to the new side', '$to'),
    record.waitForTtl(scope, 'Wait until resolvers have forgotten the old side'),
    doesAnswer(steps, 'Does the new side still answer?'),
    Pass.jsonata(scope, 'Users resolve the new side', { outputs: {} }),
  );
  const common = {
    name: 'Switch',
    purpose: 'Moves the name to the new side, both weights in one batch, and waits until every resolver has seen it.',
  };
  if (steps.consistency === CacheConsistency.COLD) {
    return { ...common, forward: move, undo: shiftBack(steps) };
  }
  return {
    ...common,
    survey: door.survey(scope, 'Note who may connect to the new side', '$to', false),
    forward: inOrder(door.open(scope, 'Switch', '$to'), move),
    // Its rules stay in the journal: whoever undoes the switch later shuts this door by them.
    done: `{'doors': $merge([$journal.doors, {$to.side: $merge([$lookup($journal.doors, $to.side), {'closed': false}])}])}`,
    undo: undoSwitch(steps),
    undone: `$states.input.left ? {'doors': $merge([$journal.doors, {$to.side: $merge([$lookup($journal.doors, $to.side), {'closed': true}])}])} : {}`,
  };
}

/** Nobody is sent, or left, where there is no answer. */
function doesAnswer({ scope, agent }: CacheSteps, name: string): IChainable {
  return agent.task(scope, name, {
    verb: 'redis.clients',
    args: { side: '{% $to.side %}' },
    timeout: Duration.minutes(1),
  });
}

/** Gives all of the name to the old side again. */
export function shiftBack({ scope, record }: CacheSteps, prefix = 'Undo Switch'): IChainable {
  return inOrder(
    record.shiftTo(scope, `${prefix}: shift the record back`, '$from'),
    Pass.jsonata(scope, `${prefix}: users resolve the old side`, { outputs: {} }),
  );
}

/**
 * Users may have been on the new side, and what they wrote there must come along: shut it, carry its writes over, and
 * only then move the name. Whether they were is asked of Route 53, not of the journal: a batch that was accepted counts,
 * even if its answer was lost.
 */
function undoSwitch(steps: CacheSteps): IChainable {
  const { scope, agent, record } = steps;
  const prefix = 'Undo Switch';
  const look = record.readWeights(scope, `${prefix}: read who serves`);

  const carry = Parallel.jsonata(scope, `${prefix}: carry back what users wrote`, { outputs: {} }).branch(
    inOrder(
      shutOut(steps, prefix, '$to'),
      ensureReverse(steps, prefix),
      agent.task(scope, `${prefix}: wait until nothing is left to apply`, {
        verb: 'redis.drain',
        args: { ...BACK, timeoutSeconds: 300 },
        timeout: Duration.minutes(6),
        outputs: {},
      }),
    ),
  );
  const answers = whoIsThere(steps, `${prefix}: who is on the old side?`);
  const back = shiftBack(steps);
  const left = Pass.jsonata(scope, `${prefix}: users have left the new side`, { outputs: { left: true } });
  const stayed = Pass.jsonata(scope, `${prefix}: users never left`, { outputs: { left: false } });
  // The new side is gone: nothing can be carried back from it, and users go where there is an answer.
  carry.addCatch(back.startState, { errors: ['Agent.Unreachable'] });
  carry.next(back.startState);
  for (const end of answers.endStates) end.next(carry);
  for (const end of back.endStates) end.next(left);
  look.next(
    Choice.jsonata(scope, `${prefix}: were users let in?`)
      .when(is('$lookup($shares, $to.side) = 0 and $not($lookup($journal.doors, $to.side).closed = true)'), stayed)
      .otherwise(answers),
  );
  return { id: look.id, startState: look, endStates: [left, stayed] };
}
