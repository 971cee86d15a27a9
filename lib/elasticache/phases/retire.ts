import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Chain, Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { type AwsCallProps, awsCall } from '../../cutover/states/aws-call';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { order, REFUSED } from '../../cutover/states/order';
import { poll } from '../../cutover/states/poll';
import type { CacheSteps } from './cache-steps';
import { NOBODY_FOLLOWS } from './following';
import { stopReplication } from './replicate';

const SNAPSHOT = `'cutover-final-' & $fromMillis($millis(), '[Y0001][M01][D01]-[H01][m01][s01]')`;

/** JSONata: an earlier attempt ordered its deletion. */
const IS_GONE = `$left in ['deleting', 'gone']`;

/** Rounds for which ElastiCache may still show what was, after it has taken an order. */
const SLOW_TO_SAY = 5;

/** What ElastiCache is asked for blue, and how it is deleted. ElastiCache knows no protection against that. */
interface Deletable {
  readonly id: string;
  readonly describe: Pick<AwsCallProps, 'call' | 'parameters' | 'iamAction'> & { readonly status: string };
  readonly remove: Pick<AwsCallProps, 'call' | 'parameters'> & { readonly iamAction: string[] };
  readonly resource: string;
}

/**
 * Deletes blue on purpose, with a last snapshot, once nobody is on it. What is there is looked at first, so that a retire
 * that was stopped anywhere goes on from there when it is started again.
 */
export function retire(steps: CacheSteps): Phase {
  const deletable = deletableBlue(steps);
  return {
    name: 'Retire',
    role: 'retire',
    purpose: 'Takes a last snapshot of blue and deletes it. There is no way back after this.',
    forward: deletable === undefined ? onceNobodyIsOnIt(steps, notOurs(steps)) : unlessGone(steps, deletable),
    done: `{'doors': {}, 'filled': {}, ${NOBODY_FOLLOWS}}`,
  };
}

function unlessGone(steps: CacheSteps, deletable: Deletable): IChainable {
  const { scope } = steps;
  const look = lookAtLeft(steps, 'Retire', deletable);
  const gone = Pass.jsonata(scope, 'Blue is gone already', { outputs: { deleted: 'before' } });
  const judge = Choice.jsonata(scope, 'What is left of blue?')
    .when(is(IS_GONE), gone)
    .otherwise(onceNobodyIsOnIt(steps, inOrder(stopReplication(steps, 'Retire'), deleteBlue(steps, deletable))));
  return Chain.custom(inOrder(look, judge).startState, [gone], gone);
}

function onceNobodyIsOnIt({ scope, agent }: CacheSteps, remove: IChainable): IChainable {
  const ask = agent.task(scope, 'Is anybody still on blue?', {
    verb: 'redis.clients',
    args: { side: 'blue' },
    timeout: Duration.minutes(1),
  });
  const used = Fail.jsonata(scope, 'Somebody is still on blue', {
    error: 'StillUsed',
    cause: expression(
      `$string($states.input.connections) & ' connections: ' & $join($states.input.groups.(address & ' ' & name), ', ') & '. See them off first. Nothing was deleted.'`,
    ),
  });
  const judge = Choice.jsonata(scope, 'Has everybody left blue?')
    .when(is('$states.input.connections > 0'), used)
    .otherwise(remove);
  return ask.next(judge);
}

/** Assigns `$left`: blue's status, or `gone`. ElastiCache has no filters, and answers a missing cache with an error. */
function lookAtLeft({ scope }: CacheSteps, prefix: string, { describe, resource }: Deletable): IChainable {
  const { status, ...call } = describe;
  const ask = awsCall(scope, `${prefix}: what is left of blue?`, {
    ...call,
    resources: [resource],
    assign: { left: expression(status) },
    outputs: {},
  });
  const missing = Pass.jsonata(scope, `${prefix}: nothing is left of blue`, { assign: { left: 'gone' }, outputs: {} });
  const unknown = Fail.jsonata(scope, `${prefix}: ElastiCache does not say what is left`, {
    error: expression('$states.input.Error'),
    cause: expression('$states.input.Cause'),
  });
  const why = Choice.jsonata(scope, `${prefix}: is blue not there?`)
    .when(is(`$contains($states.input.Error, 'NotFound')`), missing)
    .otherwise(unknown);
  ask.addCatch(why, { errors: ['States.ALL'] });
  return Chain.custom(ask, [ask, missing], ask);
}

