import {
  CfnDeletionPolicy,
  aws_ec2 as ec2,
  aws_elasticache as elasticache,
  RemovalPolicy,
  type Size,
  Token,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledge } from '../../cutover/annotations';
import { assertStated, assertTold } from '../../cutover/validations/stated';
import { inConstruct } from '../../validation-error';
import { TransitEncryption } from '../cache/transit-encryption';
import type { CacheEngine } from '../engine/engine';
import { assertCreatable } from '../engine/engine-lifecycle';
import type { CacheNodeType } from '../nodes/node-type';
import { type IMemcachedCluster, MemcachedBase } from './memcached';
import type { MemcachedClusterAttributes } from './memcached-attributes';
import { assertMemcached, assertMemcachedAttributes, assertSeveralZones, ENGINE } from './memcached-check';
import type { MemcachedClusterProps } from './memcached-cluster-props';
import { checkMemcachedReplacement } from './memcached-replacement';
import { chooseMemcachedNodes, nodeMemory } from './memcached-sizing';

const PORT = 11211;

/**
 * A cluster of Memcached in ElastiCache: its nodes in several Availability Zones, with a parameter group of its own, and a
 * security group that lets nobody in until told to. It stays when the stack goes (RETAIN).
 *
 *     const green = new MemcachedCluster(this, 'Pages16', { vpc, engine: CacheEngine.memcached('1.6.22'), replaces: blue });
 *     green.connections.allowDefaultPortFrom(application);
 */
export class MemcachedCluster extends MemcachedBase {
  /**
   * A cluster that is not made here: of ElastiCache, or a memcached of your own, which is one of one node. Nothing is
   * looked up.
   *
   * @param scope the scope
   * @param id the id
   * @param attrs what is known of it
   * @throws if the address is not a bare host, a number is out of its range, or the engine is not Memcached
   */
  public static fromAttributes(scope: Construct, id: string, attrs: MemcachedClusterAttributes): IMemcachedCluster {
    assertTold('MemcachedCluster.fromAttributes', { scope, id });
    inConstruct(scope, () => assertMemcachedAttributes(attrs), id);
    return new ImportedMemcached(scope, id, attrs);
  }

  public readonly engine: CacheEngine;
  public readonly nodeType?: CacheNodeType;
  public readonly maxMemory?: Size;
  public readonly numNodes: number;
  public readonly endpointAddress: string;
  public readonly endpointPort: number;
  public readonly transitEncryption: TransitEncryption;
  public readonly tlsServerName?: string;
  public readonly securityGroups: ec2.ISecurityGroup[];
  public readonly cacheClusterId?: string;
  public readonly parameterGroupName?: string;
  public readonly connections: ec2.Connections;

  /**
   * @param scope the scope
   * @param id the id
   * @param props what it is
   * @throws if the engine, the node type or a combination of props is one that ElastiCache refuses, or if the cluster in
   * `replaces` cannot be replaced by this one
   */
  constructor(scope: Construct, id: string, props: MemcachedClusterProps) {
    assertTold('MemcachedCluster', { scope, id });
    super(scope, id);
    inConstruct(this, () => {
      assertStated('MemcachedClusterProps', props, { vpc: 'where it is to be', engine: ENGINE });
      assertMemcached(props);
      assertCreatable(props.engine);
    });
    this.engine = props.engine;
    this.numNodes = props.numNodes ?? props.replaces?.numNodes ?? 1;
    this.endpointPort = props.port ?? PORT;
    this.transitEncryption = props.transitEncryption ?? TransitEncryption.NONE;
    const nodeType = inConstruct(this, () => {
      if (props.replaces !== undefined) checkMemcachedReplacement(this, props.replaces);
      return chooseMemcachedNodes(props, this.numNodes);
    });
    this.nodeType = nodeType;
    this.maxMemory = nodeMemory(this.engine, nodeType);
    this.securityGroups = props.securityGroups ?? [this.ownSecurityGroup(props)];
    this.connections = new ec2.Connections({
      securityGroups: this.securityGroups,
      defaultPort: ec2.Port.tcp(this.endpointPort),
    });
    const parameterGroup = inConstruct(this, () => this.ownParameterGroup(props));
    this.parameterGroupName = parameterGroup.ref;
    const cluster = this.cluster(
      props,
      nodeType,
      inConstruct(this, () => this.subnetGroup(props)),
      parameterGroup,
    );
    this.endpointAddress = cluster.attrConfigurationEndpointAddress;
    this.cacheClusterId = cluster.ref;
    if (props.replaces !== undefined) {
      acknowledge(
        this,
        'AwsSolutions-AEC5',
        'A DNS record carries no port: clients of the cluster it replaces keep the port that they are configured with.',
      );
    }
  }

