import type { TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../../cutover/states/aws-call';
import { expression, literal } from '../../cutover/states/expression';
import { jsonata } from '../../cutover/states/jsonata';
import type { IDatabase } from '../database/database';
import { arnOfAny, LISTED } from './rds-arns';

/**
 * Assigns `variable`: `status`, `source`, `members`, `writer`, `replicas` and `roles` as RDS tells them of a database;
 * `source` only of a replica, `members` and `writer` of a cluster, `roles` as ARNs.
 *
 * @param known - assigned besides
 */
export function describeDatabase(
  scope: Construct,
  name: string,
  database: IDatabase,
  variable: string,
  known: Record<string, unknown> = {},
): TaskStateBase {
  const { clusterIdentifier, instanceIdentifier, databaseArn } = database;
  if (clusterIdentifier !== undefined) {
    return awsCall(scope, name, {
      call: 'rds:describeDBClusters',
      parameters: { DbClusterIdentifier: clusterIdentifier },
      iamAction: 'rds:DescribeDBClusters',
      resources: [databaseArn],
      assign: {
        ...known,
        [variable]: expression(
          jsonata`
            $states.result.DbClusters[0].{'status': Status, 'source': ReplicationSourceIdentifier[$ != ''],
            'members': [DbClusterMembers.DbInstanceIdentifier],
            'writer': DbClusterMembers[IsClusterWriter].DbInstanceIdentifier, 'replicas': [ReadReplicaIdentifiers],
            'roles': [AssociatedRoles.RoleArn]}
          `,
        ),
      },
      outputs: {},
    });
  }
  return awsCall(scope, name, {
    call: 'rds:describeDBInstances',
    parameters: { DbInstanceIdentifier: instanceIdentifier },
    iamAction: 'rds:DescribeDBInstances',
    resources: [databaseArn],
    assign: {
      ...known,
      [variable]: expression(
        jsonata`
          $states.result.DbInstances[0].{'status': DbInstanceStatus,
          'source': ReadReplicaSourceDBInstanceIdentifier[$ != ''],
          'replicas': $append([ReadReplicaDBInstanceIdentifiers], [ReadReplicaDBClusterIdentifiers]),
          'roles': [AssociatedRoles.RoleArn]}
        `,
      ),
    },
    outputs: {},
  });
}

/** The instances of a cluster, no matter who made them: `assign` reads them in `$states.result.DbInstances`. */
export function describeInstancesOfCluster(
  scope: Construct,
  name: string,
  { clusterIdentifier }: IDatabase,
  assign: Record<string, unknown>,
): TaskStateBase {
  const id = expression(`$lowercase(${literal(String(clusterIdentifier))})`);
  return awsCall(scope, name, {
    call: 'rds:describeDBInstances',
    parameters: { Filters: [{ Name: 'db-cluster-id', Values: [id] }] },
    iamAction: 'rds:DescribeDBInstances',
    resources: [arnOfAny(scope, 'db')],
    wildcard: LISTED,
    assign,
    outputs: {},
  });
}
