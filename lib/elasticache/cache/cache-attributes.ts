import type { aws_ec2 as ec2, Size, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import type { CacheEngine } from '../engine/engine';
import type { CacheNodeType } from '../nodes/node-type';
import type { TransitEncryption } from './transit-encryption';

/**
 * A cache that exists already.
 */
export interface CacheAttributes {
  /** Engine and version, such as `CacheEngine.redis('2.8.24')`. */
  readonly engine: CacheEngine;

  /**
   * Where clients write: the primary endpoint, in cluster mode the configuration endpoint. A host name or address,
   * without port. Not the record that a migration moves: that one would lead to the other side afterwards.
   */
  readonly endpointAddress: string;

  /**
   * 1–65535.
   *
   * @default 6379
   */
  readonly port?: number;

  /**
   * Of ElastiCache: the id of the replication group.
   *
   * @default - the cache is no replication group
   */
  readonly replicationGroupId?: string;

  /**
   * Of ElastiCache: the id of the cluster, where it is part of no replication group.
   *
   * @default - the cache is no single cluster; with no `replicationGroupId` either, a server of your own
   */
  readonly cacheClusterId?: string;

  /**
   * Of ElastiCache.
   *
   * @default - not known
   */
  readonly nodeType?: CacheNodeType;

  /**
   * `maxmemory` of one node; in cluster mode, of each shard's. For a server of your own, of its configuration.
   *
   * @default - of the node type, if that is stated
   */
  readonly maxMemory?: Size;

  /**
   * How many shards, if cluster mode is enabled.
   *
   * @default - cluster mode is disabled
   */
  readonly numShards?: number;

  /** @default TransitEncryption.NONE */
  readonly transitEncryption?: TransitEncryption;

  /**
   * The name in the server's certificate.
   *
   * @default - `endpointAddress`
   */
  readonly tlsServerName?: string;

  /**
   * What to log in with: a bare AUTH token, or JSON with `password` and, for a user of an access control list,
   * `username`. With a server of your own, `transitEncryption` is to be stated besides: at `NONE` the password is sent in
   * the clear.
   *
   * @default - clients do not log in
   */
  readonly authSecret?: secretsmanager.ISecret;

  /**
   * The security groups of its nodes, or of the host that runs it. Without them nothing can be let in, and nobody be
   * kept out.
   *
   * @default - none are known
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Of ElastiCache: the cache parameter group. `notify-keyspace-events` can be set in one of your own, never in
   * `default.*`.
   *
   * @default - not known
   */
  readonly parameterGroupName?: string;

  /**
   * The ids under which CloudWatch knows its nodes.
   *
   * @default - `cacheClusterId`; of a replication group, and for a server of your own, none are known
   */
  readonly memberClusterIds?: string[];
}
