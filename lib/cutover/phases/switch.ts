import { Duration } from 'aws-cdk-lib';
import { Choice, type IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { isRevoked, journaledIngress } from '../client-ingress/ingress-rules';
import { expression } from '../states/expression';
import { inOrder } from '../states/in-order';
import { is } from '../states/is';
import { jsonata } from '../states/jsonata';
import { whoIsThere } from './fence';
import type { MovingSteps, SwitchingSteps } from './moving-steps';
import { of, type Place } from './sides';

/** Member of the journal: client ingress of the new side. Its rules stay: what undoes the switch later revokes them. */
export const ingressOfNewSide = (revoked: boolean): string => ingressOf('$to', revoked);

/** Member of the journal: client ingress of a side, whose rules stay there. */
export function ingressOf(side: Place, revoked: boolean): string {
  return jsonata`
    'ingress': $merge([$journal.ingress, {${side}.side: $merge([${journaledIngress(side)},
    {'revoked': ${revoked}}])}])
  `;
}

/** Moves the names to the new side, once clients may be let in, and waits until every resolver has seen it. */
export function moveNames(steps: SwitchingSteps, letIn: IChainable): IChainable {
  const { scope, record } = steps;
  return inOrder(
    letIn,
    record.requireUnchanged(scope),
    record.shiftTo(scope, 'Shift the DNS record to the new side', '$to'),
    record.waitForTtl(scope, 'Wait out the DNS TTL of the old side'),
    doesAnswer(steps, 'Does the new side still answer?'),
    Pass.jsonata(scope, 'Clients resolve the new side', { outputs: {} }),
  );
}

/** Nobody is sent, or left, where there is no answer. */
export function doesAnswer({ scope, agent, plane }: SwitchingSteps, name = 'Does the new side answer?'): Parallel {
  return agent.task(scope, name, { verb: plane.alive, args: of('$to'), timeout: Duration.minutes(1) });
}

/** Gives all of the names to the old side again. */
export function shiftBack({ scope, record }: SwitchingSteps, prefix = 'Undo Switch'): IChainable {
  return inOrder(
    record.giveBackTo(scope, `${prefix}: shift the DNS record back`, '$from'),
    Pass.jsonata(scope, `${prefix}: clients resolve the old side`, { outputs: {} }),
  );
}

/** How what clients wrote on the new side comes along. */
export interface CarryBack {
  /** Shuts the new side, and carries over what was written there. Its output is `$states.result[0]` in `carried`. */
  readonly carry: (prefix: string) => IChainable;
  /** Shuts the new side, where nobody has been yet. */
  readonly shut: (prefix: string) => IChainable;
  /**
   * JSONata: an undo before this one has shut the new side and carried over what was written there. `noted` is as it was
   * before then.
   *
   * @default - none does
   */
  readonly carried?: string;
  /** A variable that is output besides. @default - none */
  readonly noted?: Noted;
}

/** What is known when clients have left the new side, as JSONata or as a value, by how they left it. */
export interface Noted {
  readonly name: string;
  readonly carried: string;
  /** The new side was gone. */
  readonly lost: unknown;
  /** Nobody had been there. */
  readonly before: string;
}

/**
 * Clients may have been on the new side, and what they wrote there must come along: shut it, carry its writes over, and
 * only then move the names. Whether they were is asked of Route 53, not of the journal: a batch that was accepted
 * counts, even if its answer was lost. Where that cannot be asked, it is done as if they were.
 *
 * Once the names are the old side's, nothing is carried: it was before, and clients may be writing there again.
 */
export function undoSwitch(
  steps: MovingSteps,
  { carry: carryBack, shut: shutAgain, carried, noted }: CarryBack,
): IChainable {
  const { scope, record, ingress } = steps;
  const prefix = 'Undo Switch';
  const look = record.readWeights(scope, `${prefix}: read the active side`);
  const assign = (value: unknown) => (noted === undefined ? {} : { assign: { [noted.name]: value } });

  const carry = Parallel.jsonata(scope, `${prefix}: replicate client writes back`, {
    ...assign(noted && expression(noted.carried)),
    outputs: {},
  }).branch(carryBack(prefix));
  const answers = whoIsThere(steps, `${prefix}: does the agent reach the old side?`);
  const back = shiftBack(steps);
  const left = Pass.jsonata(scope, `${prefix}: clients have left the new side`, {
    outputs: { left: true, ...(noted !== undefined && { [noted.name]: expression(`$${noted.name}`) }) },
  });
  // The new side is gone: nothing can be carried back from it, and clients go where there is an answer.
  carry.addCatch(back.startState, { errors: ['Agent.Unreachable'], ...assign(noted?.lost) });
  carry.next(back.startState);
  answers.next(carry);
  for (const end of back.endStates) end.next(left);

  const again = 'Undo Switch before clients came';
  const known = assign(noted && expression(noted.before));
  const shut = Parallel.jsonata(scope, `${again}: revoke client ingress of the new side again`, {
    ...known,
    outputs: {},
  }).branch(shutAgain(again));
  shut.addCatch(left, { errors: ['Agent.Unreachable'], ...known });
  shut.next(left);
  // An undo before this one may have shut it, and could not note that.
  const missing = [
    `'left': $count($missing) > 0`,
    ...(noted === undefined ? [] : [`'${noted.name}': ${noted.before}`]),
  ];
  const isShut = ingress.findMissing(
    scope,
    `${again}: find the revoked rules of the new side`,
    '$to',
    `{${missing.join(', ')}}`,
  );
  const stayed = Pass.jsonata(scope, `${again}: clients never left`, { outputs: { left: false } });
  isShut.addCatch(stayed, { errors: ['States.ALL'] });

  look.addCatch(answers.startState, { errors: ['States.ALL'] });
  look.next(
    Choice.jsonata(scope, `${prefix}: were clients let in?`)
      .when(is('$lookup($shares, $to.side) > 0'), answers)
      .when(is(isRevoked('$to')), shut)
      .otherwise(isShut),
  );
  const endStates = [left, isShut, stayed];
  if (carried === undefined) return { id: look.id, startState: look, endStates };
  const isCarried = Choice.jsonata(scope, `${prefix}: is it carried back already?`)
    .when(is(carried), back.startState, assign(noted && expression(noted.before)))
    .otherwise(look);
  return { id: isCarried.id, startState: isCarried, endStates };
}
