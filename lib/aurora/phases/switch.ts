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
    role: 'switch',
    purpose: 'Moves writers and the rest of the readers in one batch, and waits until every resolver has seen it.',
    survey: door.survey(scope, 'Note who may connect to the new side', '$to', false),
    forward: inOrder(
      doesAnswer(steps, 'Does the new side answer?'),
      door.open(scope, 'Switch', '$to'),
      record.requireUnchanged(scope),
      record.shiftTo(scope, 'Shift the record to the new side', '$to'),
      record.waitForTtl(scope, 'Wait until resolvers have forgotten the old side'),
      doesAnswer(steps, 'Does the new side still answer?'),
      Pass.jsonata(scope, 'Users resolve the new side', { outputs: {} }),
    ),
    // Its rules stay in the journal: whoever undoes the switch later shuts this door by them.
    done: `{'doors': $merge([$journal.doors, {$to.side: $merge([$lookup($journal.doors, $to.side), {'closed': false}])}])}`,
    undo: undoSwitch(steps),
    undoing: 'returns',
    stay: inOrder(door.open(scope, 'Stay', '$to'), Pass.jsonata(scope, 'Stay: the new side is open', { outputs: {} })),
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
    record.giveBackTo(scope, `${prefix}: shift the record back`, '$from'),
    Pass.jsonata(scope, `${prefix}: users resolve the old side`, { outputs: {} }),
  );
}

/**
 * Users may have been on the new side, and what they wrote there must come along: shut it, carry its writes over, and
 * only then move the names. Whether they were is asked of Route 53, not of the journal: a batch that was accepted
 * counts, even if its answer was lost. Where that cannot be asked, it is done as if they were.
 *
 * Once the names are the old side's, nothing is carried: it was before, and users may be writing there again.
 */
function undoSwitch(steps: DatabaseSteps): IChainable {
  const { scope, record, door } = steps;
  const prefix = 'Undo Switch';
  const look = record.readWeights(scope, `${prefix}: read who serves`);

  const carry = carryBack(steps, prefix);
  const answers = whoIsThere(steps, `${prefix}: who is on the old side?`);
  const back = shiftBack(steps, prefix);
  const left = Pass.jsonata(scope, `${prefix}: users have left the new side`, {
    outputs: { left: true, equalAt: expression('$equalAt') },
  });
  // The new side is gone: nothing can be carried back from it, and users go where there is an answer.
  carry.addCatch(back.startState, { errors: ['Agent.Unreachable'], assign: { equalAt: {} } });
  carry.next(back.startState);
  for (const end of answers.endStates) end.next(carry);
  for (const end of back.endStates) end.next(left);

  const again = 'Undo Switch before users came';
  const known = { equalAt: expression('$merge([{}, $journal.equalAt])') };
  const shut = Parallel.jsonata(scope, `${again}: shut the new side again`, { assign: known, outputs: {} }).branch(
    shutOut(steps, again, '$to'),
  );
  shut.addCatch(left, { errors: ['Agent.Unreachable'], assign: known });
  shut.next(left);
  // An undo before this one may have shut it, and could not note that.
  const isShut = door.findMissing(
    scope,
    `${again}: is the new side shut?`,
    '$to',
    `{'left': $count($missing) > 0, 'equalAt': $merge([{}, $journal.equalAt])}`,
  );
  const stayed = Pass.jsonata(scope, `${again}: users never left`, { outputs: { left: false } });
  isShut.addCatch(stayed, { errors: ['States.ALL'] });

  look.addCatch(answers.startState, { errors: ['States.ALL'] });
  look.next(
    Choice.jsonata(scope, `${prefix}: were users let in?`)
      .when(is('$lookup($shares, $to.side) > 0'), answers)
      .when(is('$lookup($journal.doors, $to.side).closed = true'), shut)
      .otherwise(isShut),
  );
  return { id: look.id, startState: look, endStates: [left, isShut, stayed] };
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
