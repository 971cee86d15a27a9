import { Duration } from 'aws-cdk-lib';
import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from '../../cutover/expression';
import type { Phase } from '../../cutover/phase';
import { CacheConsistency } from '../consistency';
import { BACK, type CacheSteps, inOrder } from './cache-steps';
import { unfreeze } from './fence';
import { stopReplication } from './replicate';

/** From here on the old side follows the new one, so that users can go back with all they wrote. */
export function reverse(steps: CacheSteps): Phase {
  const { scope, agent, events } = steps;
  const follow = agent.task(scope, 'Have the old side follow the new one', {
    verb: 'redis.reverse',
    args: BACK,
    timeout: Duration.minutes(10),
    outputs: {},
  });
  const forward: [IChainable, ...IChainable[]] = [unfreeze(steps, 'Reverse', '$from'), follow];
  if (events !== undefined) forward.push(events.putBack('Reverse'));
  return {
    name: 'Reverse',
    purpose: 'Has the old side follow the new one, so that users can go back with everything they wrote.',
    forward: inOrder(...forward, Pass.jsonata(scope, 'The way back is open', { outputs: {} })),
    // From now on the old side holds what we put there: going back may fill it again.
    done: `{'events': {}, 'filled': $merge([$journal.filled, {$from.side: true}])}`,
    // At LIVE users are on the new side already: undoing the switch needs this replication.
    ...(steps.consistency === CacheConsistency.FENCED && { undo: stopReplication(steps, 'Undo Reverse') }),
  };
}

/** The same replication, made sure of. */
export function ensureReverse({ scope, agent }: CacheSteps, prefix: string): IChainable {
  return agent.task(scope, `${prefix}: have the old side follow`, {
    verb: 'redis.reverse',
    args: BACK,
    timeout: Duration.minutes(10),
    outputs: expression('{}'),
  });
}
