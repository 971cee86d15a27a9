import { Duration } from 'aws-cdk-lib';
import { Choice, Fail, type IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { type BACK, FORTH } from '../../cutover/phases/sides';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { CacheConsistency } from '../migration/consistency';
import type { CacheSteps } from './cache-steps';
import { follows, NOBODY_FOLLOWS } from './following';

/** Fills the new side and keeps it current; compares every key while clients are still on the old side. */
export function replicate(steps: CacheSteps): Phase {
  const { scope, agent, events } = steps;
  // At LIVE clients may write on the new side while it is filled.
  const overlap = steps.consistency === CacheConsistency.LIVE;
  const copy = agent.task(scope, 'Copy every key and keep it current', {
    verb: 'redis.replicate',
    args: {
      ...FORTH,
      // The preflight has seen that it was empty or ours, and a copy begun again meets its own keys.
      targetIsOurs: true,
      overlap,
    },
    timeout: steps.catchUpTimeout,
    outputs: {},
  });
  const compare = compareKeys(steps, 'Compare every key', 'full', steps.catchUpTimeout);
  const forward: [IChainable, ...IChainable[]] = [copy, compare];
  if (events !== undefined) forward.unshift(events.turnOn('Replicate'));

  return {
    name: 'Replicate',
    role: 'replicate',
    purpose: 'Copies every key, keeps the copy current, and compares all of it while nobody waits for that.',
    survey: surveyTarget(steps),
    begins: `{${follows({ from: '$from', to: '$to', overlap, anew: true })}}`,
    forward: inOrder(...forward),
    undo: inOrder(
      stopReplication(steps, 'Undo Replicate'),
      ...(events === undefined ? [] : [events.putBack('Undo Replicate')]),
    ),
    undone: `{'events': {}, ${NOBODY_FOLLOWS}}`,
  };
}

/** Whatever is on the new side from here on is ours: a copy begun again may overwrite it. */
function surveyTarget({ scope, events }: CacheSteps): IChainable {
  const ours = Pass.jsonata(scope, 'Save that the new side may be filled', {
    outputs: expression(`$merge([$states.input, {'filled': $merge([$journal.filled, {$to.side: true}])}])`),
  });
  if (events === undefined) {
    return Pass.jsonata(scope, 'Nothing of the old side is changed', { outputs: {} }).next(ours);
  }
  return inOrder(events.survey("Record blue's keyspace events"), ours);
}

/** Ends the replication. An agent that does not answer replicates nothing, and must not keep clients waiting. */
export function stopReplication({ scope, agent }: CacheSteps, prefix: string): IChainable {
  const stop = agent.task(scope, `${prefix}: stop the replication`, {
    verb: 'redis.stop',
    args: {},
    timeout: Duration.minutes(2),
    outputs: {},
  });
  const attempt = Parallel.jsonata(scope, `${prefix}: have the replication stopped`, { outputs: {} }).branch(stop);
  const done = Pass.jsonata(scope, `${prefix}: no replication runs`, { outputs: {} });
  attempt.addCatch(done, { errors: ['States.ALL'] });
  return inOrder(attempt, done);
}

/** Compares, and fails when anything differs. Outputs what the agent found. */
export function compareKeys(
  { scope, agent }: CacheSteps,
  name: string,
  mode: 'full' | 'delta',
  timeout: Duration,
  way: typeof FORTH | typeof BACK = FORTH,
): IChainable {
  const compare = agent.task(scope, name, { verb: 'redis.verify', args: { ...way, mode }, timeout });
  const differs = Fail.jsonata(scope, `${name}: sides differ`, {
    error: 'Mismatch',
    cause: expression(
      jsonata`
        $string($states.input.mismatches) & ' of ' & $string($states.input.keysCompared) & ' keys differ, e.g. '
        & $string($states.input.sample)
      `,
    ),
  });
  const equal = Pass.jsonata(scope, `${name}: both sides are equal`);
  const judge = Choice.jsonata(scope, `${name}: are both sides equal?`)
    .when(is('$states.input.mismatches > 0'), differs)
    .otherwise(equal);
  compare.next(judge);
  return inOrderTo(compare, equal);
}

function inOrderTo(start: IChainable, end: Pass): IChainable {
  return { id: start.id, startState: start.startState, endStates: end.endStates };
}
