import { Duration } from 'aws-cdk-lib';
import { type IChainable, type Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../machine/phase';
import { inOrder } from '../states/in-order';
import { jsonata } from '../states/jsonata';
import type { MovingSteps, SwitchingSteps } from './moving-steps';
import { of } from './sides';

/** The journal's, once client ingress of the old side is restored: what the other side's is stays. */
export const RESTORED = jsonata`
  {'ingress': ($kept := $sift($journal.ingress, function($ofSide, $side) { $side != $from.side }); $exists($kept)
  ? $kept : {})}
`;

/**
 * Lets clients on to the old side again.
 *
 * @param lifts what else keeps them from writing there
 */
export function undoFence(
  { scope, ingress }: MovingSteps,
  lifts: readonly IChainable[] = [],
): Pick<Phase, 'undo' | 'undoing' | 'undone'> {
  const restored = Pass.jsonata(scope, 'Undo Fence: client ingress of the old side is restored', { outputs: {} });
  return {
    undo: inOrder(ingress.restore(scope, 'Undo Fence', '$from'), ...lifts, restored),
    undoing: 'returns',
    undone: RESTORED,
  };
}

/** Before client ingress is revoked: the agent answers, so that it can be counted on to do the rest. */
export function whoIsThere({ scope, agent, plane }: SwitchingSteps, name: string): Parallel {
  return agent.task(scope, name, {
    verb: plane.clients,
    comment: 'Before client ingress is revoked, the agent must answer: it has to do the rest.',
    args: of('$from'),
    timeout: Duration.minutes(1),
  });
}
