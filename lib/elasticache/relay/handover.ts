import { Duration } from 'aws-cdk-lib';
import { Choice, Fail, type IChainable, type Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { BACK, FORTH } from '../../cutover/phases/sides';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { follows, OLD_SIDE_IS_FILLED } from '../phases/following';
import { compareKeys } from '../phases/replicate';
import { askWhoServes, findOutWhoServes, type RelaySteps } from './relay-steps';

/** Moves all clients of the relay to the new side between two commands; the old side follows from then on. */
export function handover(steps: RelaySteps): Phase {
  return {
    name: 'Handover',
    role: 'switch',
    purpose:
      'Moves all clients of the relay to the new side between two commands, without closing a connection; or leaves all where they are.',
    forward: handOver(steps, 'Handover', FORTH),
    done: `{${OLD_SIDE_IS_FILLED}}`,
    undo: handBack(steps),
    undoing: 'returns',
    undone: `{${follows({ from: '$from', to: '$to', overlap: false, anew: true })}}`,
  };
}

/** Nobody returns by weights alone: the markers say who serves, and who is on the new side is handed over again. */
function handBack(steps: RelaySteps): IChainable {
  const { scope, record } = steps;
  const prefix = 'Undo Handover';
  const look = record.readWeights(scope, `${prefix}: read the weights`);
  const ask = askWhoServes(steps, `${prefix}: ask the relay who serves`);
  const back = handOver(steps, prefix, BACK);
  const done = Pass.jsonata(scope, `${prefix}: the old side serves`, { outputs: {} });
  const unknown = Fail.jsonata(scope, `${prefix}: nobody can tell who serves`, {
    error: 'ServingUnknown',
    cause:
      'The record leads to the relay, and no marker says which side it serves. On the migration host: redis.relay, and docs/relay.md.',
  });
  look.next(
    Choice.jsonata(scope, `${prefix}: have clients left a new side that is gone?`)
      .when(is('$lookup($shares, $to.side) > 0'), done)
      .otherwise(ask),
  );
  ask.next(
    Choice.jsonata(scope, `${prefix}: who serves?`)
      .when(is('$states.input.serving = $from.side'), done)
      .when(is('$states.input.serving = $to.side'), back.startState)
      .otherwise(unknown),
  );
  for (const end of back.endStates) end.next(done);
  return { id: look.id, startState: look, endStates: [done] };
}

/**
 * The switch. Where it was not answered, the markers tell whether it happened; where it did not, the copy and the comparison
 * are made sure of, which an agent that was restarted has begun anew, and it is tried once more.
 */
function handOver(steps: RelaySteps, prefix: string, way: typeof FORTH | typeof BACK): IChainable {
  const { scope } = steps;
  const target = way === FORTH ? '$to' : '$from';
  const first = attempt(steps, `${prefix}: move clients between two commands`, way);
  // What is undone is tried again as a whole.
  const find = way === FORTH ? findOutWhoServes : askWhoServes;
  const ask = find(steps, `${prefix}: who serves after all?`);
  const follow = copyOf(steps, `${prefix}: have the other side follow`, way === FORTH ? BACK : FORTH);
  const again = inOrder(
    copyOf(steps, `${prefix}: make sure of the copy`, way),
    compareKeys(steps, `${prefix}: compare every key`, 'full', steps.catchUpTimeout, way),
    attempt(steps, `${prefix}: move clients once more`, way),
  );
  const moved = Pass.jsonata(scope, `${prefix}: clients are on their side`);
  first.addCatch(ask, { errors: ['States.ALL'] });
  first.next(moved);
  ask.next(
    Choice.jsonata(scope, `${prefix}: was it done?`)
      .when(is(`$states.input.serving = ${target}.side`), follow)
      .otherwise(again.startState),
  );
  follow.next(moved);
  for (const end of again.endStates) end.next(moved);
  return { id: first.id, startState: first, endStates: [moved] };
}

/** As often as clients would have to be held for too long, or one of them has just gone round the relay. */
const TRIES = 3;

function attempt({ scope, agent, relay }: RelaySteps, name: string, way: typeof FORTH | typeof BACK): Parallel {
  const move = agent.task(scope, name, {
    verb: 'redis.handover',
    args: { ...way, maxPauseMs: relay.maxPause.toMilliseconds(), closesOthers: false },
    timeout: Duration.minutes(2),
  });
  move.addRetry({
    errors: ['Agent.NotHandedOver'],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxAttempts: TRIES - 1,
  });
  return move;
}

function copyOf({ scope, agent, catchUpTimeout }: RelaySteps, name: string, way: typeof FORTH | typeof BACK): Parallel {
  return agent.task(scope, name, {
    verb: 'redis.replicate',
    args: { ...way, targetIsOurs: true, overlap: false },
    timeout: catchUpTimeout,
    outputs: {},
  });
}
