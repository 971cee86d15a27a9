import type { InstanceHealth, InstanceStatus } from './instance-health';

/** RDS's names of the engines that can be rehearsed. */
export type RdsEngine = 'aurora-mysql' | 'aurora-postgresql' | 'mysql' | 'postgres';

export type ClusterStatus =
  | 'creating'
  | 'available'
  | 'promoting'
  | 'renaming'
  | 'deleting'
  | 'backing-up'
  | 'upgrading';

export interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

/** What a cluster or an instance keeps for as long as it exists, by whatever name. */
interface Lasting {
  /** `cluster-…` or `db-…`; never changes. */
  readonly resourceId: string;
  readonly engine: RdsEngine;
  readonly port: number;
  readonly createdAt: number;
  readonly masterUsername: string;
  /** Of an instance in a cluster, the cluster's are meant. */
  securityGroupIds: readonly string[];
}

export interface DbCluster extends Lasting {
  /** Lower case, as RDS keeps it. */
  identifier: string;
  engineVersion: string;
  endpoint: string;
  readerEndpoint: string;
  parameterGroup: string;
  status: ClusterStatus;
  /** The name that it is being given. */
  pendingIdentifier: string | undefined;
  /** The security groups that it is being put into. */
  pendingSecurityGroupIds: readonly string[] | undefined;
  /** After a switchover clients may only read on the old side, until its writer is rebooted. */
  readOnlyUntilReboot: boolean;
  /** ARN of the instance or cluster that it is a read replica of. */
  replicationSource: string | undefined;
  deletionProtection: boolean;
  /** ARN of the key of its storage. @default - it is not encrypted */
  readonly kmsKeyArn: string | undefined;
  /** Whether RDS itself keeps the master user's password in Secrets Manager. */
  readonly managedMasterPassword: boolean;
  readonly roles: { readonly arn: string; readonly feature: string | undefined }[];
  tags: readonly Tag[];
}

export interface DbInstance extends Lasting {
  identifier: string;
  engineVersion: string;
  endpoint: string;
  parameterGroup: string;
  /** Absent: an instance without a cluster. */
  readonly clusterResourceId: string | undefined;
  isWriter: boolean;
  instanceClass: string;
  /** GiB. */
  allocatedStorage: number;
  iops: number | undefined;
  /** Days. */
  backupRetention: number;
  /** Waits for the maintenance window. */
  pendingClass: string | undefined;
  /** The name that it is being given. */
  pendingIdentifier: string | undefined;
  status: InstanceStatus;
  /** Changes with the status, and by itself where an engine dies. */
  readonly health: InstanceHealth;
  /** Identifier of the instance that it is a read replica of. */
  replicationSource: string | undefined;
  deletionProtection: boolean;
}

/** A part of a cluster's instances under a name of their own. */
export interface DbClusterEndpoint {
  /** Lower case, as RDS keeps it. */
  readonly identifier: string;
  /** `cluster-endpoint-…`; never changes. */
  readonly resourceId: string;
  readonly clusterResourceId: string;
  readonly host: string;
  type: CustomEndpointType;
  /** Resource ids. Undefined: all that the type allows, but for those excluded. */
  staticMembers: readonly string[] | undefined;
  excludedMembers: readonly string[];
  status: 'creating' | 'available' | 'modifying' | 'deleting';
}

export type CustomEndpointType = 'READER' | 'ANY';
