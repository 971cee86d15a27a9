import {
  ArnFormat,
  CfnDeletionPolicy,
  aws_ec2 as ec2,
  aws_elasticache as elasticache,
  aws_iam as iam,
  RemovalPolicy,
  type Size,
  type aws_secretsmanager as secretsmanager,
} from 'aws-cdk-lib';
import type { aws_elasticache as interfaces } from 'aws-cdk-lib/interfaces';
import type { Construct } from 'constructs';
import { refuseOtherRegions } from '../../cutover/validations/elsewhere';
import { assertStated, assertTold, assertToldIn } from '../../cutover/validations/stated';
import { inConstruct } from '../../validation-error';
import { CacheBase } from '../cache/cache-base';
import { TransitEncryption } from '../cache/transit-encryption';
import { warnPastEndOfSupport } from '../engine/end-of-support';
import type { CacheEngine } from '../engine/engine';
import { assertCreatable } from '../engine/engine-lifecycle';
import { chooseNodeType } from '../nodes/node-choice';
import { CacheNodeCategory } from '../nodes/node-families';
import { assertZones, memberClusterIds, nodeLayout } from '../nodes/node-layout';
import type { CacheNodeType } from '../nodes/node-type';
import { acknowledgeFindings } from './acknowledged-findings';
import { assertFeatures } from './feature-check';
import { cacheParameters } from './parameters';
import { checkReplacement } from './replacement-check';
import type { ReplicationGroupProps } from './replication-group-props';
import { logDelivery, transitEncryptionProps } from './resource-props';

/**
 * A replication group of ElastiCache: a primary with replicas in other Availability Zones, encrypted at rest, with a
 * parameter group whose keyspace events let a migration follow its changes, and a security group that lets nobody in
 * until told to. It stays when the stack goes (RETAIN).
 *
 *     const green = new ReplicationGroup(this, 'Sessions8', { vpc, engine: CacheEngine.valkey('8.1'), replaces: blue });
 *     green.connections.allowDefaultPortFrom(application);
 *
 * An engine past its end of support gives the warning `cdk-cutover:EngineEndOfSupport`; other credentials than those of
 * the cache it replaces give `cdk-cutover:CredentialsDiffer`.
 */
export class ReplicationGroup extends CacheBase implements interfaces.IReplicationGroupRef {
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

  /** For whatever of AWS refers to a replication group. */
  public readonly replicationGroupRef: interfaces.ReplicationGroupReference;

  /** `arn:aws:elasticache:region:account:replicationgroup:id`. */
  public readonly replicationGroupArn: string;

  /**
   * @param scope the scope
   * @param id the id
   * @param props what it is
   * @throws if the engine, the node type or a combination of props is one that ElastiCache refuses, or if the cache in
   * `replaces` cannot be replaced by this one
   */
  constructor(scope: Construct, id: string, props: ReplicationGroupProps) {
    assertTold('ReplicationGroup', { scope, id });
    super(scope, id);
    inConstruct(this, () => {
      assertStated('ReplicationGroupProps', props, {
        vpc: 'where it is to be',
        engine: 'engine and version, e.g. CacheEngine.valkey(…)',
      });
      assertCreatable(props.engine);
      assertFeatures(props);
      const { encryptionKey, slowLogGroup, engineLogGroup, authentication } = props;
      const secret = { 'authentication.secret': authentication?.secret };
      refuseOtherRegions(this, { encryptionKey, slowLogGroup, engineLogGroup, ...secret });
    });

    this.engine = props.engine;
    this.numShards = props.numShards;
    this.endpointPort = props.port ?? 6379;
    this.transitEncryption = props.transitEncryption ?? TransitEncryption.NONE;
    this.authSecret = props.authentication?.secret;
    const nodeType = inConstruct(this, () => {
      if (props.replaces !== undefined) checkReplacement(this, props.replaces);
      return chooseNodeType(props);
    });
    this.nodeType = nodeType;
    this.maxMemory = nodeType.maxMemory;
    this.securityGroups = props.securityGroups ?? [this.ownSecurityGroup(props)];
    this.connections = new ec2.Connections({
      securityGroups: this.securityGroups,
      defaultPort: ec2.Port.tcp(this.endpointPort),
    });

    const parameterGroup = inConstruct(this, () => this.ownParameterGroup(props));
    this.parameterGroupName = parameterGroup.ref;
    const subnetGroup = inConstruct(this, () => this.subnetGroup(props));
    const group = this.group(props, nodeType, subnetGroup, parameterGroup);
    this.endpointAddress = this.clusterMode ? group.attrConfigurationEndPointAddress : group.attrPrimaryEndPointAddress;
    this.replicationGroupId = group.ref;
    this.replicationGroupRef = group.replicationGroupRef;
    this.memberClusterIds = memberClusterIds(group.ref, props);
    this.replicationGroupArn = this.stack.formatArn({
      service: 'elasticache',
      resource: 'replicationgroup',
      resourceName: group.ref,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });

    warnPastEndOfSupport(this, this.engine);
    acknowledgeFindings(this, props);
  }

