import { Chain, type IChainable, type Parallel, Pass, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { expression } from './expression';

/** JSONata: the service refused the order, or its answer was lost. */
export const REFUSED = `$refusal != 'none'`;

/**
 * Gives a service an order. The answer may be lost of an order that was taken, and then it must not be undone:
 * what the resource has become says whether it was. Assigns `$refusal`, which `after` judges by.
 *
 * @param meanwhile what is done first of all where the order was taken
 */
export function order(
  scope: Construct,
  name: string,
  call: TaskStateBase,
  after: IChainable,
  meanwhile?: Parallel,
): IChainable {
  const begin = Pass.jsonata(scope, `${name}: reset refusals`, { assign: { refusal: 'none' }, outputs: {} });
  const refused = Pass.jsonata(scope, `${name}: save the refusal`, {
    assign: { refusal: expression(`$states.input.Error & ': ' & $states.input.Cause & ' '`) },
    outputs: {},
  });
  call.addCatch(refused, { errors: ['States.ALL'] });
  begin.next(call);
  call.next(meanwhile ?? after.startState);
  for (const state of [refused, ...(meanwhile === undefined ? [] : [meanwhile])]) state.next(after.startState);
  return Chain.custom(begin, after.endStates, begin);
}
