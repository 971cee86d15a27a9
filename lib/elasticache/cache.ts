import { aws_ec2 as ec2, type Size, type aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { assertAttributes } from './cache-attributes-check';
import { CacheBase, type ICache } from './cache-base';
import { warnPastEndOfSupport } from './end-of-support';
import type { CacheEngine } from './engine';
import type { CacheNodeType } from './node-type';
import { TransitEncryption } from './transit-encryption';

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
   * `username`.
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

/**
 * Caches that exist already.
 */
export class Cache {
  /**
   * A cache that is not made here: of ElastiCache, a single cluster or a replication group, or a server of your own,
   * such as a redis-server on EC2. Nothing is looked up.
   *
   * An engine past its end of support gives the warning `cdk-cutover:EngineEndOfSupport`, if it is ElastiCache's.
   *
   * @param scope the scope
   * @param id the id
   * @param attrs what is known of it
   * @throws if the address is not a bare host, a number is out of its range, or attributes contradict each other
   */
  public static fromAttributes(scope: Construct, id: string, attrs: CacheAttributes): ICache {
    assertAttributes(attrs);
    return new ImportedCache(scope, id, attrs);
  }

  private constructor() {}
}

class ImportedCache extends CacheBase {
  public readonly engine: CacheEngine;
  public readonly nodeType?: CacheNodeType;
  public readonly maxMemory?: Size;
  public readonly numShards?: number;
  public readonly endpointAddress: string;
  public readonly endpointPort: number;
  public readonly transitEncryption: TransitEncryption;
  public readonly tlsServerName?: string;
  public readonly authSecret?: secretsmanager.ISecret;
  public readonly securityGroups: ec2.ISecurityGroup[];
  public readonly replicationGroupId?: string;
  public readonly cacheClusterId?: string;
  public readonly memberClusterIds: string[];
  public readonly parameterGroupName?: string;
  public readonly connections: ec2.Connections;

  constructor(scope: Construct, id: string, attrs: CacheAttributes) {
    super(scope, id);
    this.engine = attrs.engine;
    this.nodeType = attrs.nodeType;
    this.maxMemory = attrs.maxMemory ?? attrs.nodeType?.maxMemory;
    this.numShards = attrs.numShards;
    this.endpointAddress = attrs.endpointAddress;
    this.endpointPort = attrs.port ?? 6379;
    this.transitEncryption = attrs.transitEncryption ?? TransitEncryption.NONE;
    this.tlsServerName = attrs.tlsServerName;
    this.authSecret = attrs.authSecret;
    this.securityGroups = attrs.securityGroups ?? [];
    this.replicationGroupId = attrs.replicationGroupId;
    this.cacheClusterId = attrs.cacheClusterId;
    this.memberClusterIds =
      attrs.memberClusterIds ?? (attrs.cacheClusterId === undefined ? [] : [attrs.cacheClusterId]);
    this.parameterGroupName = attrs.parameterGroupName;
    this.connections = new ec2.Connections({
      securityGroups: this.securityGroups,
      defaultPort: ec2.Port.tcp(this.endpointPort),
    });
    const ofElastiCache = attrs.cacheClusterId !== undefined || attrs.replicationGroupId !== undefined;
    if (ofElastiCache) warnPastEndOfSupport(this, this.engine);
  }
}
