import type {
  AddRoleToDBClusterMessage,
  CreateDBClusterSnapshotMessage,
  CreateDBClusterSnapshotResult,
  DBClusterMessage,
  DBClusterSnapshotMessage,
  DeleteDBClusterMessage,
  DeleteDBClusterResult,
  DescribeDBClusterSnapshotsMessage,
  DescribeDBClustersMessage,
  PromoteReadReplicaDBClusterMessage,
  PromoteReadReplicaDBClusterResult,
  RemoveRoleFromDBClusterMessage,
} from '@aws-sdk/client-rds';
import { AwsError } from '../aws-error';
import { page } from '../page';
import type { Operation } from '../service';
import { requireAvailable } from './cluster-states';
import type { RdsContext } from './context';
import { describeCluster, describeClusterSnapshot } from './descriptions';
import { checkFinalSnapshot } from './final-snapshot';
import { need } from './need';
import { checkMembers, checkPageSize, combination, invalidMarker, passes } from './requests';

/**
 * Clusters: what is asked of them, and how they are promoted, photographed and deleted.
 *
 * @see docs/aws-facts.md#rds-deletion-protection
 * @see docs/aws-facts.md#rds-cluster-with-endpoints
 * @see docs/aws-facts.md#rds-final-snapshot-tags
 */
export class ClusterOperations {
  constructor(private readonly context: RdsContext) {}

  readonly operations = {
    describeDBClusters: {
      needs: ({ DBClusterIdentifier: id }) => [this.need('DescribeDBClusters', id)],
      run: (request) => this.describe(request),
    } satisfies Operation<DescribeDBClustersMessage, DBClusterMessage>,
    promoteReadReplicaDBCluster: {
      needs: ({ DBClusterIdentifier: id }) => [this.need('PromoteReadReplicaDBCluster', id)],
      run: (request) => this.promote(request),
    } satisfies Operation<PromoteReadReplicaDBClusterMessage, PromoteReadReplicaDBClusterResult>,
    deleteDBCluster: {
      needs: ({ DBClusterIdentifier: id, FinalDBSnapshotIdentifier: snapshot }) => [
        this.need('DeleteDBCluster', id),
        ...(snapshot === undefined
          ? []
          : [
              ...this.needsOfSnapshot(id, snapshot),
              need(this.context.environment, 'AddTagsToResource', 'cluster-snapshot', snapshot),
            ]),
      ],
      run: (request) => this.delete(request),
    } satisfies Operation<DeleteDBClusterMessage, DeleteDBClusterResult>,
    createDBClusterSnapshot: {
      needs: ({ DBClusterIdentifier: id, DBClusterSnapshotIdentifier: snapshot = '*' }) =>
        this.needsOfSnapshot(id, snapshot),
      run: (request) => this.snapshot(request),
    } satisfies Operation<CreateDBClusterSnapshotMessage, CreateDBClusterSnapshotResult>,
    describeDBClusterSnapshots: {
      needs: ({ DBClusterIdentifier: id, DBClusterSnapshotIdentifier: snapshot }) => [
        this.need('DescribeDBClusterSnapshots', id),
        need(this.context.environment, 'DescribeDBClusterSnapshots', 'cluster-snapshot', snapshot),
      ],
      run: (request) => this.describeSnapshots(request),
    } satisfies Operation<DescribeDBClusterSnapshotsMessage, DBClusterSnapshotMessage>,
    addRoleToDBCluster: {
      needs: ({ DBClusterIdentifier: id, RoleArn: role = '*' }) => [
        this.need('AddRoleToDBCluster', id),
        { action: 'iam:PassRole', resources: [role], context: { 'iam:PassedToService': 'rds.amazonaws.com' } },
      ],
      run: (request) => this.addRole(request),
    } satisfies Operation<AddRoleToDBClusterMessage, object>,
    removeRoleFromDBCluster: {
      needs: ({ DBClusterIdentifier: id }) => [this.need('RemoveRoleFromDBCluster', id)],
      run: (request) => this.removeRole(request),
    } satisfies Operation<RemoveRoleFromDBClusterMessage, object>,
  };

