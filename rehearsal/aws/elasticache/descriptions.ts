import type {
  CacheCluster as ClusterDescription,
  ReplicationGroup as GroupDescription,
  Snapshot as SnapshotDescription,
} from '@aws-sdk/client-elasticache';
import { type AwsEnvironment, arnOf } from '../environment';
import type { CacheAddress, CacheCluster, CacheStatus, ReplicationGroup, Snapshot } from './caches';

const endpoint = ({ address, port }: CacheAddress) => ({ Address: address, Port: port });

/** A replication group as DescribeReplicationGroups shows it. */
export function describeReplicationGroup(
  group: ReplicationGroup,
  status: CacheStatus,
  environment: AwsEnvironment,
): GroupDescription {
  return {
    ReplicationGroupId: group.id,
    Description: group.id,
    Status: status,
    MemberClusters: memberIds(group),
    NodeGroups: [
      {
        NodeGroupId: '0001',
        Status: status,
        ...(group.configurationEndpoint === undefined && {
          PrimaryEndpoint: endpoint(group.primaryEndpoint),
          ReaderEndpoint: endpoint(group.readerEndpoint),
        }),
        NodeGroupMembers: memberIds(group).map((CacheClusterId, index) => ({
          CacheClusterId,
          CacheNodeId: '0001',
          ...(group.configurationEndpoint === undefined && { CurrentRole: index === 0 ? 'primary' : 'replica' }),
        })),
      },
    ],
    ...(group.configurationEndpoint !== undefined && { ConfigurationEndpoint: endpoint(group.configurationEndpoint) }),
    AutomaticFailover: group.automaticFailover ? 'enabled' : 'disabled',
    ClusterEnabled: group.configurationEndpoint !== undefined,
    CacheNodeType: group.nodeType,
    AuthTokenEnabled: group.authToken,
    TransitEncryptionEnabled: group.transitEncryption,
    Engine: group.engine,
    ARN: arnOf(environment, 'elasticache', `replicationgroup:${group.id}`),
  };
}

/** The nodes of a replication group are clusters too, and are described as such. */
export function memberClusters(group: ReplicationGroup): readonly CacheCluster[] {
  return memberIds(group).map((id) => ({ ...group, id, endpoint: group.primaryEndpoint }));
}

export function describeCluster(
  cluster: CacheCluster,
  status: CacheStatus,
  groupId: string | undefined,
  withNodes: boolean,
  environment: AwsEnvironment,
): ClusterDescription {
  return {
    CacheClusterId: cluster.id,
    CacheClusterStatus: status,
    CacheNodeType: cluster.nodeType,
    Engine: cluster.engine,
    EngineVersion: cluster.engineVersion,
    NumCacheNodes: 1,
    ...(groupId !== undefined && { ReplicationGroupId: groupId }),
    CacheParameterGroup: { CacheParameterGroupName: cluster.parameterGroup, ParameterApplyStatus: 'in-sync' },
    SecurityGroups: cluster.securityGroupIds.map((SecurityGroupId) => ({ SecurityGroupId, Status: 'active' })),
    AuthTokenEnabled: cluster.authToken,
    TransitEncryptionEnabled: cluster.transitEncryption,
    ARN: arnOf(environment, 'elasticache', `cluster:${cluster.id}`),
    ...(withNodes && {
      CacheNodes: [{ CacheNodeId: '0001', CacheNodeStatus: status, Endpoint: endpoint(cluster.endpoint) }],
    }),
  };
}

export function describeSnapshot(snapshot: Snapshot, environment: AwsEnvironment): SnapshotDescription {
  return {
    SnapshotName: snapshot.name,
    SnapshotStatus: environment.clock.now() >= snapshot.availableAt ? 'available' : 'creating',
    SnapshotSource: 'manual',
    ...(snapshot.source.replicationGroupId !== undefined && { ReplicationGroupId: snapshot.source.replicationGroupId }),
    ...(snapshot.source.cacheClusterId !== undefined && { CacheClusterId: snapshot.source.cacheClusterId }),
    Engine: snapshot.engine,
    EngineVersion: snapshot.engineVersion,
    CacheNodeType: snapshot.nodeType,
    ARN: arnOf(environment, 'elasticache', `snapshot:${snapshot.name}`),
  };
}

/** e.g. `sessions-001`, the primary. */
const memberIds = ({ id, nodes }: ReplicationGroup) =>
  Array.from({ length: nodes }, (_, index) => `${id}-${String(index + 1).padStart(3, '0')}`);
