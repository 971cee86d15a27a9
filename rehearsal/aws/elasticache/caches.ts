import { AwsError } from '../aws-error';
import type { Clock } from '../clock';

/** A node group's or cluster's address. */
export interface CacheAddress {
  readonly address: string;
  readonly port: number;
}

interface CacheFacts {
  /** Lower case, as ElastiCache keeps it. */
  readonly id: string;
  readonly engine: 'redis' | 'valkey' | 'memcached';
  readonly engineVersion: string;
  readonly nodeType: string;
  readonly parameterGroup: string;
  readonly securityGroupIds: readonly string[];
  readonly transitEncryption: boolean;
  readonly authToken: boolean;
}

/** A cluster without a replication group: a single node, as ElastiCache began. */
export interface CacheCluster extends CacheFacts {
  readonly endpoint: CacheAddress;
}

export interface ReplicationGroup extends CacheFacts {
  readonly primaryEndpoint: CacheAddress;
  readonly readerEndpoint: CacheAddress;
  /** Of cluster mode; then there is no primary or reader endpoint to ask for. */
  readonly configurationEndpoint?: CacheAddress;
  /** How many nodes, the primary among them. */
  readonly nodes: number;
  readonly automaticFailover: boolean;
}

export interface Snapshot {
  readonly name: string;
  readonly source: { readonly replicationGroupId?: string; readonly cacheClusterId?: string };
  readonly engine: string;
  readonly engineVersion: string;
  readonly nodeType: string;
  /** When its status turns from `creating` to `available`. Milliseconds since the epoch. */
  readonly availableAt: number;
}

/** What ElastiCache is about with a cache, and then refuses to be told otherwise. */
export type CacheStatus = 'available' | 'modifying' | 'snapshotting' | 'deleting';

export interface CachesProps {
  readonly clock: Clock;
  /** How long a snapshot and a deletion take. Milliseconds. @default 0 */
  readonly slownessMs?: number;
  /** A cache is being deleted: its engine stops. @default - nobody is told */
  readonly onDelete?: (id: string) => void;
}

interface Kept<Cache> {
  readonly cache: Cache;
  /** Until it is available again, or is no more. */
  busy: { readonly with: Exclude<CacheStatus, 'available'>; readonly until: number } | undefined;
}

/** The caches that there are, and what is being done to them. */
export class Caches {
  private readonly groups = new Map<string, Kept<ReplicationGroup>>();
  private readonly clusters = new Map<string, Kept<CacheCluster>>();
  private readonly taken = new Map<string, Snapshot>();

  constructor(private readonly props: CachesProps) {}

  addReplicationGroup(cache: ReplicationGroup): void {
    this.groups.set(cache.id, { cache, busy: undefined });
  }

  addCluster(cache: CacheCluster): void {
    this.clusters.set(cache.id, { cache, busy: undefined });
  }

  get snapshots(): readonly Snapshot[] {
    return [...this.taken.values()];
  }

  replicationGroups(): readonly ReplicationGroup[] {
    return [...this.groups.values()].filter((kept) => this.exists(kept)).map(({ cache }) => cache);
  }

  /** Those without a replication group. */
  standaloneClusters(): readonly CacheCluster[] {
    return [...this.clusters.values()].filter((kept) => this.exists(kept)).map(({ cache }) => cache);
  }

  status(id: string): CacheStatus {
    const { busy } = this.groups.get(id) ?? this.clusters.get(id) ?? {};
    if (busy === undefined) return 'available';
    return busy.with === 'deleting' || this.props.clock.now() < busy.until ? busy.with : 'available';
  }

  /** Somebody changes it, which takes so many milliseconds. */
  modify(id: string, ms: number): void {
    const kept = this.groups.get(id) ?? this.findCluster(id);
    this.requireIdle(kept);
    kept.busy = { with: 'modifying', until: this.props.clock.now() + ms };
  }

  /** That has ended early. */
  modified(id: string): void {
    const kept = this.groups.get(id) ?? this.findCluster(id);
    if (kept.busy?.with === 'modifying') kept.busy = undefined;
  }

  /** @throws AwsError ReplicationGroupNotFound */
  replicationGroup(id: string): ReplicationGroup {
    return this.findGroup(id).cache;
  }

  /** @throws AwsError CacheClusterNotFound */
  cluster(id: string): CacheCluster {
    return this.findCluster(id).cache;
  }

  /** @throws AwsError SnapshotAlreadyExists, SnapshotFeatureNotSupported, or that the cache is busy */
  snapshot(name: string, source: Snapshot['source']): Snapshot {
    if (this.taken.has(name)) {
      throw new AwsError('SnapshotAlreadyExistsFault', `Snapshot with specified name already exists: ${name}`);
    }
    const kept = this.sourceOf(source);
    this.requireIdle(kept);
    const { engine, engineVersion, nodeType } = kept.cache;
    requireSnapshots(kept.cache);
    const availableAt = this.props.clock.now() + (this.props.slownessMs ?? 0);
    kept.busy = { with: 'snapshotting', until: availableAt };
    const snapshot = { name, source, engine, engineVersion, nodeType, availableAt };
    this.taken.set(name, snapshot);
    return snapshot;
  }

  /** @throws AwsError where there is no such cache, or it is busy */
  delete(source: Snapshot['source'], finalSnapshot: string | undefined): void {
    const kept = this.sourceOf(source);
    this.requireIdle(kept);
    if (finalSnapshot !== undefined) {
      this.snapshot(finalSnapshot, source);
    }
    kept.busy = { with: 'deleting', until: this.props.clock.now() + (this.props.slownessMs ?? 0) };
    this.props.onDelete?.(kept.cache.id);
  }

  private sourceOf({ replicationGroupId, cacheClusterId = '' }: Snapshot['source']): Kept<CacheFacts> {
    return replicationGroupId === undefined ? this.findCluster(cacheClusterId) : this.findGroup(replicationGroupId);
  }

  private requireIdle(kept: Kept<CacheFacts>): void {
    const status = this.status(kept.cache.id);
    const isGroup = this.groups.has(kept.cache.id);
    if (status !== 'available') {
      throw new AwsError(
        isGroup ? 'InvalidReplicationGroupStateFault' : 'InvalidCacheClusterStateFault',
        `${isGroup ? 'Replication group' : 'Cache cluster'} ${kept.cache.id} is not in a valid state to be acted on: it is ${status}.`,
      );
    }
  }

  private findGroup(id: string): Kept<ReplicationGroup> {
    const kept = this.groups.get(id.toLowerCase());
    if (kept === undefined || !this.exists(kept)) {
      throw new AwsError('ReplicationGroupNotFoundFault', `ReplicationGroup ${id} not found.`);
    }
    return kept;
  }

  private findCluster(id: string): Kept<CacheCluster> {
    const kept = this.clusters.get(id.toLowerCase());
    if (kept === undefined || !this.exists(kept)) {
      throw new AwsError('CacheClusterNotFoundFault', `CacheCluster not found: ${id}`);
    }
    return kept;
  }

  private exists({ busy }: Kept<unknown>): boolean {
    return busy?.with !== 'deleting' || this.props.clock.now() < busy.until;
  }
}

/** @see docs/aws-facts.md#elasticache-memcached-snapshots */
function requireSnapshots({ id, engine, nodeType }: CacheFacts): void {
  if (engine !== 'memcached' && nodeType !== 'cache.t1.micro') return;
  throw new AwsError(
    'SnapshotFeatureNotSupportedFault',
    `The snapshot feature is not supported for the cluster ${id}: it is of ${engine} on ${nodeType}.`,
  );
}