  /**
   * Permits actions on this replication group, such as `elasticache:CreateSnapshot`. It has nothing to do with who may
   * connect: see `connections`.
   *
   * @param grantee who is permitted
   * @param actions `elasticache:…`
   */
  public grant(grantee: iam.IGrantable, ...actions: string[]): iam.Grant {
    assertToldIn(this, 'ReplicationGroup.grant', { grantee, actions });
    return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [this.replicationGroupArn] });
  }

  private ownSecurityGroup({ vpc, removalPolicy }: ReplicationGroupProps): ec2.SecurityGroup {
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: `Cache ${this.node.path}`,
      // A cache answers; it never connects.
      allowAllOutbound: false,
    });
    securityGroup.applyRemovalPolicy(policyOfCompanions(removalPolicy));
    return securityGroup;
  }

  private subnetGroup(props: ReplicationGroupProps): elasticache.CfnSubnetGroup {
    const subnets = props.vpc.selectSubnets(props.vpcSubnets);
    assertZones(subnets, props);
    const subnetGroup = new elasticache.CfnSubnetGroup(this, 'Subnets', {
      description: `Cache ${this.node.path}`,
      subnetIds: subnets.subnetIds,
    });
    subnetGroup.applyRemovalPolicy(policyOfCompanions(props.removalPolicy));
    return subnetGroup;
  }

  private ownParameterGroup(props: ReplicationGroupProps): elasticache.CfnParameterGroup {
    const parameterGroup = new elasticache.CfnParameterGroup(this, 'Parameters', {
      cacheParameterGroupFamily: this.engine.parameterGroupFamily,
      description: `Cache ${this.node.path}`,
      properties: cacheParameters(props),
    });
    parameterGroup.applyRemovalPolicy(policyOfCompanions(props.removalPolicy));
    // A new engine family replaces the parameter group; the old one is then nobody's.
    parameterGroup.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.DELETE;
    return parameterGroup;
  }

  private group(
    props: ReplicationGroupProps,
    nodeType: CacheNodeType,
    subnetGroup: elasticache.CfnSubnetGroup,
    parameterGroup: elasticache.CfnParameterGroup,
  ): elasticache.CfnReplicationGroup {
    const { authentication } = props;
    const group = new elasticache.CfnReplicationGroup(this, 'Resource', {
      replicationGroupDescription: props.description ?? this.node.path,
      engine: this.engine.name,
      engineVersion: this.engine.version,
      autoMinorVersionUpgrade: props.autoMinorVersionUpgrade,
      cacheNodeType: nodeType.name,
      dataTieringEnabled: nodeType.category === CacheNodeCategory.DATA_TIERING ? true : undefined,
      ...nodeLayout(props),
      port: this.endpointPort,
      cacheSubnetGroupName: subnetGroup.ref,
      securityGroupIds: this.securityGroups.map((securityGroup) => securityGroup.securityGroupId),
      cacheParameterGroupName: parameterGroup.ref,
      atRestEncryptionEnabled: props.atRestEncryption ?? true,
      kmsKeyId: props.encryptionKey?.keyArn,
      ...transitEncryptionProps(this.transitEncryption, this.engine),
      authToken: authentication?._authToken,
      userGroupIds: authentication?._userGroupIds.length ? authentication._userGroupIds : undefined,
      snapshotRetentionLimit: props.snapshotRetention?.toDays(),
      snapshotWindow: props.snapshotWindow,
      preferredMaintenanceWindow: props.preferredMaintenanceWindow,
      logDeliveryConfigurations: logDelivery(props),
    });
    group.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.RETAIN);
    // Without it, another number of shards replaces the group, and its keys with it.
    if (this.clusterMode) group.cfnOptions.updatePolicy = { useOnlineResharding: true };
    return group;
  }
}

/** A group that stays needs what it stands on, and a deletion of that would fail; a snapshot needs nothing. */
function policyOfCompanions(policy: RemovalPolicy = RemovalPolicy.RETAIN): RemovalPolicy {
  return policy === RemovalPolicy.SNAPSHOT ? RemovalPolicy.DESTROY : policy;
}
