import type {
  CacheClusterMessage,
  CreateSnapshotMessage,
  CreateSnapshotResult,
  DeleteCacheClusterMessage,
  DeleteCacheClusterResult,
  DeleteReplicationGroupMessage,
  DeleteReplicationGroupResult,
  DescribeCacheClustersMessage,
  DescribeReplicationGroupsMessage,
  DescribeSnapshotsListMessage,
  DescribeSnapshotsMessage,
  ReplicationGroupMessage,
} from '@aws-sdk/client-elasticache';
import { AwsError, NotRehearsedError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { AwsService, Need, Operation } from '../service';
import { Caches, type Snapshot } from './caches';
import { describeCluster, describeReplicationGroup, describeSnapshot, memberClusters } from './descriptions';
import { checkPageSize, ParameterGroups } from './parameter-groups';

export interface ElastiCacheProps {
  readonly environment: AwsEnvironment;
  /** How long a snapshot and a deletion take. Milliseconds. @default 0 */
  readonly slownessMs?: number;
  /** A cache is being deleted: its engine stops. @default - nobody is told */
  readonly onDelete?: (id: string) => void;
}

/** ElastiCache. Caches are put in by the rehearsal, whose engines they stand for. */
export class ElastiCache implements AwsService {
  readonly identifier = 'elasticache';
  readonly caches: Caches;
  readonly parameterGroups: ParameterGroups;
  readonly operations: AwsService['operations'];
  private readonly environment: AwsEnvironment;

  constructor({ environment, slownessMs, onDelete }: ElastiCacheProps) {
    this.environment = environment;
    this.caches = new Caches({
      clock: environment.clock,
      ...(slownessMs !== undefined && { slownessMs }),
      ...(onDelete !== undefined && { onDelete }),
    });
    this.parameterGroups = new ParameterGroups(environment);
    this.operations = { ...this.cacheOperations, ...this.parameterGroups.operations };
  }

  private readonly cacheOperations = {
    describeReplicationGroups: {
      needs: ({ ReplicationGroupId }) => [
        this.need('DescribeReplicationGroups', 'replicationgroup', ReplicationGroupId),
      ],
      run: (request) => this.describeReplicationGroups(request),
    } satisfies Operation<DescribeReplicationGroupsMessage, ReplicationGroupMessage>,
    describeCacheClusters: {
      needs: ({ CacheClusterId }) => [this.need('DescribeCacheClusters', 'cluster', CacheClusterId)],
      run: (request) => this.describeCacheClusters(request),
    } satisfies Operation<DescribeCacheClustersMessage, CacheClusterMessage>,
    describeSnapshots: {
      needs: ({ SnapshotName }) => [this.need('DescribeSnapshots', 'snapshot', SnapshotName)],
      run: (request) => this.describeSnapshots(request),
    } satisfies Operation<DescribeSnapshotsMessage, DescribeSnapshotsListMessage>,
    createSnapshot: {
      needs: (request) => this.needsForSnapshot('CreateSnapshot', sourceOf(request), request.SnapshotName),
      run: (request) => ({
        Snapshot: describeSnapshot(
          this.caches.snapshot(request.SnapshotName ?? '', sourceOf(request)),
          this.environment,
        ),
      }),
    } satisfies Operation<CreateSnapshotMessage, CreateSnapshotResult>,
    deleteReplicationGroup: {
      needs: ({ ReplicationGroupId: replicationGroupId = '*', FinalSnapshotIdentifier }) =>
        this.needsForSnapshot('DeleteReplicationGroup', { replicationGroupId }, FinalSnapshotIdentifier),
      run: (request) => this.deleteReplicationGroup(request),
    } satisfies Operation<DeleteReplicationGroupMessage, DeleteReplicationGroupResult>,
    deleteCacheCluster: {
      needs: ({ CacheClusterId: cacheClusterId = '*', FinalSnapshotIdentifier }) =>
        this.needsForSnapshot('DeleteCacheCluster', { cacheClusterId }, FinalSnapshotIdentifier),
      run: (request) => this.deleteCacheCluster(request),
    } satisfies Operation<DeleteCacheClusterMessage, DeleteCacheClusterResult>,
  };

  private describeReplicationGroups(request: DescribeReplicationGroupsMessage): ReplicationGroupMessage {
    const { ReplicationGroupId: id, MaxRecords: size = 100, Marker: marker } = request;
    checkPageSize(size);
    const groups = id === undefined ? this.caches.replicationGroups() : [this.caches.replicationGroup(id)];
    const { items, next } = page(groups, marker, size, invalidMarker);
    return {
      ReplicationGroups: items.map((group) =>
        describeReplicationGroup(group, this.caches.status(group.id), this.environment),
      ),
      ...(next !== undefined && { Marker: next }),
    };
  }

  private describeCacheClusters(request: DescribeCacheClustersMessage): CacheClusterMessage {
    const { CacheClusterId: id, MaxRecords: size = 100, Marker: marker } = request;
    checkPageSize(size);
    const members = this.caches
      .replicationGroups()
      .flatMap((group) => memberClusters(group).map((cluster) => ({ cluster, groupId: group.id })));
    const standalone = this.caches.standaloneClusters().map((cluster) => ({ cluster, groupId: undefined }));
    const all = [...(request.ShowCacheClustersNotInReplicationGroups === true ? [] : members), ...standalone];
    const chosen = id === undefined ? all : all.filter(({ cluster }) => cluster.id === id.toLowerCase());
    if (id !== undefined && chosen.length === 0) {
      throw new AwsError('CacheClusterNotFoundFault', `CacheCluster not found: ${id}`);
    }
    const { items, next } = page(chosen, marker, size, invalidMarker);
    return {
      CacheClusters: items.map(({ cluster, groupId }) =>
        describeCluster(
          cluster,
          this.caches.status(groupId ?? cluster.id),
          groupId,
          request.ShowCacheNodeInfo === true,
          this.environment,
        ),
      ),
      ...(next !== undefined && { Marker: next }),
    };
  }

  private describeSnapshots(request: DescribeSnapshotsMessage): DescribeSnapshotsListMessage {
    const { SnapshotName: name, ReplicationGroupId: groupId, CacheClusterId: clusterId } = request;
    const chosen = this.caches.snapshots.filter(
      (snapshot) =>
        (name === undefined || snapshot.name === name) &&
        (groupId === undefined || snapshot.source.replicationGroupId === groupId) &&
        (clusterId === undefined || snapshot.source.cacheClusterId === clusterId),
    );
    if (name !== undefined && chosen.length === 0) {
      throw new AwsError('SnapshotNotFoundFault', `${name} is either not present or not available.`);
    }
    const { items, next } = page(chosen, request.Marker, request.MaxRecords ?? 50, invalidMarker);
    return {
      Snapshots: items.map((snapshot) => describeSnapshot(snapshot, this.environment)),
      ...(next !== undefined && { Marker: next }),
    };
  }

  private deleteReplicationGroup(request: DeleteReplicationGroupMessage): DeleteReplicationGroupResult {
    if (request.RetainPrimaryCluster === true) {
      throw new NotRehearsedError('DeleteReplicationGroup with RetainPrimaryCluster');
    }
    const group = this.caches.replicationGroup(request.ReplicationGroupId ?? '');
    this.caches.delete({ replicationGroupId: group.id }, request.FinalSnapshotIdentifier);
    return { ReplicationGroup: describeReplicationGroup(group, 'deleting', this.environment) };
  }

  private deleteCacheCluster(request: DeleteCacheClusterMessage): DeleteCacheClusterResult {
    const id = (request.CacheClusterId ?? '').toLowerCase();
    const group = this.caches
      .replicationGroups()
      .find((candidate) => memberClusters(candidate).some((member) => member.id === id));
    if (group !== undefined) {
      if (id === `${group.id}-001`) {
        throw new AwsError(
          'InvalidCacheClusterStateFault',
          `Cluster ${id} is serving as primary for replication group ${group.id} and cannot be deleted.`,
        );
      }
      throw new NotRehearsedError('Deleting a replica of a replication group');
    }
    const cluster = this.caches.cluster(id);
    this.caches.delete({ cacheClusterId: cluster.id }, request.FinalSnapshotIdentifier);
    return { CacheCluster: describeCluster(cluster, 'deleting', undefined, false, this.environment) };
  }

  private needsForSnapshot(action: string, source: Snapshot['source'], snapshot: string | undefined): readonly Need[] {
    const cache =
      source.replicationGroupId === undefined
        ? this.need(action, 'cluster', source.cacheClusterId)
        : this.need(action, 'replicationgroup', source.replicationGroupId);
    return snapshot === undefined ? [cache] : [cache, this.need(action, 'snapshot', snapshot)];
  }

  private need(action: string, kind: string, name = '*'): Need {
    return { action: `elasticache:${action}`, resources: [arnOf(this.environment, 'elasticache', `${kind}:${name}`)] };
  }
}

/** A snapshot is of one replication group or of one cluster. */
function sourceOf({
  ReplicationGroupId: groupId,
  CacheClusterId: clusterId,
}: CreateSnapshotMessage): Snapshot['source'] {
  if ((groupId === undefined) === (clusterId === undefined)) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      'Either ReplicationGroupId or CacheClusterId must be given, and not both.',
    );
  }
  return groupId === undefined
    ? { cacheClusterId: (clusterId ?? '').toLowerCase() }
    : { replicationGroupId: groupId.toLowerCase() };
}

const invalidMarker = () => new AwsError('InvalidParameterValueException', 'Invalid marker.');
