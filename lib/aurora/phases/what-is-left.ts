import type { TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../../cutover/states/aws-call';
import { expression, literal } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { jsonata } from '../../cutover/states/jsonata';
import type { IDatabase } from '../database/database';
import { arnOfAny, LISTED } from './rds-arns';

/** JSONata: the status of a blue that is not there any more. */
export const GONE = 'gone';

/** JSONata: nothing of it has to be deleted: an earlier attempt ordered it. */
export const IS_GONE = `$left.status in ['deleting', '${GONE}']`;

/** JSONata: its instances that are there, and not about to go. */
export const INSTANCES = `$left.instances[status != 'deleting'].id`;

/** JSONata of a described database: what {@link Left} has of it. */
export function left(described: string, id: string, status: string): string {
  return jsonata`
    $merge([{'status': '${GONE}', 'instances': []}, ${described}.{'id': ${id}, 'status': ${status},
    'protected': DeletionProtection = true}])
  `;
}

/**
 * Assigns `$left`: `status` (`gone` where nothing is left), and of what is left `id`, whether it is `protected`, and
 * `instances`, each `id` and `status`. Asked for by a filter, for which a missing one is an answer and not an error.
 */
export function lookAtLeft(scope: Construct, prefix: string, database: IDatabase) {
  const { clusterIdentifier, instanceIdentifier = '' } = database;
  if (clusterIdentifier === undefined) return lookAtInstance(scope, prefix, instanceIdentifier);
  const cluster = `$lowercase(${literal(clusterIdentifier)})`;
  return inOrder(
    awsCall(scope, `${prefix}: what is left of the cluster?`, {
      call: 'rds:describeDBClusters',
      parameters: { Filters: [{ Name: 'db-cluster-id', Values: [expression(cluster)] }] },
      iamAction: 'rds:DescribeDBClusters',
      resources: [arnOfAny(scope, 'cluster')],
      wildcard: LISTED,
      assign: { left: expression(left('$states.result.DbClusters[0]', 'DbClusterIdentifier', 'Status')) },
      outputs: {},
    }),
    lookAtInstances(scope, prefix, cluster),
  );
}

/** Adds the `instances` of a cluster to `$left`; `cluster` is a JSONata name. */
export function lookAtInstances(scope: Construct, prefix: string, cluster: string): TaskStateBase {
  return awsCall(scope, `${prefix}: which instances are left?`, {
    call: 'rds:describeDBInstances',
    parameters: { Filters: [{ Name: 'db-cluster-id', Values: [expression(cluster)] }] },
    iamAction: 'rds:DescribeDBInstances',
    resources: [arnOfAny(scope, 'db')],
    wildcard: LISTED,
    assign: {
      left: expression(
        jsonata`
          $merge([$left, {'instances': [$states.result.DbInstances.{'id': DbInstanceIdentifier,
          'status': DbInstanceStatus}]}])
        `,
      ),
    },
    outputs: {},
  });
}

function lookAtInstance(scope: Construct, prefix: string, instance: string): TaskStateBase {
  return awsCall(scope, `${prefix}: what is left of the instance?`, {
    call: 'rds:describeDBInstances',
    parameters: {
      Filters: [{ Name: 'db-instance-id', Values: [expression(`$lowercase(${literal(instance)})`)] }],
    },
    iamAction: 'rds:DescribeDBInstances',
    resources: [arnOfAny(scope, 'db')],
    wildcard: LISTED,
    assign: { left: expression(left('$states.result.DbInstances[0]', 'DbInstanceIdentifier', 'DbInstanceStatus')) },
    outputs: {},
  });
}
