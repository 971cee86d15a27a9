import { Duration } from 'aws-cdk-lib';
import { Choice, type IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { inOrder } from '../../cutover/in-order';
import { is } from '../../cutover/is';
import type { Phase } from '../../cutover/phase';
import { CacheConsistency } from '../consistency';
import { BACK, type CacheSteps } from './cache-steps';
import { proveStill, seeOff, shutOut, unfreeze, whoIsThere } from './fence';
import { follows, NOBODY_FOLLOWS } from './following';
import { ensureReverse } from './reverse';

/** Moves the name to the new side, and waits until every resolver has seen it. */
export function switchOver(steps: CacheSteps): Phase {
  const { scope, record, door } = steps;
  const move = inOrder(
    doesAnswer(steps, 'Does the new side answer?'),
    record.requireUnchanged(scope),
    record.shiftTo(scope, 'Shift the record to the new side', '$to'),
    record.waitForTtl(scope, 'Wait until resolvers have forgotten the old side'),
    doesAnswer(steps, 'Does the new side still answer?'),
    Pass.jsonata(scope, 'Users resolve the new side', { outputs: {} }),
  );
  const common = {
    name: 'Switch',
    role: 'switch',
    purpose: 'Moves the name to the new side, both weights in one batch, and waits until every resolver has seen it.',
  } as const;
  if (steps.consistency === CacheConsistency.COLD) {
    return { ...common, forward: move, undo: sendBack(steps), undoing: 'returns' };
  }
  return {
    ...common,
    survey: door.survey(scope, 'Note who may connect to the new side', '$to', false),
    // At LIVE users are about to be on the side that is filled. At FENCED it is turned already.
    ...(steps.consistency === CacheConsistency.LIVE && {
      begins: `{${follows({ from: '$from', to: '$to', overlap: true, anew: false })}}`,
    }),
    forward: inOrder(door.open(scope, 'Switch', '$to'), move),
    // Its rules stay in the journal: whoever undoes the switch later shuts this door by them.
    done: `{'doors': $merge([$journal.doors, {$to.side: $merge([$lookup($journal.doors, $to.side), {'closed': false}])}])}`,
    undo: undoSwitch(steps),
    undoing: 'returns',
    stay: inOrder(
      door.open(scope, 'Stay', '$to'),
      unfreeze(steps, 'Stay', '$to'),
      Pass.jsonata(scope, 'Stay: the new side is open', { outputs: {} }),
    ),
    undone: `$merge([{${NOBODY_FOLLOWS}}, $states.input.left ? {'doors': $merge([$journal.doors, {$to.side: $merge([$lookup($journal.doors, $to.side), {'closed': true}])}])} : {}])`,
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
    record.giveBackTo(scope, `${prefix}: shift the record back`, '$from'),
    Pass.jsonata(scope, `${prefix}: users resolve the old side`, { outputs: {} }),
  );
}

/**
 * The same at COLD, where both sides let everybody in all the while: a connection to the new side outlives its name, and
 * whoever keeps one would stay there. Where nobody answers, on that side or on the host, there is nobody to be asked.
 */
export function sendBack(steps: CacheSteps, prefix = 'Undo Switch'): IChainable {
  const { scope, agent, record } = steps;
  const wait = record.waitForTtl(scope, `${prefix}: wait until resolvers have forgotten the new side`);
  const close = agent.task(scope, `${prefix}: close every client left on the new side`, {
    verb: 'redis.evict',
    args: { side: '{% $to.side %}', quietSeconds: 5, timeoutSeconds: 300 },
    timeout: Duration.minutes(6),
    outputs: {},
  });
  const done = Pass.jsonata(scope, `${prefix}: users are on the old side`, { outputs: {} });
  close.addCatch(done, {
    errors: ['Agent.Unreachable', 'Agent.Silent', 'States.HeartbeatTimeout'],
    outputs: {},
  });
  return inOrder(shiftBack(steps, prefix), wait, close, done);
}

/**
 * Users may have been on the new side, and what they wrote there must come along: shut it, carry its writes over, and
 * only then move the name. Whether they were is asked of Route 53, not of the journal: a batch that was accepted counts,
 * even if its answer was lost. Where that cannot be asked, it is done as if they were.
 *
 * Once the name is the old side's, nothing is carried: it was before, and users may be writing there again.
 */
function undoSwitch(steps: CacheSteps): IChainable {
  const { scope, agent, record, door } = steps;
  const prefix = 'Undo Switch';
  const look = record.readWeights(scope, `${prefix}: read who serves`);

  const carry = Parallel.jsonata(scope, `${prefix}: carry back what users wrote`, { outputs: {} }).branch(
    inOrder(
      turnTheWay(steps, prefix),
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
  // The new side is gone: nothing can be carried back from it, and users go where there is an answer.
  carry.addCatch(back.startState, { errors: ['Agent.Unreachable'] });
  carry.next(back.startState);
  for (const end of answers.endStates) end.next(carry);
  for (const end of back.endStates) end.next(left);

  const again = 'Undo Switch before users came';
  // At LIVE the new side is still being filled: it does not stand still.
  const shutAgain = steps.consistency === CacheConsistency.LIVE ? seeOff : shutOut;
  const shut = Parallel.jsonata(scope, `${again}: shut the new side again`, { outputs: {} }).branch(
    shutAgain(steps, again, '$to'),
  );
  shut.addCatch(left, { errors: ['Agent.Unreachable'] });
  shut.next(left);
  // An undo before this one may have shut it, and could not note that.
  const isShut = door.findMissing(scope, `${again}: is the new side shut?`, '$to', `{'left': $count($missing) > 0}`);
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

/**
 * Nobody is on the new side, and the old one follows it. At LIVE it is filled until the way is turned, and that the agent
 * writes there, a key's expiry being enough, must not be taken for users. What the old side's users have written lately
 * still arrives there first, so that it must not be paused.
 */
function turnTheWay(steps: CacheSteps, prefix: string): IChainable {
  const turn = ensureReverse(steps, prefix);
  if (steps.consistency !== CacheConsistency.LIVE) return inOrder(shutOut(steps, prefix, '$to'), turn);
  return inOrder(seeOff(steps, prefix, '$to'), unfreeze(steps, prefix, '$to'), turn, proveStill(steps, prefix, '$to'));
}
