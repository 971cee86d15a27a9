import {
  CfnDeletionPolicy,
  Duration,
  aws_ec2 as ec2,
  RemovalPolicy,
  aws_rds as rds,
  type aws_secretsmanager as secretsmanager,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { refuseOtherRegions } from '../../cutover/validations/elsewhere';
import { assertStated, assertTold } from '../../cutover/validations/stated';
import { inConstruct } from '../../validation-error';
import type { IDatabase } from '../database/database';
import { DatabaseBase } from '../database/database-base';
import type { DatabaseEngine } from '../engine/engine';
import { warnPastEndOfSupport } from '../engine/engine-end-of-support';
import type { DatabaseInstanceClass } from '../instance-class/instance-class';
import { warnIfBurstable } from '../instance-class/instance-class-check';
import type { CustomEndpoint, InstanceEndpoint } from '../readers/reader-endpoints';
import type { Conversion } from './conversion';
import { assertConvertingReplica } from './converting-replica-check';
import { chooseClass, chooseStorage } from './converting-replica-choice';
import { acknowledgeFindings } from './converting-replica-findings';
import type { ConvertingReplicaProps } from './converting-replica-props';

/**
 * An RDS for MySQL read replica of blue, or of one of blue's replicas, on which tables are converted to what Aurora can
 * hold while clients go on with blue: MyISAM to InnoDB, COMPRESSED to DYNAMIC, indexes added. Aurora replicates from it.
 *
 *     const converting = new ConvertingReplica(this, 'ShopConverting', {
 *       vpc,
 *       replaces: blue,
 *       allocatedStorage: Size.gibibytes(1000),
 *       conversions: [Conversion.toInnoDb(), Conversion.toDynamic()],
 *     });
 *     const green = new AuroraReplicaCluster(this, 'Shop3', { vpc, engine, replaces: blue, source: converting });
 *
 * It is writable, writes a binary log of its own in the format ROW, keeps backups, without which RDS lets nothing follow it,
 * and is protected against deletion. Nothing is converted by a deploy: `{"action": "prepare"}` of the migration does it.
 * Nobody connects to it but the migration's host and green.
 *
 * `{"action": "retire"}` deletes it with blue. Leave it out of the code then, with the cluster's `source` and `replaces`.
 *
 * @see docs/aws-facts.md#rds-replica-parameter-group
 * @see docs/aws-facts.md#rds-replica-deletion-policy
 * @see docs/aws-facts.md#rds-replica-log
 */
export class ConvertingReplica extends DatabaseBase {
  public readonly engine: DatabaseEngine;
  public readonly clusterIdentifier?: string;
  public readonly instanceIdentifier?: string;
  public readonly instanceIdentifiers: string[];
  public readonly instanceClass?: DatabaseInstanceClass;
  public readonly endpointAddress: string;
  public readonly readerEndpointAddress?: string;
  public readonly endpointPort: number;
  public readonly tls: boolean;
  public readonly tlsServerName?: string;
  public readonly secret: secretsmanager.ISecret;
  public readonly encryptionKeyArn?: string;
  public readonly securityGroups: ec2.ISecurityGroup[];
  public readonly clusterParameterGroupName?: string;
  public readonly parameterGroupName?: string;
  public readonly connections: ec2.Connections;
  public readonly customEndpoints: CustomEndpoint[] = [];
  public readonly instanceEndpoints: InstanceEndpoint[] = [];

  /** The instance whose clients come over. */
  public readonly replaces: IDatabase;

  /** What it replicates from. */
  public readonly source: IDatabase;

  /** What is converted, in this order. */
  public readonly conversions: Conversion[];

  /** How late it may get while it is converted. */
  public readonly maxLag: Duration;

  /**
   * @param scope the scope
   * @param id the id
   * @param props what it is
   * @throws if it is one that RDS refuses, is smaller than the instance whose clients come over, or has nothing to convert
   */
  constructor(scope: Construct, id: string, props: ConvertingReplicaProps) {
    assertTold('ConvertingReplica', { scope, id });
    super(scope, id);
    inConstruct(this, () => {
      assertStated('ConvertingReplicaProps', props);
      assertConvertingReplica(props);
      refuseOtherRegions(this, { secret: props.secret });
    });
    this.replaces = props.replaces;
    this.source = props.source ?? props.replaces;
    this.conversions = [...props.conversions];
    this.maxLag = props.maxLag ?? Duration.hours(1);
    // RDS gives a replica its source's port, users and storage key; the engine's version is its source's at that time.
    this.engine = this.source.engine;
    this.endpointPort = this.source.endpointPort;
    this.secret = props.secret ?? props.replaces.secret;
    this.encryptionKeyArn = this.source.encryptionKeyArn;
    this.tls = this.source.tls;
    const instanceClass = inConstruct(this, () => chooseClass(props));
    this.instanceClass = instanceClass;
    this.securityGroups = props.securityGroups ?? [this.ownSecurityGroup(props)];
    this.connections = new ec2.Connections({
      securityGroups: this.securityGroups,
      defaultPort: ec2.Port.tcp(this.endpointPort),
    });

    const parameterGroup = this.ownParameterGroup(props);
    this.parameterGroupName = parameterGroup.ref;
    const instance = this.instance(props, instanceClass, parameterGroup);
    this.instanceIdentifier = instance.ref;
    this.instanceIdentifiers = [instance.ref];
    this.endpointAddress = instance.attrEndpointAddress;

    warnPastEndOfSupport(this, this.engine);
    warnIfBurstable(this, instanceClass);
    acknowledgeFindings(this);
  }

  private ownSecurityGroup({ vpc, removalPolicy }: ConvertingReplicaProps): ec2.SecurityGroup {
    // All outbound is open: a replica connects to its source.
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: `Converting replica ${this.node.path}`,
    });
    securityGroup.applyRemovalPolicy(removalPolicy ?? RemovalPolicy.RETAIN);
    return securityGroup;
  }

  private ownParameterGroup({ parameters, removalPolicy }: ConvertingReplicaProps): rds.CfnDBParameterGroup {
    const parameterGroup = new rds.CfnDBParameterGroup(this, 'Parameters', {
      family: this.engine.parameterGroupFamily,
      description: `Converting replica ${this.node.path}`,
      parameters: { ...parameters, read_only: '0', binlog_format: 'ROW' },
    });
    parameterGroup.applyRemovalPolicy(removalPolicy ?? RemovalPolicy.RETAIN);
    // Another major version replaces the parameter group; the old one is then nobody's.
    parameterGroup.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.DELETE;
    return parameterGroup;
  }

  /**
   * No user, password, encryption or subnets: RDS takes them from the source. CloudFormation makes the replica first, and
   * then gives it backups and the parameter group and reboots it: RDS takes neither as it makes one.
   */
  private instance(
    props: ConvertingReplicaProps,
    instanceClass: DatabaseInstanceClass,
    parameterGroup: rds.CfnDBParameterGroup,
  ): rds.CfnDBInstance {
    const instance = new rds.CfnDBInstance(this, 'Resource', {
      sourceDbInstanceIdentifier: this.source.instanceIdentifier,
      // Without it CloudFormation takes the engine for SQL Server, and leaves the storage out.
      engine: this.engine.name,
      dbInstanceClass: instanceClass.name,
      ...chooseStorage(props),
      dbParameterGroupName: parameterGroup.ref,
      vpcSecurityGroups: this.securityGroups.map((group) => group.securityGroupId),
      backupRetentionPeriod: props.backupRetention?.toDays() ?? 1,
      preferredBackupWindow: props.preferredBackupWindow,
      preferredMaintenanceWindow: props.preferredMaintenanceWindow,
      // A replica must not run a later version than Aurora's replica of it was made for.
      autoMinorVersionUpgrade: false,
      publiclyAccessible: false,
      copyTagsToSnapshot: true,
      enableCloudwatchLogsExports: props.cloudwatchLogsExports ?? ['error'],
      deletionProtection: props.deletionProtection ?? true,
    });
    instance.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.RETAIN);
    return instance;
  }
}