  private describe({ DBClusterIdentifier: id, ...request }: DescribeDBClustersMessage): DBClusterMessage {
    const { databases } = this.context;
    const chosen = id === undefined ? databases.clusters : [databases.cluster(id)];
    const { items, next } = page(
      chosen.filter((cluster) =>
        passes(request.Filters, {
          'db-cluster-id': [cluster.identifier, databases.clusterArn(cluster)],
          'db-cluster-resource-id': [cluster.resourceId],
        }),
      ),
      request.Marker,
      checkPageSize(request.MaxRecords),
      invalidMarker,
    );
    return {
      DBClusters: items.map((cluster) => describeCluster(cluster, databases)),
      ...(next !== undefined && { Marker: next }),
    };
  }

  /**
   * It neither waits for the source nor fences it. Its instances are rebooted, and the cluster may be called available
   * before they are.
   *
   * @see docs/aws-facts.md#rds-promotion-reboots
   */
  private promote(request: PromoteReadReplicaDBClusterMessage): PromoteReadReplicaDBClusterResult {
    const { databases, backend, background, durations, environment, events } = this.context;
    const cluster = databases.cluster(request.DBClusterIdentifier);
    requireAvailable(cluster);
    if (cluster.replicationSource === undefined) {
      throw new AwsError('InvalidDBClusterStateFault', `DB cluster ${cluster.identifier} is not a read replica.`);
    }
    const source = cluster.replicationSource;
    cluster.status = 'promoting';
    background.start(
      async () => {
        await environment.clock.sleep(durations.promote);
        const instances = databases.members(cluster);
        for (const instance of instances) instance.status = 'rebooting';
        await backend.promote(cluster.resourceId);
        cluster.replicationSource = undefined;
        cluster.status = 'available';
        const message = 'Promoted Read Replica cluster to a stand-alone database cluster.';
        events.write('db-cluster', cluster.identifier, ['notification'], message);
        await environment.clock.sleep(durations.reboot);
        const [writer] = instances;
        if (writer !== undefined) await backend.restart(writer.resourceId);
        for (const instance of instances) {
          instance.status = 'available';
          events.write('db-instance', instance.identifier, ['availability'], 'DB instance restarted');
        }
      },
      (reason) => {
        cluster.replicationSource = source;
        for (const instance of databases.members(cluster)) instance.status = 'available';
        cluster.status = 'available';
        events.write('db-cluster', cluster.identifier, ['failure'], `The promotion failed: ${reason}`);
      },
    );
    return { DBCluster: describeCluster(cluster, databases) };
  }

  private delete(request: DeleteDBClusterMessage): DeleteDBClusterResult {
    const { databases, backend, background, durations, environment, events, snapshots, deploymentOf } = this.context;
    const cluster = databases.cluster(request.DBClusterIdentifier);
    checkFinalSnapshot(request);
    if (cluster.deletionProtection) {
      throw combination('Cannot delete protected Cluster, please disable deletion protection and try again.');
    }
    requireAvailable(cluster);
    if (deploymentOf(cluster.resourceId) !== undefined) {
      throw new AwsError(
        'InvalidDBClusterStateFault',
        `DB cluster ${cluster.identifier} is part of a blue/green deployment: delete the deployment first.`,
      );
    }
    if (databases.members(cluster).some(({ status }) => status !== 'deleting')) {
      throw new AwsError(
        'InvalidDBClusterStateFault',
        'Cluster cannot be deleted, it still contains DB instances in non-deleting state.',
      );
    }
    if (databases.customEndpoints.some(({ clusterResourceId }) => clusterResourceId === cluster.resourceId)) {
      throw new AwsError(
        'InvalidDBClusterStateFault',
        `Cluster ${cluster.identifier} cannot be deleted, it still has custom endpoints.`,
      );
    }
    if (request.FinalDBSnapshotIdentifier !== undefined) {
      snapshots.takeOfCluster(request.FinalDBSnapshotIdentifier, cluster);
    }
    cluster.status = 'deleting';
    background.start(
      async () => {
        await environment.clock.sleep(durations.delete);
        await backend.remove(cluster.resourceId);
        databases.removeCluster(cluster);
        events.write('db-cluster', cluster.identifier, ['deletion'], 'DB cluster deleted.');
      },
      (reason) => events.write('db-cluster', cluster.identifier, ['failure'], `The deletion failed: ${reason}`),
    );
    return { DBCluster: describeCluster(cluster, databases) };
  }

