import { Duration } from 'aws-cdk-lib';
import { type IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../../cutover/machine/phase';
import { awsCall } from '../../../cutover/states/aws-call';
import { expression } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import { order } from '../../../cutover/states/order';
import { NAMED_BY_RDS } from './blue-green-deployment';
import { unlessMoved } from './fence';
import type { ManagedSteps } from './managed-steps';
import { onlyInDirection } from './one-way';
import { ON_BLUE, TO_BLUE } from './rollback-facts';

/**
 * Ends what keeps blue from serving: the replication, and the read-only state. That may have gone with RDS's record of
 * the switchover, which was deleted before clients were kept out of green; otherwise it lasts until the writer is rebooted.
 * Clients are kept out of blue still.
 *
 * @see docs/aws-facts.md#rds-blue-green-delete-ends-read-only
 */
export function makeWritable(steps: ManagedSteps): Phase {
  const { scope, agent, clusters } = steps;
  return {
    name: 'Detach',
    role: 'detach',
    purpose: 'Ends blue’s replication, and its read-only state; proves that it can be written to.',
    direction: 'rollback',
    forward: inOrder(
      clusters.look('Detach: resolve the name of blue'),
      agent.task(scope, 'Detach: clear the replication', {
        verb: 'mysql.detach',
        args: ON_BLUE,
        timeout: Duration.minutes(2),
        outputs: {},
      }),
      rebootUnlessWritable(steps),
    ),
    undo: onlyInDirection(scope, 'rollback', 'Undo Detach', unlessMoved(steps, 'Undo Detach', followAgain(steps))),
  };
}

/** A reboot costs clients half a minute and more: blue is asked first. */
function rebootUnlessWritable(steps: ManagedSteps): IChainable {
  const { scope, agent } = steps;
  const ask = agent.task(scope, 'Detach: ask whether blue takes writes', {
    verb: 'mysql.alive',
    args: { ...ON_BLUE, writableWithinSeconds: 0 },
    timeout: Duration.minutes(1),
    outputs: {},
  });
  const attempt = Parallel.jsonata(scope, 'Detach: does blue take writes?', { outputs: {} }).branch(ask);
  const writable = Pass.jsonata(scope, 'Detach: blue takes writes', { outputs: {} });
  const rebooted = reboot(steps);
  attempt.addCatch(rebooted.startState, { errors: ['States.ALL'] });
  attempt.next(writable);
  for (const end of rebooted.endStates) end.next(writable);
  return { id: attempt.id, startState: attempt, endStates: [writable] };
}

function reboot({ scope, agent, deployment }: ManagedSteps): IChainable {
  const call = awsCall(scope, 'Detach: reboot the writer of blue', {
    call: 'rds:rebootDBInstance',
    parameters: { DbInstanceIdentifier: expression('$clusters.blue.writer') },
    iamAction: 'rds:RebootDBInstance',
    resources: deployment.oldInstanceArns,
    wildcard: NAMED_BY_RDS,
    outputs: {},
  });
  const writable = agent.task(scope, 'Detach: wait until blue takes writes', {
    verb: 'mysql.alive',
    comment: 'Before anything is renamed: a blue that nobody can write to is not to be returned to.',
    args: { ...ON_BLUE, writableWithinSeconds: 600 },
    timeout: Duration.minutes(11),
    outputs: {},
  });
  return order(scope, 'Detach: reboot', call, writable);
}

/** Clients stay on green: blue follows it from where both were equal. If it cannot now, `rollback` tries it again. */
function followAgain({ scope, agent, clusters }: ManagedSteps): IChainable {
  const done = Pass.jsonata(scope, 'Undo Detach: blue was told', { outputs: {} });
  const attempt = Parallel.jsonata(scope, 'Undo Detach: replicate green to blue again', { outputs: {} }).branch(
    inOrder(
      clusters.look('Undo Detach: resolve the name of blue'),
      agent.task(scope, 'Undo Detach: follow', {
        verb: 'mysql.follow',
        args: { ...TO_BLUE, position: expression('$journal.clusters.position') },
        timeout: Duration.minutes(2),
        outputs: {},
      }),
    ),
  );
  attempt.addCatch(done, { errors: ['States.ALL'] });
  return inOrder(attempt, done);
}
