import { Duration } from 'aws-cdk-lib';
import { Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../../cutover/machine/phase';
import { expression, literal } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import { is } from '../../../cutover/states/is';
import { jsonata } from '../../../cutover/states/jsonata';
import { compare, unlessClientsWait } from '../replicate';
import type { ManagedSteps } from './managed-steps';
import { onlyInDirection } from './one-way';
import { closed, equalAt, groupsOf, ON_BLUE, TO_BLUE } from './rollback-facts';

/**
 * Keeps clients from writing to green, and proves that nobody does. Green and blue came with the same security groups, so
 * that no rule of those may be taken away: green is put into another.
 */
export function fence(steps: ManagedSteps): Phase {
  const { scope, agent, clusters } = steps;
  const open = inOrder(
    clusters.look('Undo Fence: read the security groups of green'),
    clusters.give('Undo Fence', 'green', groupsOf('green')),
  );
  return {
    name: 'Fence',
    role: 'fence',
    purpose:
      'Puts green into a closed security group, closes open connections, and proves that its log gets no writes.',
    direction: 'rollback',
    survey: noteGroups(steps),
    forward: inOrder(
      agent.task(scope, 'Fence: does the agent reach green?', {
        verb: 'mysql.connections',
        comment: 'Before client ingress is revoked, the agent must answer: it has to do the rest.',
        args: { side: 'green' },
        timeout: Duration.minutes(1),
      }),
      clusters.look('Fence: read the security groups of green'),
      clusters.give('Fence', 'green', closed(steps)),
      agent.task(scope, 'Fence: disconnect clients', {
        verb: 'mysql.fence',
        comment: 'Another group does not cut what is connected.',
        args: { side: 'green' },
        timeout: Duration.minutes(1),
      }),
      agent.task(scope, 'Fence: verify no writes', {
        verb: 'mysql.nowrites',
        args: { side: 'green', seconds: 0.5, timeoutSeconds: 30 },
        timeout: Duration.minutes(1),
      }),
    ),
    undo: onlyInDirection(scope, 'rollback', 'Undo Fence', unlessMoved(steps, 'Undo Fence', ifShut(steps, open))),
    undoing: 'returns',
  };
}

/** Whose groups were not noted, because that failed, was put into no other. */
function ifShut({ scope }: ManagedSteps, step: IChainable): IChainable {
  const done = Pass.jsonata(scope, 'Undo Fence: green has its security groups', { outputs: {} });
  const choice = Choice.jsonata(scope, 'Undo Fence: were the groups of green noted?')
    .when(is(`$count(${groupsOf('green')}) > 0`), step)
    .otherwise(done);
  for (const end of step.endStates) end.next(done);
  return { id: choice.id, startState: choice, endStates: [done] };
}

/** A green whose client ingress is revoked already had its groups noted when it was. */
function noteGroups({ scope, clusters, closedGroupId }: ManagedSteps): IChainable {
  const now = `$clusters.green.groups[$ != ${literal(closedGroupId)}]`;
  return inOrder(
    clusters.look('Fence: save the security groups of green'),
    Pass.jsonata(scope, 'Save client ingress of green', {
      outputs: expression(
        jsonata`
          ($now := [${now}]; {'clusters': $merge([$journal.clusters, {'green': $merge([$journal.clusters.green,
          $count($now) > 0 ? {'groups': $now} : {}])}])})
        `,
      ),
    }),
  );
}

/** Once clients are on blue, green stays as it is. */
export function unlessMoved({ scope }: ManagedSteps, prefix: string, step: IChainable): IChainable {
  const done = Pass.jsonata(scope, `${prefix}: done`, { outputs: {} });
  const choice = Choice.jsonata(scope, `${prefix}: are clients on blue?`)
    .when(is(`$journal.moved = 'blue'`), done)
    .otherwise(step);
  for (const end of step.endStates) end.next(done);
  return { id: choice.id, startState: choice, endStates: [done] };
}

/** Nothing is written to green any more: what is still on its way arrives, and blue holds all there is. */
export function drain({ scope, agent, clusters }: ManagedSteps): Phase {
  return {
    name: 'Drain',
    role: 'drain',
    purpose: 'Waits until blue has applied everything that is in green’s binary log.',
    direction: 'rollback',
    forward: inOrder(
      clusters.look('Drain: resolve the name of blue'),
      agent.task(scope, 'Wait until nothing is left to apply', {
        verb: 'mysql.drain',
        args: { ...TO_BLUE, timeoutSeconds: 300 },
        timeout: Duration.minutes(6),
      }),
    ),
    // Up to there blue has everything: it is followed from there again, if clients stay on green.
    done: equalAt('$states.result[0].position'),
  };
}

/** The freeze pays for what changed, not for what is there: all was compared before. */
export function verify(steps: ManagedSteps): Phase {
  const { scope, clusters } = steps;
  return {
    name: 'Verify',
    role: 'verify',
    purpose: 'Compares what changed since everything was compared.',
    direction: 'rollback',
    forward: inOrder(
      clusters.look('Verify: resolve the name of blue'),
      unlessClientsWait(
        steps,
        compare(steps, 'Compare what changed', 'delta', Duration.minutes(6), ON_BLUE.hosts),
        'Nothing was compared before',
      ),
      Pass.jsonata(scope, 'Both sides are equal'),
    ),
  };
}
