import { aws_ec2 as ec2, type Size, type aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { assertTold } from '../../cutover/validations/stated';
import { inConstruct } from '../../validation-error';
import { warnPastEndOfSupport } from '../engine/end-of-support';
import type { CacheEngine } from '../engine/engine';
import type { CacheNodeType } from '../nodes/node-type';
import type { CacheAttributes } from './cache-attributes';
import { assertAttributes } from './cache-attributes-check';
import { CacheBase, type ICache } from './cache-base';
import { TransitEncryption } from './transit-encryption';

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
    assertTold('Cache.fromAttributes', { scope, id });
    inConstruct(scope, () => assertAttributes(attrs), id);
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
