import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { untilApplied } from '../../cutover/phases/drain';
import { BACK } from '../../cutover/phases/sides';
import { doesAnswer, doorOfNewSide, moveNames, undoSwitch } from '../../cutover/phases/switch';
import { inOrder } from '../../cutover/states/in-order';
import { CacheConsistency } from '../migration/consistency';
import type { CacheSteps } from './cache-steps';
import { SWITCH } from './cold';
import { proveStill, seeOff, shutOut, unfreeze } from './fence';
import { follows, NOBODY_FOLLOWS } from './following';
import { ensureReverse } from './reverse';

/** Moves the name to the new side, and waits until every resolver has seen it. */
export function switchOver(steps: CacheSteps): Phase {
  const { scope, door } = steps;
  return {
    ...SWITCH,
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
 * Nobody is on the new side, and the old one follows it. At LIVE it is filled until the way is turned, and that the agent
 * writes there, a key's expiry being enough, must not be taken for users. What the old side's users have written lately
 * still arrives there first, so that it must not be paused.
 */
function turnTheWay(steps: CacheSteps, prefix: string): IChainable {
  const turn = ensureReverse(steps, prefix);
  if (steps.consistency !== CacheConsistency.LIVE) return inOrder(shutOut(steps, prefix, '$to'), turn);
  return inOrder(seeOff(steps, prefix, '$to'), unfreeze(steps, prefix, '$to'), turn, proveStill(steps, prefix, '$to'));
}