  private snapshot(request: CreateDBClusterSnapshotMessage): CreateDBClusterSnapshotResult {
    checkMembers('CreateDBClusterSnapshot', request, ['DBClusterIdentifier', 'DBClusterSnapshotIdentifier', 'Tags']);
    const { databases, environment, snapshots } = this.context;
    const cluster = databases.cluster(request.DBClusterIdentifier);
    requireAvailable(cluster);
    const taken = snapshots.takeOfCluster(request.DBClusterSnapshotIdentifier ?? '', cluster);
    return { DBClusterSnapshot: describeClusterSnapshot(taken, environment) };
  }

  private describeSnapshots(request: DescribeDBClusterSnapshotsMessage): DBClusterSnapshotMessage {
    const { DBClusterIdentifier: cluster, DBClusterSnapshotIdentifier: name } = request;
    const chosen = this.context.snapshots.clusterSnapshots.filter(
      ({ identifier, clusterIdentifier }) =>
        (name === undefined || identifier === name.toLowerCase()) &&
        (cluster === undefined || clusterIdentifier === cluster.toLowerCase()),
    );
    if (name !== undefined && chosen.length === 0) {
      throw new AwsError('DBClusterSnapshotNotFoundFault', `DBClusterSnapshot ${name} not found.`);
    }
    const { items, next } = page(chosen, request.Marker, checkPageSize(request.MaxRecords), invalidMarker);
    return {
      DBClusterSnapshots: items.map((snapshot) => describeClusterSnapshot(snapshot, this.context.environment)),
      ...(next !== undefined && { Marker: next }),
    };
  }

  private addRole({ DBClusterIdentifier: id, RoleArn: arn = '', FeatureName: feature }: AddRoleToDBClusterMessage) {
    const cluster = this.context.databases.cluster(id);
    requireAvailable(cluster);
    if (cluster.roles.some((role) => role.arn === arn)) {
      throw new AwsError(
        'DBClusterRoleAlreadyExistsFault',
        `Role ARN ${arn} is already associated with DB Cluster: ${cluster.identifier}. Verify your role ARN and try again.`,
      );
    }
    cluster.roles.push({ arn, feature });
    return {};
  }

  private removeRole({ DBClusterIdentifier: id, RoleArn: arn }: RemoveRoleFromDBClusterMessage) {
    const { roles, identifier } = this.context.databases.cluster(id);
    const index = roles.findIndex((role) => role.arn === arn);
    if (index < 0) {
      throw new AwsError(
        'DBClusterRoleNotFoundFault',
        `Role ARN ${arn} cannot be found for DB Cluster: ${identifier}. Verify your role ARN and try again.`,
      );
    }
    roles.splice(index, 1);
    return {};
  }

  private needsOfSnapshot(cluster: string | undefined, snapshot: string) {
    return [
      this.need('CreateDBClusterSnapshot', cluster),
      need(this.context.environment, 'CreateDBClusterSnapshot', 'cluster-snapshot', snapshot),
    ];
  }

  private need(action: string, id: string | undefined) {
    return need(this.context.environment, action, 'cluster', id);
  }
}
