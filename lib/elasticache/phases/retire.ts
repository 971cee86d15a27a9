import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Choice, Fail, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../../cutover/aws-call';
import { expression } from '../../cutover/expression';
import { inOrder } from '../../cutover/in-order';
import { is } from '../../cutover/is';
import type { Phase } from '../../cutover/phase';
import type { CacheSteps } from './cache-steps';
import { NOBODY_FOLLOWS } from './following';
import { stopReplication } from './replicate';

const SNAPSHOT = `'cutover-final-' & $fromMillis($millis(), '[Y0001][M01][D01]-[H01][m01][s01]')`;

/** Deletes blue on purpose, with a last snapshot, once nobody is on it. */
export function retire(steps: CacheSteps): Phase {
  const { scope, agent } = steps;
  const ask = agent.task(scope, 'Is anybody still on blue?', {
    verb: 'redis.clients',
    args: { side: 'blue' },
    timeout: Duration.minutes(1),
  });
  const used = Fail.jsonata(scope, 'Somebody is still on blue', {
    error: 'StillUsed',
    cause: expression(
      `$string($states.input.connections) & ' connections: ' & $join($states.input.groups.(address & ' ' & name), ', ') & '. See them off first.'`,
    ),
  });
  const remove = deleteBlue(steps);
  const gone = Choice.jsonata(scope, 'Has everybody left blue?')
    .when(is('$states.input.connections > 0'), used)
    .otherwise(remove);
  ask.next(gone);
  return {
    name: 'Retire',
    purpose: 'Takes a last snapshot of blue and deletes it. There is no way back after this.',
    forward: ask,
    done: `{'doors': {}, 'filled': {}, ${NOBODY_FOLLOWS}}`,
  };
}

function deleteBlue(steps: CacheSteps): IChainable {
  const { scope, blue } = steps;
  const stack = Stack.of(scope);
  const arn = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'elasticache', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  if (blue.replicationGroupId !== undefined) {
    return inOrder(
      stopReplication(steps, 'Retire'),
      awsCall(scope, 'Delete blue, with a last snapshot', {
        call: 'elasticache:deleteReplicationGroup',
        parameters: {
          ReplicationGroupId: blue.replicationGroupId,
          RetainPrimaryCluster: false,
          FinalSnapshotIdentifier: expression(SNAPSHOT),
        },
        iamAction: ['elasticache:DeleteReplicationGroup', 'elasticache:CreateSnapshot'],
        resources: [arn('replicationgroup', blue.replicationGroupId), arn('snapshot', 'cutover-final-*')],
        wildcard: 'The last snapshot is named after the time it is taken.',
        outputs: expression(`{'deleted': $states.result.ReplicationGroup.ReplicationGroupId}`),
      }),
    );
  }
  if (blue.cacheClusterId !== undefined) {
    return inOrder(
      stopReplication(steps, 'Retire'),
      awsCall(scope, 'Delete blue, with a last snapshot', {
        call: 'elasticache:deleteCacheCluster',
        parameters: { CacheClusterId: blue.cacheClusterId, FinalSnapshotIdentifier: expression(SNAPSHOT) },
        iamAction: ['elasticache:DeleteCacheCluster', 'elasticache:CreateSnapshot'],
        resources: [arn('cluster', blue.cacheClusterId), arn('snapshot', 'cutover-final-*')],
        wildcard: 'The last snapshot is named after the time it is taken.',
        outputs: expression(`{'deleted': $states.result.CacheCluster.CacheClusterId}`),
      }),
    );
  }
  return Fail.jsonata(scope, 'Blue is not ours to delete', {
    error: 'NotElastiCache',
    cause: 'Blue is a server of your own. Stop it yourself: nobody is connected to it.',
  });
}
