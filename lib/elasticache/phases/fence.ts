import type { Phase } from '../../cutover/machine/phase';
import { undoFence, whoIsThere } from '../../cutover/phases/fence';
import { ingressOf } from '../../cutover/phases/switch';
import { inOrder } from '../../cutover/states/in-order';
import { CacheConsistency } from '../migration/consistency';
import type { CacheSteps } from './cache-steps';
import { letInWhereCarried, STAYED_WHERE_CARRIED } from './carry-back';
import { NOBODY_FOLLOWS } from './following';
import { shutOut, unfreeze } from './shut-out';

/** Keeps clients from writing to the old side, and proves that nobody does. */
export function fence(steps: CacheSteps): Phase {
  const { scope, ingress } = steps;
  const live = steps.consistency === CacheConsistency.LIVE;
  return {
    name: 'Fence',
    role: 'fence',
    purpose:
      'Revokes the rules that let clients in, closes open connections, and proves that nothing is written to the old side.',
    survey: ingress.record(scope, 'Save client ingress of the old side', '$from', true),
    forward: inOrder(whoIsThere(steps, 'Fence: does the agent reach the old side?'), shutOut(steps, 'Fence', '$from')),
    ...undoFence(steps, [unfreeze(steps, 'Undo Fence', '$from')]),
    // At LIVE clients are about to be let on to the old side. Where they stay after all, it is shut by the rules that are kept.
    ...(live && {
      undone: `{${NOBODY_FOLLOWS}, ${ingressOf('$from', false)}}`,
      stay: letInWhereCarried(steps, 'Stay at Fence'),
      stayed: STAYED_WHERE_CARRIED,
    }),
  };
}
