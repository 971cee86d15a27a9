import { Duration } from 'aws-cdk-lib';
import { Chain, Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { BACK } from '../../cutover/phases/sides';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { CacheConsistency } from '../migration/consistency';
import type { BlueEvents } from './blue-events';
import type { CacheSteps } from './cache-steps';
import { NOBODY_FOLLOWS, OLD_SIDE_IS_FILLED } from './following';
import { stopReplication } from './replicate';
import { unfreeze } from './shut-out';

/** From here on the old side follows the new one, so that clients can go back with all they wrote. */
export function reverse(steps: CacheSteps): Phase {
  const { scope, agent, events } = steps;
  const follow = agent.task(scope, 'Replicate the new side to the old side', {
    verb: 'redis.reverse',
    // Nobody is on the old side: it is fenced.
    args: { ...BACK, overlap: false },
    timeout: Duration.minutes(10),
    outputs: {},
  });
  const done = Pass.jsonata(scope, 'The rollback is open', { outputs: {} });
  const forward: IChainable[] = [follow];
  if (events !== undefined) forward.push(unlessBlueIsFollowed(steps, events, done));
  return {
    name: 'Reverse',
    role: 'reverse',
    purpose: 'Has the old side follow the new one, so that clients can go back with everything they wrote.',
    // While it is turned, a host that starts must not take up the one way or the other: the task does.
    begins: `{${NOBODY_FOLLOWS}}`,
    forward: inOrder(unfreeze(steps, 'Reverse', '$from'), ...forward, done),
    done: jsonata`
      $merge([{${OLD_SIDE_IS_FILLED}}, $from.side = 'blue' ? {'events': {}} : {}])
    `,
    // At LIVE clients are on the new side already: what undoes Drain needs this replication, and ends it.
    ...(steps.consistency === CacheConsistency.FENCED && { undo: stopReplication(steps, 'Undo Reverse') }),
  };
}

/** Green is what is followed from now on: blue's events are put back. In a rollback blue is, and they stay on. */
function unlessBlueIsFollowed({ scope }: CacheSteps, events: BlueEvents, done: Pass): IChainable {
  const putBack = events.putBack('Reverse');
  const choice = Choice.jsonata(scope, 'Is it green that is followed now?')
    .when(is(`$to.side = 'green'`), putBack)
    .otherwise(done);
  return Chain.custom(choice, putBack.endStates, choice);
}

/** Clients are back on blue: nothing needs to follow it any more, and its events are put back. */
export function endReplication(steps: CacheSteps): Phase {
  const { scope, events } = steps;
  const ended = Pass.jsonata(scope, 'Replication has ended', { outputs: {} });
  return {
    name: 'End',
    purpose: 'Ends the replication: clients are back on blue, and nothing needs to follow it.',
    direction: 'rollback',
    role: 'after',
    forward: inOrder(stopReplication(steps, 'End'), ...(events === undefined ? [] : [events.putBack('End')]), ended),
    done: `{'events': {}, ${NOBODY_FOLLOWS}}`,
  };
}

/** The same replication, made sure of. In an overlap clients may be on the old side still, where nobody has fenced it. */
export function ensureReverse({ scope, agent }: CacheSteps, prefix: string, overlap: boolean): IChainable {
  return agent.task(scope, `${prefix}: replicate to the old side`, {
    verb: 'redis.reverse',
    args: { ...BACK, overlap },
    timeout: Duration.minutes(10),
    outputs: expression('{}'),
  });
}
