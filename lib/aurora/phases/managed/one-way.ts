import { Chain, Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { is } from '../../../cutover/states/is';

/** The undo of a phase that is gone through on one way only: on the other there is nothing of it to put back. */
export function onlyInDirection(
  scope: Construct,
  direction: 'cutover' | 'rollback',
  name: string,
  undo: IChainable,
  otherwise: Record<string, unknown> = {},
): IChainable {
  const nothing = Pass.jsonata(scope, `${name}: nothing to undo`, { outputs: otherwise });
  const choice = Choice.jsonata(scope, `${name}: did the phase run?`)
    .when(is(`$to.side = '${direction === 'cutover' ? 'green' : 'blue'}'`), undo)
    .otherwise(nothing);
  return Chain.custom(choice, [...undo.endStates, nothing], choice);
}
