import { Duration } from 'aws-cdk-lib';
import { Chain, Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../../cutover/machine/phase';
import { expression, literal } from '../../../cutover/states/expression';
import { inOrder } from '../../../cutover/states/in-order';
import { is } from '../../../cutover/states/is';
import { jsonata } from '../../../cutover/states/jsonata';
import { type Deletion, deleteCluster, deleteInstances, isProtected } from '../delete-blue';
import { deleteEndpoints } from '../delete-endpoints';
import { arnOfAny } from '../rds-arns';
import { stillUsed } from '../retire';
import { detachQuietly } from '../reverse';
import { INSTANCES, IS_GONE, lookAtInstances } from '../what-is-left';
import { NAMED_BY_RDS } from './blue-green-deployment';
import { forgetDeployment } from './forget-deployment';
import type { ManagedSteps } from './managed-steps';
import { shutOld } from './shut-old';

/**
 * Deletes what RDS renamed to `-old1` on purpose, with a last snapshot, once nobody is on it. What is there is looked at
 * first, so that a retire that was stopped anywhere goes on from there when it is started again.
 *
 * @see docs/aws-facts.md#rds-deletion-protection
 */
export function retire(steps: ManagedSteps): Phase {
  const { scope, agent, family } = steps;
  const hosts = expression(`{'blue': $left.host}`);
  const look = lookAtOld(steps, 'Retire');
  const ask = agent.task(scope, 'Are clients still on blue?', {
    verb: `${family}.connections`,
    args: { side: 'blue', hosts },
    timeout: Duration.minutes(1),
  });
  const remove = deleteAll(steps);
  // The snapshot is not to follow anybody when it is restored.
  const left = family === 'mysql' ? inOrder(detachQuietly(steps, 'Retire', '$from', hosts), remove) : remove;
  const forget = forgetDeployment(steps, 'Retire: blue is gone');
  const gone = Pass.jsonata(scope, 'Blue is gone already', { outputs: { deleted: 'before' } });
  const judge = Choice.jsonata(scope, 'What is left of blue?');
  for (const [condition, fail] of objections(steps)) judge.when(is(condition), fail);
  judge
    .when(is(IS_GONE), inOrder(forget, gone))
    .when(is(`$count(${INSTANCES}) = 0`), remove)
    .otherwise(ask);
  inOrder(
    ask,
    Choice.jsonata(scope, 'Have all clients left blue?')
      .when(is('$states.input.connections > 0'), stillUsed(scope))
      .otherwise(left),
  );
  inOrder(look, judge);
  return {
    name: 'Retire',
    role: 'retire',
    purpose: 'Takes a last snapshot of the old side and deletes it, and the deployment.',
    forward: Chain.custom(look.startState, [gone], gone),
  };
}

/** Assigns `$deployment` and `$left`. */
function lookAtOld({ scope, deployment }: ManagedSteps, prefix: string): IChainable {
  return inOrder(
    deployment.find(`${prefix}: find the deployment of blue`),
    deployment.describeOld(`${prefix}: describe the old cluster`),
    lookAtInstances(scope, prefix, `($left.status = 'gone' ? 'none' : $left.id)`),
  );
}

function objections({ scope, blue, deployment }: ManagedSteps): (readonly [string, Fail])[] {
  const production = literal(String(blue.clusterIdentifier));
  return [
    [
      `$left.status = 'gone' and $not($exists($journal.clusters.blue.id))`,
      Fail.jsonata(scope, 'The deployment is gone', {
        error: 'DeploymentGone',
        cause: `Nothing tells any more which cluster it was that ${deployment.name} replaced. Delete the one that ends in -old1, and its instances, by hand.`,
      }),
    ],
    [
      `$left.id = $lowercase(${production})`,
      Fail.jsonata(scope, 'Blue has the production name', {
        error: 'StillInProduction',
        cause: expression(
          jsonata`
            'The cluster that the journal calls blue has the name that clients know, ' & $left.id
            & ': it is not deleted. See which side is active: cutover status.'
          `,
        ),
      }),
    ],
    isProtected(scope, 'cluster'),
  ];
}

/** With its record RDS would lift the read-only state, so that client ingress is revoked before that. */
function deleteAll(steps: ManagedSteps): IChainable {
  const { scope, deployment } = steps;
  const deletion: Deletion = {
    scope,
    resources: [deployment.oldClusterArn],
    wildcard: NAMED_BY_RDS,
    look: (prefix) => lookAtOld(steps, prefix),
  };
  return inOrder(
    shutOld(steps, 'Retire'),
    forgetDeployment(steps, 'Retire'),
    deleteEndpoints({
      ...{ scope, cluster: expression('$left.id'), clusterArn: deployment.oldClusterArn, wildcard: NAMED_BY_RDS },
      resources: [arnOfAny(scope, 'cluster-endpoint')],
    }),
    deleteInstances({ ...deletion, resources: deployment.oldInstanceArns }),
    deleteCluster(deletion),
  );
}
