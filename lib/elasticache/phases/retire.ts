import type { Phase } from '../../cutover/machine/phase';
import { expression } from '../../cutover/states/expression';
import { cacheArn } from './cache-arn';
import type { CacheSteps } from './cache-steps';
import { NOBODY_FOLLOWS } from './following';
import { stopReplication } from './replicate';
import { type Deletable, retireBlue } from './retire-blue';

const SNAPSHOT = `'cutover-final-' & $fromMillis($millis(), '[Y0001][M01][D01]-[H01][m01][s01]')`;

/** Deletes blue with a last snapshot. */
export function retire(steps: CacheSteps): Phase {
  return retireBlue(steps, {
    purpose: 'Takes a last snapshot of blue and deletes it. There is no rollback after this.',
    name: 'Delete blue, with a last snapshot',
    deletable: deletableBlue(steps),
    before: () => stopReplication(steps, 'Retire'),
    done: `{'ingress': {}, 'filled': {}, ${NOBODY_FOLLOWS}}`,
  });
}

function deletableBlue({ scope, blue }: CacheSteps): Deletable | undefined {
  const { replicationGroupId, cacheClusterId } = blue;
  const FinalSnapshotIdentifier = expression(SNAPSHOT);
  const snapshot = cacheArn(scope, 'snapshot', 'cutover-final-*');
  const wildcard = 'The last snapshot is named after the time it is taken.';
  if (replicationGroupId !== undefined) {
    const arn = cacheArn(scope, 'replicationgroup', replicationGroupId);
    return {
      id: replicationGroupId,
      describe: {
        call: 'elasticache:describeReplicationGroups',
        parameters: { ReplicationGroupId: replicationGroupId },
        iamAction: 'elasticache:DescribeReplicationGroups',
        resources: [arn],
        status: '$states.result.ReplicationGroups[0].Status',
      },
      remove: {
        call: 'elasticache:deleteReplicationGroup',
        parameters: { ReplicationGroupId: replicationGroupId, RetainPrimaryCluster: false, FinalSnapshotIdentifier },
        iamAction: ['elasticache:DeleteReplicationGroup', 'elasticache:CreateSnapshot'],
        resources: [arn, snapshot],
        wildcard,
      },
    };
  }
  if (cacheClusterId === undefined) return undefined;
  const arn = cacheArn(scope, 'cluster', cacheClusterId);
  return {
    id: cacheClusterId,
    describe: {
      call: 'elasticache:describeCacheClusters',
      parameters: { CacheClusterId: cacheClusterId },
      iamAction: 'elasticache:DescribeCacheClusters',
      resources: [arn],
      status: '$states.result.CacheClusters[0].CacheClusterStatus',
    },
    remove: {
      call: 'elasticache:deleteCacheCluster',
      parameters: { CacheClusterId: cacheClusterId, FinalSnapshotIdentifier },
      iamAction: ['elasticache:DeleteCacheCluster', 'elasticache:CreateSnapshot'],
      resources: [arn, snapshot],
      wildcard,
    },
    withoutSnapshot: `aws elasticache delete-cache-cluster --cache-cluster-id ${cacheClusterId}`,
  };
}
