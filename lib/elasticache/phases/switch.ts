import { Duration } from 'aws-cdk-lib';
import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { untilApplied } from '../../cutover/phases/drain';
import { BACK, of } from '../../cutover/phases/sides';
import { doesAnswer, doorOfNewSide, moveNames, shiftBack, undoSwitch } from '../../cutover/phases/switch';
import { inOrder } from '../../cutover/states/in-order';
import { CacheConsistency } from '../migration/consistency';
import type { CacheSteps } from './cache-steps';
import { proveStill, seeOff, shutOut, unfreeze } from './fence';
import { follows, NOBODY_FOLLOWS } from './following';
import { ensureReverse } from './reverse';

/** Moves the name to the new side, and waits until every resolver has seen it. */
export function switchOver(steps: CacheSteps): Phase {
  const { scope, door } = steps;
  const common = {
    name: 'Switch',
    role: 'switch',
    purpose: 'Moves the name to the new side, both weights in one batch, and waits until every resolver has seen it.',
    undoing: 'returns',
  } as const;
  if (steps.consistency === CacheConsistency.COLD) {
    return { ...common, forward: moveNames(steps, doesAnswer(steps)), undo: sendBack(steps) };
  }
  return {
    ...common,
    survey: door.survey(scope, 'Note who may connect to the new side', '$to', false),
    // At LIVE users are about to be on the side that is filled. At FENCED it is turned already.
    ...(steps.consistency === CacheConsistency.LIVE && {
      begins: `{${follows({ from: '$from', to: '$to', overlap: true, anew: false })}}`,
    }),
    forward: moveNames(steps, inOrder(door.open(scope, 'Switch', '$to'), doesAnswer(steps))),
    done: `{${doorOfNewSide(false)}}`,
    undo: undoSwitch(steps, {
      carry: (prefix) =>
        inOrder(
          turnTheWay(steps, prefix),
          untilApplied(steps, `${prefix}: wait until nothing is left to apply`, BACK, {}),
        ),
      // At LIVE the new side is still being filled: it does not stand still.
      shut: (prefix) => (steps.consistency === CacheConsistency.LIVE ? seeOff : shutOut)(steps, prefix, '$to'),
    }),
    stay: inOrder(
      door.open(scope, 'Stay', '$to'),
      unfreeze(steps, 'Stay', '$to'),
      Pass.jsonata(scope, 'Stay: the new side is open', { outputs: {} }),
    ),
    undone: `$merge([{${NOBODY_FOLLOWS}}, $states.input.left ? {${doorOfNewSide(true)}} : {}])`,
  };
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
    args: { ...of('$to'), quietSeconds: 5, timeoutSeconds: 300 },
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
 * Nobody is on the new side, and the old one follows it. At LIVE it is filled until the way is turned, and that the agent
 * writes there, a key's expiry being enough, must not be taken for users. What the old side's users have written lately
 * still arrives there first, so that it must not be paused.
 */
function turnTheWay(steps: CacheSteps, prefix: string): IChainable {
  const turn = ensureReverse(steps, prefix);
  if (steps.consistency !== CacheConsistency.LIVE) return inOrder(shutOut(steps, prefix, '$to'), turn);
  return inOrder(seeOff(steps, prefix, '$to'), unfreeze(steps, prefix, '$to'), turn, proveStill(steps, prefix, '$to'));
}
