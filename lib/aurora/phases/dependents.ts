import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import type { IChainable, TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../../cutover/states/aws-call';
import { everyPage } from '../../cutover/states/every-page';
import { expression, literal } from '../../cutover/states/expression';
import { jsonata } from '../../cutover/states/jsonata';
import type { IDatabase } from '../database/database';
import { SCALED_READERS } from './scalable-readers';

/** What RDS tells of each may be some KB, and its pages have 20 at least. @see docs/aws-facts.md#sfn-answer-limit */
const MIN_PAGES = { parameters: `{'MaxRecords': 20}`, next: 'Marker' };

/** Assigns `$integrations`: zero-ETL integrations that `database` feeds, each `name`, `arn` and `target`. */
export function findIntegrations(scope: Construct, name: string, { databaseArn }: IDatabase): IChainable {
  return everyPage(scope, name, {
    call: 'rds:describeIntegrations',
    ...MIN_PAGES,
    iamAction: 'rds:DescribeIntegrations',
    resources: [
      Stack.of(scope).formatArn({
        service: 'rds',
        resource: 'integration',
        resourceName: '*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
    wildcard: 'Integrations are asked for by what they read from, and are named by numbers.',
    into: 'integrations',
    kept: jsonata`
      [$append($integrations, $states.result.Integrations[SourceArn = ${literal(databaseArn)}].{'name':
      IntegrationName, 'arn': IntegrationArn, 'target': TargetArn})]
    `,
  });
}

/** Assigns `$globals`: the global databases that `database` is a cluster of. */
export function findGlobalDatabases(scope: Construct, name: string, { databaseArn }: IDatabase): IChainable {
  return everyPage(scope, name, {
    call: 'rds:describeGlobalClusters',
    ...MIN_PAGES,
    iamAction: 'rds:DescribeGlobalClusters',
    resources: [
      Arn.format(
        {
          service: 'rds',
          region: '',
          resource: 'global-cluster',
          resourceName: '*',
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        },
        Stack.of(scope),
      ),
    ],
    wildcard: 'A cluster does not tell which global database it belongs to: all are asked for their clusters.',
    into: 'globals',
    kept: jsonata`
      [$append($globals, $states.result.GlobalClusters[${literal(databaseArn)} in
      GlobalClusterMembers.DbClusterArn].GlobalClusterIdentifier)]
    `,
  });
}

/** Assigns `$customEndpoints`: host names. */
export function findCustomEndpoints(scope: Construct, name: string, cluster: IDatabase): TaskStateBase {
  return awsCall(scope, name, {
    call: 'rds:describeDBClusterEndpoints',
    parameters: {
      DbClusterIdentifier: cluster.clusterIdentifier,
      Filters: [{ Name: 'db-cluster-endpoint-type', Values: ['custom'] }],
    },
    iamAction: 'rds:DescribeDBClusterEndpoints',
    resources: [
      cluster.databaseArn,
      Stack.of(scope).formatArn({
        service: 'rds',
        resource: 'cluster-endpoint',
        resourceName: '*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
    wildcard: 'A cluster’s custom endpoints are asked for by the cluster.',
    assign: { customEndpoints: expression('[$states.result.DbClusterEndpoints.Endpoint]') },
    outputs: {},
  });
}

/** Assigns `$scaledReaders`: those of these clusters whose readers Auto Scaling adds and removes: `cluster`, `least`, `most`. */
export function findScaledReaders(
  scope: Construct,
  name: string,
  clusterIdentifiers: readonly string[],
): TaskStateBase {
  return awsCall(scope, name, {
    call: 'applicationautoscaling:describeScalableTargets',
    parameters: { ...SCALED_READERS, ResourceIds: clusterIdentifiers.map((cluster) => `cluster:${cluster}`) },
    iamAction: 'application-autoscaling:DescribeScalableTargets',
    resources: ['*'],
    wildcard: 'DescribeScalableTargets knows no resources.',
    assign: {
      scaledReaders: expression(
        jsonata`
          [$states.result.ScalableTargets.{'cluster': $substringAfter(ResourceId, ':'), 'least': MinCapacity,
          'most': MaxCapacity}]
        `,
      ),
    },
    outputs: {},
  });
}

/** JSONata: the command that has Auto Scaling scale a cluster's readers; `least` and `most` are JSONata numbers. */
export function registerCommand(cluster: string, least: string, most: string): string {
  const { ServiceNamespace, ScalableDimension } = SCALED_READERS;
  return jsonata`
    'aws application-autoscaling register-scalable-target --service-namespace ${ServiceNamespace} --scalable-dimension
    ${ScalableDimension} --resource-id cluster:' & ${cluster} & ' --min-capacity ' & ${least} & ' --max-capacity '
    & ${most}
  `;
}
