import {
  Chain,
  Choice,
  type IChainable,
  Map as MapState,
  Pass,
  ProvideItems,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../../cutover/states/aws-call';
import { expression, literal } from '../../cutover/states/expression';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import type { IDatabase } from '../database/database';
import { NO_MARKER } from './events';
import { arnOfAny } from './rds-arns';

const NAMED_BY_RDS = 'A database does not tell which proxies lead to it: all are asked for their targets.';

/** Assigns `$proxies`: the names of the RDS Proxies that lead to `database`. */
export function findProxies(scope: Construct, prefix: string, database: IDatabase): IChainable {
  const begin = Pass.jsonata(scope, `${prefix}: start with no proxies`, {
    assign: { proxies: [], marker: NO_MARKER },
    outputs: {},
  });
  const list = listProxies(scope, `${prefix}: list the proxies`);
  const targets = readTargets(scope, `${prefix}: describe the targets of a proxy`, database);
  const each = MapState.jsonata(scope, `${prefix}: describe the targets of each proxy`, {
    items: ProvideItems.jsonata(expression('[$proxies]')),
    assign: { proxies: expression('[$states.result[leadsHere].name]') },
    outputs: {},
  }).itemProcessor(targets);
  const more = Choice.jsonata(scope, `${prefix}: are there more proxies?`)
    .when(is(`$marker != '${NO_MARKER}'`), list)
    .otherwise(each);
  begin.next(list);
  list.next(more);
  return Chain.custom(begin, [each], each);
}

/** A page of them. */
function listProxies(scope: Construct, name: string): TaskStateBase {
  return awsCall(scope, name, {
    call: 'rds:describeDBProxies',
    parameters: {},
    parametersFrom: `$merge([{'MaxRecords': 100}, $marker = '${NO_MARKER}' ? {} : {'Marker': $marker}])`,
    iamAction: 'rds:DescribeDBProxies',
    resources: [arnOfAny(scope, 'db-proxy')],
    wildcard: NAMED_BY_RDS,
    assign: {
      proxies: expression('[$append($proxies, $states.result.DbProxies.DbProxyName)]'),
      marker: expression(`[$states.result.Marker, '${NO_MARKER}'][0]`),
    },
    outputs: {},
  });
}

/** A proxy leads to one database: a cluster, with its instances, or an instance. */
function readTargets(scope: Construct, name: string, database: IDatabase): TaskStateBase {
  const id = `$lowercase(${literal(database.clusterIdentifier ?? database.instanceIdentifier ?? '')})`;
  return awsCall(scope, name, {
    call: 'rds:describeDBProxyTargets',
    parameters: { DbProxyName: expression('$states.input'), MaxRecords: 100 },
    iamAction: 'rds:DescribeDBProxyTargets',
    resources: [arnOfAny(scope, 'db-proxy'), arnOfAny(scope, 'target-group')],
    wildcard: NAMED_BY_RDS,
    outputs: expression(
      jsonata`
        {'name': $states.input, 'leadsHere': $count($states.result.Targets[TrackedClusterId = ${id}
        or RdsResourceId = ${id}]) > 0}
      `,
    ),
  });
}
