import type { DBCluster, DBClusterSnapshot, DBInstance, VpcSecurityGroupMembership } from '@aws-sdk/client-rds';
import { type AwsEnvironment, arnOf } from '../environment';
import type { DbCluster, DbInstance } from './database';
import type { Databases } from './databases';
import type { ClusterSnapshot } from './snapshots';

/** A cluster as DescribeDBClusters shows it. */
export function describeCluster(cluster: DbCluster, databases: Databases): DBCluster {
  const replicas = databases.clusters.filter(
    ({ replicationSource }) => replicationSource === databases.clusterArn(cluster),
  );
  return {
    DBClusterIdentifier: cluster.identifier,
    DBClusterArn: databases.clusterArn(cluster),
    DbClusterResourceId: cluster.resourceId,
    Engine: cluster.engine,
    EngineVersion: cluster.engineVersion,
    EngineMode: 'provisioned',
    Status: cluster.status,
    Endpoint: cluster.endpoint,
    ReaderEndpoint: cluster.readerEndpoint,
    Port: cluster.port,
    MasterUsername: cluster.masterUsername,
    DBClusterParameterGroup: cluster.parameterGroup,
    DBClusterMembers: databases.members(cluster).map(({ identifier, isWriter }) => ({
      DBInstanceIdentifier: identifier,
      IsClusterWriter: isWriter,
      DBClusterParameterGroupStatus: 'in-sync',
      PromotionTier: 1,
    })),
    VpcSecurityGroups: securityGroupsOf(cluster),
    ...(cluster.pendingIdentifier !== undefined && {
      PendingModifiedValues: { DBClusterIdentifier: cluster.pendingIdentifier },
    }),
    ReadReplicaIdentifiers: replicas.map((replica) => databases.clusterArn(replica)),
    ...(cluster.replicationSource !== undefined && { ReplicationSourceIdentifier: cluster.replicationSource }),
    AssociatedRoles: cluster.roles.map(({ arn, feature }) => ({
      RoleArn: arn,
      Status: 'ACTIVE',
      ...(feature !== undefined && { FeatureName: feature }),
    })),
    DeletionProtection: cluster.deletionProtection,
    StorageEncrypted: cluster.kmsKeyArn !== undefined,
    ...(cluster.kmsKeyArn !== undefined && { KmsKeyId: cluster.kmsKeyArn }),
    ...(cluster.managedMasterPassword && { MasterUserSecret: { SecretStatus: 'active' } }),
    ClusterCreateTime: new Date(cluster.createdAt),
    TagList: [...cluster.tags],
  };
}

/** An instance as DescribeDBInstances shows it. */
export function describeInstance(instance: DbInstance, databases: Databases): DBInstance {
  const cluster = databases.clusterOf(instance);
  const arn = databases.instanceArn(instance);
  return {
    DBInstanceIdentifier: instance.identifier,
    DBInstanceArn: arn,
    DbiResourceId: instance.resourceId,
    DBInstanceClass: instance.instanceClass,
    Engine: instance.engine,
    EngineVersion: instance.engineVersion,
    DBInstanceStatus: instance.status,
    MasterUsername: instance.masterUsername,
    ...(instance.status !== 'creating' && { Endpoint: { Address: instance.endpoint, Port: instance.port } }),
    DBParameterGroups: [{ DBParameterGroupName: instance.parameterGroup, ParameterApplyStatus: 'in-sync' }],
    VpcSecurityGroups: securityGroupsOf(cluster ?? instance),
    PendingModifiedValues: {
      ...(instance.pendingClass !== undefined && { DBInstanceClass: instance.pendingClass }),
      ...(instance.pendingIdentifier !== undefined && { DBInstanceIdentifier: instance.pendingIdentifier }),
    },
    ...(cluster
      ? { DBClusterIdentifier: cluster.identifier }
      : {
          AllocatedStorage: instance.allocatedStorage,
          BackupRetentionPeriod: instance.backupRetention,
          ...(instance.iops !== undefined && { Iops: instance.iops }),
        }),
    ...(instance.replicationSource !== undefined && {
      ReadReplicaSourceDBInstanceIdentifier: instance.replicationSource,
    }),
    ReadReplicaDBInstanceIdentifiers: databases.instances
      .filter(({ replicationSource }) => replicationSource === instance.identifier)
      .map(({ identifier }) => identifier),
    ReadReplicaDBClusterIdentifiers: databases.clusters
      .filter(({ replicationSource }) => replicationSource === arn)
      .map(({ identifier }) => identifier),
    DeletionProtection: instance.deletionProtection,
    InstanceCreateTime: new Date(instance.createdAt),
  };
}

function securityGroupsOf(
  database: Pick<DbCluster, 'securityGroupIds'> & Partial<Pick<DbCluster, 'pendingSecurityGroupIds'>>,
): VpcSecurityGroupMembership[] {
  const { securityGroupIds: now, pendingSecurityGroupIds: wanted = now } = database;
  return [...new Set([...now, ...wanted])].map((id) => ({
    VpcSecurityGroupId: id,
    Status: !now.includes(id) ? 'adding' : !wanted.includes(id) ? 'removing' : 'active',
  }));
}

export function describeClusterSnapshot(snapshot: ClusterSnapshot, environment: AwsEnvironment): DBClusterSnapshot {
  const done = environment.clock.now() >= snapshot.availableAt;
  return {
    DBClusterSnapshotIdentifier: snapshot.identifier,
    DBClusterSnapshotArn: arnOf(environment, 'rds', `cluster-snapshot:${snapshot.identifier}`),
    DBClusterIdentifier: snapshot.clusterIdentifier,
    DbClusterResourceId: snapshot.clusterResourceId,
    Engine: snapshot.engine,
    EngineVersion: snapshot.engineVersion,
    SnapshotType: 'manual',
    Status: done ? 'available' : 'creating',
    PercentProgress: done ? 100 : 0,
    SnapshotCreateTime: new Date(snapshot.createdAt),
  };
}
