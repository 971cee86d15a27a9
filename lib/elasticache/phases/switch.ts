import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { untilApplied } from '../../cutover/phases/drain';
import { BACK, FORTH } from '../../cutover/phases/sides';
import { doesAnswer, ingressOfNewSide, moveNames, type Noted, undoSwitch } from '../../cutover/phases/switch';
import { inOrder } from '../../cutover/states/in-order';
import { jsonata } from '../../cutover/states/jsonata';
import { CacheConsistency } from '../migration/consistency';
import type { CacheSteps } from './cache-steps';
import { CARRIED, letInWhereCarried, NOTHING_CARRIED, STAYED_WHERE_CARRIED } from './carry-back';
import { SWITCH } from './cold';
import { follows, NOBODY_FOLLOWS } from './following';
import { ensureReverse } from './reverse';
import { seeOff, shutOut, unfreeze, verifyNoWrites } from './shut-out';

/** How many keys were written on both sides, by the drain that carried back. */
const CONFLICTS: Noted = {
  name: 'conflicts',
  carried: '$states.result[0].conflicts',
  lost: 0,
  before: '$journal.conflicts',
};

/** Moves the name to the new side, and waits until every resolver has seen it. */
export function switchOver(steps: CacheSteps): Phase {
  const { scope, ingress } = steps;
  const live = steps.consistency === CacheConsistency.LIVE;
  return {
    ...SWITCH,
    survey: ingress.record(scope, 'Save client ingress of the new side', '$to', false),
    // At LIVE clients are about to be on the side that is filled. At FENCED it is turned already.
    ...(live && {
      begins: `{${follows({ from: '$from', to: '$to', overlap: true, anew: false })}, ${NOTHING_CARRIED}}`,
    }),
    forward: moveNames(
      steps,
      inOrder(...whereCopyIsCurrent(steps, ingress.restore(scope, 'Switch', '$to')), doesAnswer(steps)),
    ),
    done: `{${ingressOfNewSide(false)}}`,
    undo: undoSwitch(steps, {
      carry: (prefix) =>
        inOrder(
          turnTheWay(steps, prefix),
          untilApplied(steps, `${prefix}: wait until nothing is left to apply`, BACK, live ? undefined : {}),
        ),
      ...(live && { carried: CARRIED, noted: CONFLICTS }),
      // At LIVE the new side is still being filled: it has writes.
      shut: (prefix) => (live ? seeOff : shutOut)(steps, prefix, '$to'),
    }),
    stay: inOrder(
      ingress.restore(scope, 'Stay', '$to'),
      unfreeze(steps, 'Stay', '$to'),
      Pass.jsonata(scope, 'Stay: client ingress of the new side is restored', { outputs: {} }),
      ...(live ? [letInWhereCarried(steps, 'Stay at Switch')] : []),
    ),
    ...(live && { stayed: STAYED_WHERE_CARRIED }),
    undone: jsonata`
      $merge([{${NOBODY_FOLLOWS}${live ? `, 'conflicts': $states.input.conflicts` : ''}}, $states.input.left
      ? {${ingressOfNewSide(true)}} : {}])
    `,
  };
}

/** At LIVE a client that moves finds on the new side what it wrote on the old one: nobody is let in where the copy stands still. */
function whereCopyIsCurrent(steps: CacheSteps, letIn: IChainable): [IChainable, ...IChainable[]] {
  if (steps.consistency !== CacheConsistency.LIVE) return [letIn];
  return [untilApplied(steps, 'Wait until the copy is current', FORTH, {}), letIn];
}

/**
 * Nobody is on the new side, and the old one follows it. At LIVE it is filled until the way is turned, and that the agent
 * writes there, a key's expiry being enough, must not be taken for clients. What the old side's clients have written lately
 * still arrives there first, so that it must not be paused.
 */
function turnTheWay(steps: CacheSteps, prefix: string): IChainable {
  const live = steps.consistency === CacheConsistency.LIVE;
  const turn = ensureReverse(steps, prefix, live);
  if (!live) return inOrder(shutOut(steps, prefix, '$to'), turn);
  return inOrder(
    seeOff(steps, prefix, '$to'),
    unfreeze(steps, prefix, '$to'),
    turn,
    verifyNoWrites(steps, prefix, '$to'),
  );
}
