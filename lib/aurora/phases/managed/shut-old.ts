import { Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { inOrder } from '../../../cutover/states/in-order';
import { is } from '../../../cutover/states/is';
import type { ManagedSteps } from './managed-steps';
import { closed } from './rollback-facts';

/**
 * Puts what clients have left into the closed group. RDS keeps it read-only for as long as its record of the switchover is
 * there, and anyone who deletes that, in the console too, would open it to clients that hold on to its address.
 *
 * A journal that was lost does not tell which cluster it is: then only the read-only state keeps them out.
 */
export function shutOld(steps: ManagedSteps, prefix: string): IChainable {
  const { scope, clusters } = steps;
  const done = Pass.jsonata(scope, `${prefix}: client ingress of blue was checked`, { outputs: {} });
  const shut = inOrder(
    clusters.look(`${prefix}: read the security groups of blue`),
    clusters.give(prefix, 'blue', closed(steps)),
    done,
  );
  const known = Choice.jsonata(scope, `${prefix}: is it known which cluster is blue?`)
    .when(is('$exists($journal.clusters.blue.id)'), shut)
    .otherwise(done);
  return { id: known.id, startState: known, endStates: [done] };
}
