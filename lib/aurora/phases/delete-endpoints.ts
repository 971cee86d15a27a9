import { Duration } from 'aws-cdk-lib';
import { Chain, Choice, Fail, type IChainable, Pass, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../../cutover/states/aws-call';
import { expression, literal } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { poll } from '../../cutover/states/poll';
import { deleteEach } from './delete-each';
import { arnOfAny } from './rds-arns';

/** Rounds for which RDS may still show what was, after it has taken an order. */
const SLOW_TO_SAY = 5;

export interface EndpointsOfCluster {
  readonly scope: Construct;
  /** The cluster's name, text or an expression. */
  readonly cluster: string;
  readonly clusterArn: string;
  /** ARNs of the endpoints that may be deleted. */
  readonly resources: readonly string[];
  readonly wildcard?: string;
  /** Identifiers of those. @default - any of the cluster's */
  readonly stated?: readonly string[];
}

/**
 * Deletes the custom endpoints of a cluster that is about to go, before anything else of it. Whether RDS would delete the
 * cluster with them is not documented.
 *
 * @see docs/aws-facts.md#rds-cluster-with-endpoints
 */
export function deleteEndpoints(props: EndpointsOfCluster): IChainable {
  const { scope, stated, resources } = props;
  const look = lookAtEndpoints(props, 'Which custom endpoints has blue?');
  const judge = Choice.jsonata(scope, 'Is there a custom endpoint to delete?');
  const none = Pass.jsonata(scope, 'There is no custom endpoint to delete', { outputs: {} });
  const unknown = stated === undefined ? undefined : unstated(scope, stated);
  if (unknown !== undefined) judge.when(is(unknown.condition), unknown.fail);
  look.next(judge);
  if (resources.length === 0) {
    judge.otherwise(none);
    return Chain.custom(look, [none], none);
  }
  const remove = deleteAll(props);
  judge.when(is('$count($endpointsLeft) > 0'), remove).otherwise(none);
  return Chain.custom(look, [...remove.endStates, none], none);
}

/** Assigns `$endpointsLeft`, each `id` and `status`. */
function lookAtEndpoints({ scope, cluster, clusterArn }: EndpointsOfCluster, name: string): TaskStateBase {
  return awsCall(scope, name, {
    call: 'rds:describeDBClusterEndpoints',
    parameters: {
      DbClusterIdentifier: cluster,
      Filters: [{ Name: 'db-cluster-endpoint-type', Values: ['custom'] }],
    },
    iamAction: 'rds:DescribeDBClusterEndpoints',
    resources: [clusterArn, arnOfAny(scope, 'cluster-endpoint')],
    wildcard: 'A cluster’s custom endpoints are asked for by the cluster.',
    assign: {
      endpointsLeft: expression(
        `[$states.result.DbClusterEndpoints.{'id': DbClusterEndpointIdentifier, 'status': Status}]`,
      ),
    },
    outputs: {},
  });
}

/** The role may delete only what it names. */
function unstated(scope: Construct, stated: readonly string[]) {
  const known = stated.map((identifier) => `$lowercase(${literal(identifier)})`).join(', ');
  const others = `$endpointsLeft[$not(id in [${known}])].id`;
  return {
    condition: `$count(${others}) > 0`,
    fail: Fail.jsonata(scope, 'Custom endpoints of blue are not stated', {
      error: 'EndpointsUnknown',
      cause: expression(
        jsonata`
          'The role may delete only what it names, and blue has besides: ' & $join([${others}], ', ')
          & '. Once nobody uses them: aws rds delete-db-cluster-endpoint --db-cluster-endpoint-identifier '
          & [${others}][0] & '; or state them in customEndpoints, deploy, and retire it then. Nothing was deleted.'
        `,
      ),
    }),
  };
}

function deleteAll(props: EndpointsOfCluster): IChainable {
  const { scope, resources, wildcard } = props;
  const each = deleteEach(scope, {
    what: 'custom endpoint',
    call: {
      call: 'rds:deleteDBClusterEndpoint',
      iamAction: 'rds:DeleteDBClusterEndpoint',
      resources: [...resources],
      ...(wildcard !== undefined && { wildcard }),
    },
    parameter: 'DbClusterEndpointIdentifier',
    identifiers: `$endpointsLeft[status != 'deleting'].id`,
  });
  const stay = `'These custom endpoints stay: ' & $join([$endpointsLeft.id], ', ') & '. ' & $refusal`;
  const failed = (why: 'refused' | 'late') =>
    Fail.jsonata(scope, `Custom endpoints of blue: ${why}`, { error: 'NotDeleted', cause: expression(stay) });
  const until = poll(scope, 'Custom endpoints of blue', {
    ask: lookAtEndpoints(props, 'Custom endpoints of blue: which are left?'),
    done: '$count($endpointsLeft) = 0',
    failed: [[`$refusal != '' and $round >= ${SLOW_TO_SAY}`, failed('refused')]],
    within: Duration.minutes(10),
    late: failed('late'),
    everySeconds: '2',
  });
  return inOrder(each, until);
}