  private ownSecurityGroup({ vpc, removalPolicy }: MemcachedClusterProps): ec2.SecurityGroup {
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: `Cache ${this.node.path}`,
      // A cache answers; it never connects.
      allowAllOutbound: false,
    });
    securityGroup.applyRemovalPolicy(removalPolicy ?? RemovalPolicy.RETAIN);
    return securityGroup;
  }

  private subnetGroup(props: MemcachedClusterProps): elasticache.CfnSubnetGroup {
    const subnets = props.vpc.selectSubnets(props.vpcSubnets);
    if (this.isSpread()) assertSeveralZones(subnets, this.numNodes);
    const subnetGroup = new elasticache.CfnSubnetGroup(this, 'Subnets', {
      description: `Cache ${this.node.path}`,
      subnetIds: subnets.subnetIds,
    });
    subnetGroup.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.RETAIN);
    return subnetGroup;
  }

  private ownParameterGroup({ parameters = {}, removalPolicy }: MemcachedClusterProps): elasticache.CfnParameterGroup {
    const parameterGroup = new elasticache.CfnParameterGroup(this, 'Parameters', {
      cacheParameterGroupFamily: this.engine.parameterGroupFamily,
      description: `Cache ${this.node.path}`,
      properties: parameters,
    });
    parameterGroup.applyRemovalPolicy(removalPolicy ?? RemovalPolicy.RETAIN);
    // A new engine family replaces the parameter group; the old one is then nobody's.
    parameterGroup.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.DELETE;
    return parameterGroup;
  }

  private cluster(
    props: MemcachedClusterProps,
    nodeType: CacheNodeType,
    subnetGroup: elasticache.CfnSubnetGroup,
    parameterGroup: elasticache.CfnParameterGroup,
  ): elasticache.CfnCacheCluster {
    const cluster = new elasticache.CfnCacheCluster(this, 'Resource', {
      engine: this.engine.name,
      engineVersion: this.engine.version,
      autoMinorVersionUpgrade: props.autoMinorVersionUpgrade,
      cacheNodeType: nodeType.name,
      numCacheNodes: this.numNodes,
      // ElastiCache refuses cross-az for a single node.
      azMode: this.isSpread() ? 'cross-az' : 'single-az',
      port: this.endpointPort,
      cacheSubnetGroupName: subnetGroup.ref,
      vpcSecurityGroupIds: this.securityGroups.map((securityGroup) => securityGroup.securityGroupId),
      cacheParameterGroupName: parameterGroup.ref,
      transitEncryptionEnabled: this.transitEncryption === TransitEncryption.REQUIRED,
      preferredMaintenanceWindow: props.preferredMaintenanceWindow,
    });
    cluster.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.RETAIN);
    return cluster;
  }

  private isSpread(): boolean {
    return Token.isUnresolved(this.numNodes) || this.numNodes > 1;
  }
}

class ImportedMemcached extends MemcachedBase {
  public readonly engine: CacheEngine;
  public readonly nodeType?: CacheNodeType;
  public readonly maxMemory?: Size;
  public readonly numNodes: number;
  public readonly endpointAddress: string;
  public readonly endpointPort: number;
  public readonly transitEncryption: TransitEncryption;
  public readonly tlsServerName?: string;
  public readonly securityGroups: ec2.ISecurityGroup[];
  public readonly cacheClusterId?: string;
  public readonly parameterGroupName?: string;
  public readonly connections: ec2.Connections;

  constructor(scope: Construct, id: string, attrs: MemcachedClusterAttributes) {
    super(scope, id);
    this.engine = attrs.engine;
    this.nodeType = attrs.nodeType;
    this.maxMemory = attrs.maxMemory ?? nodeMemory(attrs.engine, attrs.nodeType);
    this.numNodes = attrs.numNodes ?? 1;
    this.endpointAddress = attrs.endpointAddress;
    this.endpointPort = attrs.port ?? PORT;
    this.transitEncryption = attrs.transitEncryption ?? TransitEncryption.NONE;
    this.tlsServerName = attrs.tlsServerName;
    this.securityGroups = attrs.securityGroups ?? [];
    this.cacheClusterId = attrs.cacheClusterId;
    this.parameterGroupName = attrs.parameterGroupName;
    this.connections = new ec2.Connections({
      securityGroups: this.securityGroups,
      defaultPort: ec2.Port.tcp(this.endpointPort),
    });
  }
}