/** Whether an order was taken whose answer was lost, ElastiCache tells. */
function deleteBlue(steps: CacheSteps, deletable: Deletable): IChainable {
  const { scope } = steps;
  const { id, remove, resource } = deletable;
  const call = awsCall(scope, 'Delete blue, with a last snapshot', {
    ...remove,
    iamAction: [...remove.iamAction, 'elasticache:CreateSnapshot'],
    resources: [resource, arnOf(steps, 'snapshot', 'cutover-final-*')],
    wildcard: 'The last snapshot is named after the time it is taken.',
    outputs: {},
  });
  const until = poll(scope, 'Deletion of blue', {
    ask: lookAtLeft(steps, 'Deletion of blue', deletable),
    done: `$not(${REFUSED}) or ${IS_GONE}`,
    failed: [
      [
        `$round >= ${SLOW_TO_SAY}`,
        Fail.jsonata(scope, 'Blue is not deleted', {
          error: 'NotDeleted',
          cause: expression(`'Blue stays: it is ' & $left & '. ' & $refusal`),
        }),
      ],
    ],
    within: Duration.minutes(10),
    everySeconds: '2',
  });
  const done = Pass.jsonata(scope, 'Blue is about to go', { outputs: { deleted: id } });
  return inOrder(order(scope, 'Deletion of blue', call, until), done);
}

function deletableBlue(steps: CacheSteps): Deletable | undefined {
  const { replicationGroupId, cacheClusterId } = steps.blue;
  const FinalSnapshotIdentifier = expression(SNAPSHOT);
  if (replicationGroupId !== undefined) {
    return {
      id: replicationGroupId,
      describe: {
        call: 'elasticache:describeReplicationGroups',
        parameters: { ReplicationGroupId: replicationGroupId },
        iamAction: 'elasticache:DescribeReplicationGroups',
        status: '$states.result.ReplicationGroups[0].Status',
      },
      remove: {
        call: 'elasticache:deleteReplicationGroup',
        parameters: { ReplicationGroupId: replicationGroupId, RetainPrimaryCluster: false, FinalSnapshotIdentifier },
        iamAction: ['elasticache:DeleteReplicationGroup'],
      },
      resource: arnOf(steps, 'replicationgroup', replicationGroupId),
    };
  }
  if (cacheClusterId === undefined) return undefined;
  return {
    id: cacheClusterId,
    describe: {
      call: 'elasticache:describeCacheClusters',
      parameters: { CacheClusterId: cacheClusterId },
      iamAction: 'elasticache:DescribeCacheClusters',
      status: '$states.result.CacheClusters[0].CacheClusterStatus',
    },
    remove: {
      call: 'elasticache:deleteCacheCluster',
      parameters: { CacheClusterId: cacheClusterId, FinalSnapshotIdentifier },
      iamAction: ['elasticache:DeleteCacheCluster'],
    },
    resource: arnOf(steps, 'cluster', cacheClusterId),
  };
}

function notOurs({ scope }: CacheSteps): Fail {
  return Fail.jsonata(scope, 'Blue is not ours to delete', {
    error: 'NotElastiCache',
    cause: 'Blue is a server of your own. Stop it yourself: nobody is connected to it.',
  });
}

function arnOf({ scope }: CacheSteps, resource: string, resourceName: string): string {
  return Stack.of(scope).formatArn({
    service: 'elasticache',
    resource,
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
