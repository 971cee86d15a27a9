import { Duration } from 'aws-cdk-lib';
import { Choice, type IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { untilApplied } from '../../cutover/phases/drain';
import { whoIsThere } from '../../cutover/phases/fence';
import { BACK, of } from '../../cutover/phases/sides';
import { ingressOf } from '../../cutover/phases/switch';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import type { CacheSteps } from './cache-steps';
import { NOBODY_FOLLOWS, OLD_SIDE_FOLLOWS } from './following';
import { ensureReverse } from './reverse';
import { seeOff, unfreeze, verifyNoWrites } from './shut-out';

/** JSONata: what clients wrote on the new side is on the old one, and nothing is copied any more. */
export const CARRIED = '$journal.carried = true';

/** Members of the journal as clients are about to be let on to the new side at LIVE. */
export const NOTHING_CARRIED = `'carried': false, 'conflicts': 0`;

/** What clients write from now on is to be carried back again, before the old side opens again. */
export const STAYED_WHERE_CARRIED = jsonata`
  ${CARRIED} ? {'phase': 'Drain', 'carried': false, ${OLD_SIDE_FOLLOWS},
  ${ingressOf('$from', true)}} : {}
`;

/**
 * At LIVE the old side is shut from Fence on. What clients wrote on the new side is carried back before it opens again, while
 * nobody is on either: whatever the old side announces of its changes, the copy then meets no write but its own. It has
 * ended before the old side opens. A key that expires on the new side would take away what clients have just written on
 * the old one.
 */
export function carryBack(steps: CacheSteps): Pick<Phase, 'undo' | 'undoing' | 'undone' | 'stay' | 'stayed'> {
  const prefix = 'Undo Drain';
  return {
    undo: carry(steps, prefix),
    undoing: 'returns',
    undone: `$merge([$states.input, {${NOBODY_FOLLOWS}}])`,
    stay: letIn(steps, 'Stay at Drain'),
    stayed: `{${OLD_SIDE_FOLLOWS}}`,
  };
}

/** Outputs what of it the journal keeps. */
function carry(steps: CacheSteps, prefix: string): IChainable {
  const { scope, agent, record } = steps;
  const look = record.readWeights(scope, `${prefix}: read the active side`);
  const answers = whoIsThere(steps, `${prefix}: does the agent reach the old side?`);
  const over = Parallel.jsonata(scope, `${prefix}: replicate client writes back`, {
    assign: { conflicts: expression('$states.result[0].conflicts') },
    outputs: {},
  }).branch(
    inOrder(
      seeOff(steps, prefix, '$to'),
      // Until the way is turned the agent writes there, as it does where only the fence was undone.
      unfreeze(steps, prefix, '$to'),
      ensureReverse(steps, prefix, false),
      verifyNoWrites(steps, prefix, '$to'),
      untilApplied(steps, `${prefix}: wait until nothing is left to apply`, BACK),
    ),
  );
  const stop = agent.task(scope, `${prefix}: stop the replication`, {
    verb: 'redis.stop',
    args: {},
    timeout: Duration.minutes(2),
    outputs: {},
  });
  const carried = Pass.jsonata(scope, `${prefix}: what clients wrote is on the old side`, {
    outputs: expression(`{'carried': true, 'conflicts': $conflicts}`),
  });
  const nothing = Pass.jsonata(scope, `${prefix}: there is nothing to carry back`, { outputs: {} });
  look.addCatch(answers, { errors: ['States.ALL'] });
  look.next(
    Choice.jsonata(scope, `${prefix}: are clients on the new side?`)
      .when(is('$lookup($shares, $to.side) > 0'), answers)
      .otherwise(nothing),
  );
  // The new side is gone: what undoes the switch sends clients where there is an answer.
  over.addCatch(nothing, { errors: ['Agent.Unreachable'], outputs: {} });
  answers.next(over);
  const stopped = inOrder(over, stop, carried);
  return { id: look.id, startState: look, endStates: [...stopped.endStates, nothing] };
}

/** Clients stay on the new side: nobody is to be on the old one, which follows again, so that they can go back later. */
export function letIn(steps: CacheSteps, prefix: string): IChainable {
  const { scope, agent, ingress } = steps;
  return inOrder(
    ingress.restore(scope, prefix, '$to'),
    unfreeze(steps, prefix, '$to'),
    ingress.revoke(scope, `${prefix}, shut the rest`, '$from'),
    agent.task(scope, `${prefix}: empty the old side`, {
      verb: 'redis.evict',
      args: { ...of('$from'), quietSeconds: 0.5, timeoutSeconds: 60 },
      timeout: Duration.minutes(2),
    }),
    ensureReverse(steps, prefix, false),
  );
}

/** The same where the copy has ended; else it goes on as it is. */
export function letInWhereCarried(steps: CacheSteps, prefix: string): IChainable {
  const { scope } = steps;
  const again = letIn(steps, prefix);
  const done = Pass.jsonata(scope, `${prefix}: clients are on the new side`, { outputs: {} });
  const choice = Choice.jsonata(scope, `${prefix}: has the copy ended?`)
    .when(is(CARRIED), inOrder(again, done))
    .otherwise(done);
  return { id: choice.id, startState: choice, endStates: [done] };
}
