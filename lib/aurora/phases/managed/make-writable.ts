import { Duration } from 'aws-cdk-lib';
import { Choice, Fail, type IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../../../cutover/aws-call';
import { expression } from '../../../cutover/expression';
import { inOrder } from '../../../cutover/in-order';
import { is } from '../../../cutover/is';
import type { Phase } from '../../../cutover/phase';
import { order } from '../order';
import { poll } from '../poll';
import { NAMED_BY_RDS } from './blue-green-deployment';
import { unlessMoved } from './fence';
import { onlyOnTheWay } from './one-way';
import { ON_BLUE, TO_BLUE, type WayBackSteps } from './way-back-steps';

/**
 * Ends what keeps blue from serving: the replication, RDS's record of the switchover, and the read-only state, which
 * lasts until the writer is rebooted. Users are kept out of it still.
 */
export function makeWritable(steps: WayBackSteps): Phase {
  const { scope, agent, clusters } = steps;
  return {
    name: 'Detach',
    purpose: 'Ends blue’s replication, and its read-only state by a reboot; proves that it can be written to.',
    direction: 'back',
    forward: inOrder(
      clusters.look('Detach: what is blue called?'),
      agent.task(scope, 'Detach: clear the replication', {
        verb: 'mysql.detach',
        args: ON_BLUE,
        timeout: Duration.minutes(2),
        outputs: {},
      }),
      forgetDeployment(steps),
      reboot(steps),
    ),
    undo: onlyOnTheWay(scope, 'back', 'Undo Detach', unlessMoved(steps, 'Undo Detach', followAgain(steps))),
  };
}

/** What RDS knows of the switchover stands against new names. */
function forgetDeployment({ scope, deployment }: WayBackSteps): IChainable {
  const find = deployment.find('Detach: is there a deployment still?');
  const gone = Pass.jsonata(scope, 'Detach: RDS knows of no switchover', { outputs: {} });
  const remove = deployment.delete('Detach: delete the deployment, and nothing of it');
  const until = poll(scope, 'Detach: deployment', {
    ask: deployment.find('Detach: is the deployment gone?'),
    done: `$deployment.status = 'none'`,
    within: Duration.minutes(10),
    late: Fail.jsonata(scope, 'Detach: the deployment stays', {
      error: 'DeploymentStays',
      cause: expression(`'RDS does not delete the deployment ' & $deployment.id & ': it is ' & $deployment.status`),
    }),
    everySeconds: '2',
  });
  const ordered = order(scope, 'Detach: deployment', remove, until);
  for (const end of ordered.endStates) end.next(gone);
  find.next(
    Choice.jsonata(scope, 'Detach: is there one to delete?')
      .when(is(`$deployment.status = 'none'`), gone)
      .otherwise(ordered),
  );
  return { id: find.id, startState: find, endStates: [gone] };
}

function reboot({ scope, agent, deployment }: WayBackSteps): IChainable {
  const call = awsCall(scope, 'Detach: reboot the writer of blue', {
    call: 'rds:rebootDBInstance',
    parameters: { DbInstanceIdentifier: expression('$clusters.blue.writer') },
    iamAction: 'rds:RebootDBInstance',
    resources: deployment.oldInstanceArns,
    wildcard: NAMED_BY_RDS,
    outputs: {},
  });
  const writable = agent.task(scope, 'Detach: wait until blue can be written to', {
    verb: 'mysql.alive',
    comment: 'Before anything is renamed: a blue that nobody can write to is not to be returned to.',
    args: { ...ON_BLUE, writableWithinSeconds: 600 },
    timeout: Duration.minutes(11),
    outputs: {},
  });
  return order(scope, 'Detach: reboot', call, writable);
}

/** Users stay on green: blue follows it from where both were equal. If it cannot now, `back` tries it again. */
function followAgain({ scope, agent, clusters }: WayBackSteps): IChainable {
  const done = Pass.jsonata(scope, 'Undo Detach: blue was told', { outputs: {} });
  const attempt = Parallel.jsonata(scope, 'Undo Detach: have blue follow green again', { outputs: {} }).branch(
    inOrder(
      clusters.look('Undo Detach: what is blue called?'),
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
