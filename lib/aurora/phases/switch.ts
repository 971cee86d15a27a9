import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { untilApplied } from '../../cutover/phases/drain';
import { BACK } from '../../cutover/phases/sides';
import { doesAnswer, ingressOfNewSide, moveNames, undoSwitch } from '../../cutover/phases/switch';
import { inOrder } from '../../cutover/states/in-order';
import type { DatabaseSteps } from './database-steps';
import { shutOut, verifyNoWrites } from './fence';
import { ensureReverse } from './reverse';

/** Moves the names to the new side, and waits until every resolver has seen it. */
export function switchOver(steps: DatabaseSteps): Phase {
  const { scope, ingress } = steps;
  return {
    name: 'Switch',
    role: 'switch',
    purpose:
      'Moves the DNS names of writers and of all readers in one batch, and waits until every resolver has seen it.',
    survey: ingress.record(scope, 'Save client ingress of the new side', '$to', false),
    forward: moveNames(steps, inOrder(doesAnswer(steps), ingress.restore(scope, 'Switch', '$to'))),
    done: `{${ingressOfNewSide(false)}}`,
    undo: undoSwitch(steps, {
      carry: (prefix) => carryBack(steps, prefix),
      shut: (prefix) => shutOut(steps, prefix, '$to'),
      noted: {
        name: 'equalAt',
        carried: '{$from.side: $states.result[0].position}',
        lost: {},
        before: '$merge([{}, $journal.equalAt])',
      },
    }),
    undoing: 'returns',
    stay: inOrder(
      ingress.restore(scope, 'Stay', '$to'),
      Pass.jsonata(scope, 'Stay: client ingress of the new side is restored', { outputs: {} }),
    ),
    undone: `$states.input.left ? {${ingressOfNewSide(true)}, 'equalAt': $states.input.equalAt} : {}`,
  };
}

/** Outputs where the old side's log stands when it has everything. */
function carryBack(steps: DatabaseSteps, prefix: string): IChainable {
  return inOrder(
    shutOut(steps, prefix, '$to'),
    ensureReverse(steps, prefix),
    untilApplied(steps, `${prefix}: wait until nothing is left to apply`, BACK, {}),
    verifyNoWrites(steps, `${prefix}: save the log position of the old side`, '$from'),
  );
}
