import { Choice, type IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { whoIsThere } from '../../cutover/phases/fence';
import { ingressOfNewSide } from '../../cutover/phases/switch';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { NOBODY_FOLLOWS } from '../phases/following';
import { stopReplication } from '../phases/replicate';
import { leadPastRelay, leadThroughRelay, type RelaySteps } from './relay-steps';

/** Leads clients past the relay to the side that they are on by now, and ends it. */
export function withdraw(steps: RelaySteps): Phase {
  const { scope, record, ingress } = steps;
  return {
    name: 'Withdraw',
    role: 'evict',
    purpose:
      'Leads clients past the relay to the side that they are on by now, lets each go between two commands, and ends it.',
    survey: ingress.record(scope, 'Save client ingress of the new side', '$to', false),
    forward: inOrder(
      record.requireUnchanged(scope),
      leadPastRelay(steps, 'Withdraw', '$to', (name, entry) => record.shiftTo(scope, name, entry)),
      Pass.jsonata(scope, 'Clients resolve the new side'),
    ),
    done: `{${ingressOfNewSide(false)}}`,
    undo: backThroughRelay(steps),
    undoing: 'returns',
    undone: `{${ingressOfNewSide(true)}}`,
    stay: inOrder(
      ingress.restore(scope, 'Stay', '$to'),
      Pass.jsonata(scope, 'Stay: client ingress of the new side is restored', { outputs: {} }),
    ),
    stayed: `{${ingressOfNewSide(false)}}`,
  };
}

/** Clients return through the relay. Nobody can be returned from a side that is gone, and it is shut. */
function backThroughRelay(steps: RelaySteps): IChainable {
  const { scope, record, ingress } = steps;
  const prefix = 'Undo Withdraw';
  const answers = whoIsThere(steps, `${prefix}: does the agent reach the old side?`);
  const lead = Parallel.jsonata(scope, `${prefix}: lead clients back to the relay`, { outputs: {} }).branch(
    leadThroughRelay(steps, prefix, '$to', (name, entry) => record.giveBackTo(scope, name, entry)),
  );
  const shut = ingress.revoke(scope, `${prefix}, a side that is gone`, '$to');
  const done = Pass.jsonata(scope, `${prefix}: nobody is connected to the new side`, { outputs: {} });
  lead.addCatch(shut.startState, { errors: ['Agent.Unreachable'], outputs: {} });
  for (const end of shut.endStates) end.next(done);
  return inOrder(answers, lead, done);
}

/** What is over once clients have moved for good: back on blue nothing follows it, and its events are put back in any case. */
export function end(steps: RelaySteps): Phase {
  const { scope, events } = steps;
  const stop = stopReplication(steps, 'End');
  const ended = Pass.jsonata(scope, 'Nothing of blue is changed any more', { outputs: {} });
  const rest: IChainable = events === undefined ? ended : inOrder(events.putBack('End'), ended);
  for (const each of stop.endStates) each.next(rest.startState);
  const isBack = Choice.jsonata(scope, 'Are clients back on blue?').when(is(`$to.side = 'blue'`), stop).otherwise(rest);
  return {
    name: 'End',
    role: 'after',
    purpose: "Puts blue's keyspace events back. Where clients are back on blue, nothing needs to follow it any more.",
    forward: { id: isBack.id, startState: isBack, endStates: [ended] },
    done: jsonata`$merge([{'events': {}}, $to.side = 'blue' ? {${NOBODY_FOLLOWS}} : {}])`,
  };
}
