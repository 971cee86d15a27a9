import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import {
  Chain,
  Choice,
  Fail,
  type IChainable,
  Map as MapState,
  Pass,
  ProvideItems,
} from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../../../cutover/aws-call';
import { expression } from '../../../cutover/expression';
import { inOrder } from '../../../cutover/in-order';
import { is } from '../../../cutover/is';
import type { Phase } from '../../../cutover/phase';
import { SNAPSHOT, stillUsed } from '../retire';
import { detachQuietly } from '../reverse';
import { NAMED_BY_RDS } from './blue-green-deployment';
import type { ManagedSteps } from './managed-steps';

/** Deletes what RDS renamed to `-old1` on purpose, with a last snapshot, once nobody is on it. */
export function retire(steps: ManagedSteps): Phase {
  const { scope, agent, family, deployment } = steps;
  const find = deployment.find('Which deployment was it?');
  const describe = deployment.describeOld('Which cluster was left?', 'old');
  const hosts = expression(`{'blue': $old.host}`);
  const ask = agent.task(scope, 'Is anybody still on blue?', {
    verb: `${family}.connections`,
    args: { side: 'blue', hosts },
    timeout: Duration.minutes(1),
  });
  const gone = Fail.jsonata(scope, 'The deployment is gone', {
    error: 'DeploymentGone',
    cause: `Nothing tells any more which cluster it was that ${deployment.name} replaced. Delete the one that ends in -old1, and its instances, by hand.`,
  });
  find
    .next(describe)
    .next(
      Choice.jsonata(scope, 'Is it known which cluster was left?').when(is(`$exists($old.id)`), ask).otherwise(gone),
    );
  inOrder(
    ask,
    Choice.jsonata(scope, 'Has everybody left blue?')
      .when(is('$states.input.connections > 0'), stillUsed(scope))
      .otherwise(
        // The snapshot is not to follow anybody when it is restored.
        family === 'mysql' ? inOrder(detachQuietly(steps, 'Retire', '$from', hosts), remove(steps)) : remove(steps),
      ),
  );
  return {
    name: 'Retire',
    purpose: 'Takes a last snapshot of the old side and deletes it, and the deployment.',
    forward: find,
  };
}

function remove({ scope, deployment }: ManagedSteps): IChainable {
  const snapshots = Stack.of(scope).formatArn({
    service: 'rds',
    resource: 'cluster-snapshot',
    resourceName: 'cutover-final-*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const instance = awsCall(scope, 'Delete the instance', {
    call: 'rds:deleteDBInstance',
    parameters: { DbInstanceIdentifier: expression('$states.input') },
    iamAction: 'rds:DeleteDBInstance',
    resources: deployment.oldInstanceArns,
    wildcard: NAMED_BY_RDS,
    outputs: {},
  });
  const forget = deployment.delete('Delete the deployment, and nothing of it');
  const forgotten = Pass.jsonata(scope, 'RDS knows of no deployment', { outputs: {} });
  forget.next(forgotten);
  return inOrder(
    Chain.custom(
      Choice.jsonata(scope, 'Is the deployment still there?')
        .when(is(`$deployment.status = 'none'`), forgotten)
        .otherwise(forget),
      [forgotten],
      forgotten,
    ),
    MapState.jsonata(scope, 'Delete the instances of blue', {
      items: ProvideItems.jsonata(expression('$old.members')),
      outputs: {},
    }).itemProcessor(instance),
    awsCall(scope, 'Delete blue, with a last snapshot', {
      call: 'rds:deleteDBCluster',
      parameters: {
        DbClusterIdentifier: expression('$old.id'),
        FinalDBSnapshotIdentifier: expression(SNAPSHOT),
        SkipFinalSnapshot: false,
      },
      iamAction: ['rds:DeleteDBCluster', 'rds:CreateDBClusterSnapshot'],
      resources: [deployment.oldClusterArn, snapshots],
      wildcard: `${NAMED_BY_RDS} The last snapshot is named after the time it is taken.`,
      outputs: expression(`{'deleted': $states.result.DbCluster.DbClusterIdentifier}`),
    }),
  );
}
