import { Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { RESTORED, whoIsThere } from '../../cutover/phases/fence';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { askWhoServes, leadPastRelay, leadThroughRelay, type RelaySteps, SILENT } from './relay-steps';

/** Has clients come through the relay, which forwards to the side that they are on. */
export function interpose(steps: RelaySteps): Phase {
  const { scope, record, ingress } = steps;
  return {
    name: 'Interpose',
    role: 'interpose',
    purpose:
      'Leads clients to a relay on the migration host, which forwards to the side that they are on, and shuts that side for all but the host.',
    survey: ingress.record(scope, 'Save client ingress of the old side', '$from', true),
    forward: inOrder(
      whoIsThere(steps, 'Interpose: does the agent reach the old side?'),
      record.requireUnchanged(scope, ' before Interpose'),
      leadThroughRelay(steps, 'Interpose', '$from', (name, entry) => record.shiftTo(scope, name, entry)),
      Pass.jsonata(scope, 'All clients come through the relay'),
    ),
    undo: inOrder(
      isStillHere(steps),
      leadPastRelay(steps, 'Undo Interpose', '$from', (name, entry) => record.giveBackTo(scope, name, entry)),
    ),
    undoing: 'returns',
    undone: RESTORED,
  };
}

/**
 * Nobody is sent to the old side where the relay's markers say that the other one serves. An agent that does not answer has
 * made no decision in this phase, and its clients are served by nobody meanwhile.
 */
function isStillHere(steps: RelaySteps): IChainable {
  const { scope } = steps;
  const prefix = 'Undo Interpose';
  const ask = askWhoServes(steps, `${prefix}: ask the relay who serves`);
  const here = Pass.jsonata(scope, `${prefix}: the old side serves`, { outputs: {} });
  const elsewhere = Fail.jsonata(scope, `${prefix}: the new side serves`, {
    error: 'ServesElsewhere',
    cause: expression(
      jsonata`
        'The relay serves ' & $to.side & ': clients stay there. On the migration host, redis.handover takes them back
        to ' & $from.side & '.'
      `,
    ),
  });
  ask.addCatch(here, { errors: [...SILENT, 'Agent.Stopped', 'Agent.Unreachable'] });
  ask.next(
    Choice.jsonata(scope, `${prefix}: does the new side serve?`)
      .when(is('$states.input.serving = $to.side'), elsewhere)
      .otherwise(here),
  );
  return { id: ask.id, startState: ask, endStates: [here] };
}
