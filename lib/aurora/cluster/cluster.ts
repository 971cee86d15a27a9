import {
  CfnDeletionPolicy,
  aws_ec2 as ec2,
  RemovalPolicy,
  aws_rds as rds,
  type aws_secretsmanager as secretsmanager,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { refuseOtherRegions } from '../../cutover/validations/elsewhere';
import { assertTold } from '../../cutover/validations/stated';
import { inConstruct } from '../../validation-error';
import type { ConvertingReplica } from '../converting-replica/converting-replica';
import { DatabaseBase } from '../database/database-base';
import type { DatabaseEngine } from '../engine/engine';
import { warnPastEndOfSupport } from '../engine/engine-end-of-support';
import type { DatabaseInstanceClass } from '../instance-class/instance-class';
import { warnIfBurstable } from '../instance-class/instance-class-check';
import type { CustomEndpoint, InstanceEndpoint } from '../readers/reader-endpoints';
import { assertCluster, instanceNames } from './cluster-check';
import { chooseInstanceClass, chooseSecret } from './cluster-choice';
import { acknowledgeFindings } from './cluster-findings';
import type { AuroraReplicaClusterProps } from './cluster-props';
import { makeCustomEndpoint } from './custom-endpoint';

/**
 * An Aurora MySQL cluster as a read replica of an RDS MySQL instance: what clients move to when the migration promotes it.
 * It is encrypted, protected against deletion, writes a binary log that makes the rollback possible, and stays when the
 * stack goes (RETAIN).
 *
 *     const green = new AuroraReplicaCluster(this, 'Shop3', {
 *       vpc,
 *       engine: DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.0'),
 *       replaces: blue,
 *     });
 *
 * RDS takes hours for each TiB to make it.
 *
 * **After the cutover** the template still names the source, which changes nothing: RDS reads
 * `ReplicationSourceIdentifier` when it makes the cluster only, and CloudFormation neither replaces nor modifies the
 * cluster when it goes ("Update requires: No interruption"; `ModifyDBCluster` has no such parameter). Keep `replaces`
 * until `{"action": "retire"}` has deleted the source. Then drop it, and state `instanceClass` and `secret`.
 *
 * `rds.DatabaseCluster` of the CDK can be such a replica as well (`replicationSourceIdentifier`), but cannot drop its
 * source: it would then make up a master user and a password, and CloudFormation would replace the cluster.
 *
 * An engine past its end of support gives the warning `cdk-cutover:DatabaseEndOfSupport`; a class on CPU credits gives
 * `cdk-cutover:BurstableDatabase`.
 */
export class AuroraReplicaCluster extends DatabaseBase {
  public readonly engine: DatabaseEngine;
  public readonly clusterIdentifier?: string;
  public readonly instanceIdentifier?: string;
  public readonly instanceIdentifiers: string[];
  public readonly instanceClass?: DatabaseInstanceClass;
  public readonly endpointAddress: string;
  public readonly readerEndpointAddress?: string;
  public readonly customEndpoints: CustomEndpoint[];
  public readonly instanceEndpoints: InstanceEndpoint[];
  public readonly endpointPort: number;
  public readonly tls: boolean;
  public readonly tlsServerName?: string;
  public readonly secret: secretsmanager.ISecret;
  public readonly encryptionKeyArn?: string;
  public readonly securityGroups: ec2.ISecurityGroup[];
  public readonly clusterParameterGroupName?: string;
  public readonly parameterGroupName?: string;
  public readonly connections: ec2.Connections;

  /** The replica that converts blue's tables for it. Undefined where it follows blue itself. */
  public readonly source?: ConvertingReplica;

  /** `cluster-ABCD…`: what policies of IAM authentication name it by. It stays when RDS renames the cluster. */
  public readonly clusterResourceIdentifier: string;

  /**
   * @param scope the scope
   * @param id the id
   * @param props what it is
   * @throws if the engine, the class or a combination of props is one that RDS refuses, or if the instance in `replaces`
   * cannot be replaced by it
   */
  constructor(scope: Construct, id: string, props: AuroraReplicaClusterProps) {
    assertTold('AuroraReplicaCluster', { scope, id });
    super(scope, id);
    inConstruct(this, () => {
      assertCluster(props);
      refuseOtherRegions(this, { encryptionKey: props.encryptionKey, secret: props.secret });
    });
    this.engine = props.engine;
    this.source = props.source;
    this.endpointPort = props.port ?? 3306;
    this.tls = true;
    this.secret = inConstruct(this, () => chooseSecret(props));
    this.encryptionKeyArn = props.encryptionKey?.keyArn;
    const instanceClass = inConstruct(this, () => chooseInstanceClass(props));
    this.instanceClass = instanceClass;
    this.securityGroups = props.securityGroups ?? [this.ownSecurityGroup(props)];
    this.connections = new ec2.Connections({
      securityGroups: this.securityGroups,
      defaultPort: ec2.Port.tcp(this.endpointPort),
    });

    const parameterGroup = this.ownParameterGroup(props);
    this.clusterParameterGroupName = parameterGroup.ref;
    const cluster = this.cluster(props, this.subnetGroup(props), parameterGroup);
    const instances = this.instances(props, cluster, instanceClass);
    this.clusterIdentifier = cluster.ref;
    this.clusterResourceIdentifier = cluster.attrDbClusterResourceId;
    this.instanceIdentifiers = Object.values(instances).map((instance) => instance.ref);
    this.instanceEndpoints = Object.entries(instances).map(([name, instance]) => ({
      ...{ name, instanceIdentifier: instance.ref, endpointAddress: instance.attrEndpointAddress },
    }));
    this.customEndpoints = (props.customEndpoints ?? []).map((options) =>
      makeCustomEndpoint(this, {
        ...{ options, cluster, instances, removalPolicy: policyOfCompanions(props.removalPolicy) },
      }),
    );
    this.endpointAddress = cluster.attrEndpointAddress;
    this.readerEndpointAddress = cluster.attrReadEndpointAddress;

    warnPastEndOfSupport(this, this.engine);
    warnIfBurstable(this, instanceClass);
    acknowledgeFindings(this, props);
  }

  private ownSecurityGroup({ vpc, removalPolicy }: AuroraReplicaClusterProps): ec2.SecurityGroup {
    // All outbound is open: a replica connects to its source, and after the promotion the source may follow it.
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: `Database ${this.node.path}`,
    });
    securityGroup.applyRemovalPolicy(policyOfCompanions(removalPolicy));
    return securityGroup;
  }

  private subnetGroup(props: AuroraReplicaClusterProps): rds.CfnDBSubnetGroup {
    const subnetGroup = new rds.CfnDBSubnetGroup(this, 'Subnets', {
      dbSubnetGroupDescription: `Database ${this.node.path}`,
      subnetIds: props.vpc.selectSubnets(props.vpcSubnets).subnetIds,
    });
    subnetGroup.applyRemovalPolicy(policyOfCompanions(props.removalPolicy));
    return subnetGroup;
  }

  private ownParameterGroup({ engine, parameters, removalPolicy }: AuroraReplicaClusterProps) {
    const parameterGroup = new rds.CfnDBClusterParameterGroup(this, 'Parameters', {
      family: engine.parameterGroupFamily,
      description: `Database ${this.node.path}`,
      parameters: { ...parameters, binlog_format: 'ROW' },
    });
    parameterGroup.applyRemovalPolicy(policyOfCompanions(removalPolicy));
    // Another major version replaces the parameter group; the old one is then nobody's.
    parameterGroup.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.DELETE;
    return parameterGroup;
  }

  private cluster(
    props: AuroraReplicaClusterProps,
    subnetGroup: rds.CfnDBSubnetGroup,
    parameterGroup: rds.CfnDBClusterParameterGroup,
  ): rds.CfnDBCluster {
    const cluster = new rds.CfnDBCluster(this, 'Resource', {
      engine: this.engine.name,
      engineVersion: this.engine.version,
      // No user, password or database: RDS takes them from the source, and refuses any that are stated.
      replicationSourceIdentifier: (props.source ?? props.replaces)?.databaseArn,
      port: this.endpointPort,
      dbSubnetGroupName: subnetGroup.ref,
      vpcSecurityGroupIds: this.securityGroups.map((group) => group.securityGroupId),
      dbClusterParameterGroupName: parameterGroup.ref,
      storageEncrypted: props.storageEncrypted ?? true,
      kmsKeyId: props.encryptionKey?.keyArn,
      backupRetentionPeriod: props.backupRetention?.toDays() ?? 7,
      preferredBackupWindow: props.preferredBackupWindow,
      preferredMaintenanceWindow: props.preferredMaintenanceWindow,
      copyTagsToSnapshot: true,
      enableCloudwatchLogsExports: props.cloudwatchLogsExports ?? ['error'],
      deletionProtection: props.deletionProtection ?? true,
    });
    cluster.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.RETAIN);
    return cluster;
  }

  /** The first to be made is the writer; the others wait for it, so that it is this one. */
  private instances(
    props: AuroraReplicaClusterProps,
    cluster: rds.CfnDBCluster,
    instanceClass: DatabaseInstanceClass,
  ): Record<string, rds.CfnDBInstance> {
    const ids = instanceNames(props);
    const instances = ids.map((id) => {
      const instance = new rds.CfnDBInstance(this, id, {
        dbClusterIdentifier: cluster.ref,
        dbInstanceClass: instanceClass.name,
        engine: this.engine.name,
        publiclyAccessible: false,
        autoMinorVersionUpgrade: props.autoMinorVersionUpgrade,
        promotionTier: id === 'Writer' ? 0 : 1,
      });
      instance.applyRemovalPolicy(policyOfCompanions(props.removalPolicy));
      return instance;
    });
    const [writer, ...readers] = instances;
    if (writer !== undefined) for (const reader of readers) reader.node.addDependency(writer);
    return Object.fromEntries(instances.map((instance) => [instance.node.id, instance]));
  }
}

/** A cluster that stays needs what it stands on; a snapshot needs nothing. */
function policyOfCompanions(policy: RemovalPolicy = RemovalPolicy.RETAIN): RemovalPolicy {
  return policy === RemovalPolicy.SNAPSHOT ? RemovalPolicy.DESTROY : policy;
}
