import { Duration } from 'aws-cdk-lib';
import { Choice, type IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from '../../cutover/expression';
import { inOrder } from '../../cutover/in-order';
import { is } from '../../cutover/is';
import type { Phase } from '../../cutover/phase';
import { BACK, type DatabaseSteps, of } from './database-steps';
import { proveStill, shutOut, whoIsThere } from './fence';
import { ensureReverse } from './reverse';

/** Moves the names to the new side, and waits until every resolver has seen it. */
export function switchOver(steps: DatabaseSteps): Phase {
  const { scope, record, door } = steps;
  const left = `$merge([$lookup($journal.doors, $to.side), {'closed': true}])`;
  return {
    name: 'Switch',
    purpose: 'Moves writers and the rest of the readers in one batch, and waits until every resolver has seen it.',
    survey: door.survey(scope, 'Note who may connect to the new side', '$to', false),
    forward: inOrder(
      doesAnswer(steps, 'Does the new side answer?'),
      door.open(scope, 'Switch', '$to'),
      record.shiftTo(scope, 'Shift the record to the new side', '$to'),
      record.waitForTtl(scope, 'Wait until resolvers have forgotten the old side'),
      doesAnswer(steps, 'Does the new side still answer?'),
      Pass.jsonata(scope, 'Users resolve the new side', { outputs: {} }),
    ),
    // Its rules stay in the journal: whoever undoes the switch later shuts this door by them.
    done: `{'doors': $merge([$journal.doors, {$to.side: $merge([$lookup($journal.doors, $to.side), {'closed': false}])}])}`,
    undo: undoSwitch(steps),
    undone: `$states.input.left ? {'doors': $merge([$journal.doors, {$to.side: ${left}}]), 'equalAt': $states.input.equalAt} : {}`,
  };
}

/** Nobody is sent, or left, where there is no answer. */
function doesAnswer({ scope, agent }: DatabaseSteps, name: string): IChainable {
  return agent.task(scope, name, { verb: 'mysql.alive', args: of('$to'), timeout: Duration.minutes(1) });
}

/** Gives all of the names to the old side again. */
function shiftBack({ scope, record }: DatabaseSteps, prefix: string): IChainable {
  return inOrder(
    record.shiftTo(scope, `${prefix}: shift the record back`, '$from'),
    Pass.jsonata(scope, `${prefix}: users resolve the old side`, { outputs: {} }),
  );
}

/**
 * Users may have been on the new side, and what they wrote there must come along: shut it, carry its writes over, and
 * only then move the names. Whether they were is asked of Route 53, not of the journal: a batch that was accepted
 * counts, even if its answer was lost.
 */
function undoSwitch(steps: DatabaseSteps): IChainable {
  const { scope, record } = steps;
  const prefix = 'Undo Switch';
  const look = record.readWeights(scope, `${prefix}: read who serves`);

  const carry = carryBack(steps, prefix);
  const answers = whoIsThere(steps, `${prefix}: who is on the old side?`);
  const back = shiftBack(steps, prefix);
  const left = Pass.jsonata(scope, `${prefix}: users have left the new side`, {
    outputs: { left: true, equalAt: expression('$equalAt') },
  });
  const stayed = Pass.jsonata(scope, `${prefix}: users never left`, { outputs: { left: false } });
  // The new side is gone: nothing can be carried back from it, and users go where there is an answer.
  carry.addCatch(back.startState, { errors: ['Agent.Unreachable'], assign: { equalAt: {} } });
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

/** Assigns `$equalAt`: where the old side's log stands when it has everything. */
function carryBack(steps: DatabaseSteps, prefix: string): Parallel {
  const { scope, agent } = steps;
  return Parallel.jsonata(scope, `${prefix}: carry back what users wrote`, {
    assign: { equalAt: expression('{$from.side: $states.result[0].position}') },
    outputs: {},
  }).branch(
    inOrder(
      shutOut(steps, prefix, '$to'),
      ensureReverse(steps, prefix),
      agent.task(scope, `${prefix}: wait until nothing is left to apply`, {
        verb: 'mysql.drain',
        args: { ...BACK, timeoutSeconds: 300 },
        timeout: Duration.minutes(6),
        outputs: {},
      }),
      proveStill(steps, `${prefix}: note where the old side’s log stands`, '$from'),
    ),
  );
}
