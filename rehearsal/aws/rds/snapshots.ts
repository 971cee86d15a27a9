import { AwsError } from '../aws-error';
import type { Clock } from '../clock';
import type { DbCluster } from './database';

export interface ClusterSnapshot {
  readonly identifier: string;
  readonly clusterIdentifier: string;
  readonly clusterResourceId: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly createdAt: number;
  /** When its status turns from `creating` to `available`. Milliseconds since the epoch. */
  readonly availableAt: number;
}

/** What was taken of clusters and instances. Their data is not kept. */
export class Snapshots {
  private readonly ofClusters = new Map<string, ClusterSnapshot>();
  private readonly ofInstances = new Set<string>();

  constructor(
    private readonly clock: Clock,
    private readonly durationMs: number,
  ) {}

  get clusterSnapshots(): readonly ClusterSnapshot[] {
    return [...this.ofClusters.values()];
  }

  /** Identifiers. */
  get instanceSnapshots(): readonly string[] {
    return [...this.ofInstances];
  }

  /** @throws AwsError DBClusterSnapshotAlreadyExistsFault */
  takeOfCluster(name: string, { identifier: clusterIdentifier, resourceId, engine, engineVersion }: DbCluster) {
    const identifier = name.toLowerCase();
    if (this.ofClusters.has(identifier)) {
      throw new AwsError(
        'DBClusterSnapshotAlreadyExistsFault',
        `Cannot create the cluster snapshot because one with the identifier ${identifier} already exists.`,
      );
    }
    const createdAt = this.clock.now();
    const snapshot: ClusterSnapshot = {
      ...{ identifier, clusterIdentifier, clusterResourceId: resourceId, engine, engineVersion, createdAt },
      availableAt: createdAt + this.durationMs,
    };
    this.ofClusters.set(identifier, snapshot);
    return snapshot;
  }

  /** @throws AwsError DBSnapshotAlreadyExistsFault */
  takeOfInstance(name: string): void {
    const identifier = name.toLowerCase();
    if (this.ofInstances.has(identifier)) {
      throw new AwsError(
        'DBSnapshotAlreadyExistsFault',
        `Cannot create the snapshot because a snapshot with the identifier ${identifier} already exists.`,
      );
    }
    this.ofInstances.add(identifier);
  }
}
