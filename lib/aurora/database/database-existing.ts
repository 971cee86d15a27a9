import { aws_ec2 as ec2, type aws_rds as rds, type aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { arnOfKey } from '../../cutover/permissions/key-use';
import { assertTold } from '../../cutover/validations/stated';
import { inConstruct, ValidationError } from '../../validation-error';
import type { DatabaseEngine } from '../engine/engine';
import { warnPastEndOfSupport } from '../engine/engine-end-of-support';
import type { DatabaseInstanceClass } from '../instance-class/instance-class';
import type { CustomEndpoint, InstanceEndpoint } from '../readers/reader-endpoints';
import type { IDatabase } from './database';
import { clusterAttributes, instanceAttributes, keyArnOf } from './database-adapters';
import type { DatabaseAttributes, DatabaseOptions } from './database-attributes';
import { assertAttributes } from './database-attributes-check';
import { DatabaseBase } from './database-base';

/**
 * Databases that exist already, or are made by the CDK's own constructs.
 *
 * An engine past its end of support gives the warning `cdk-cutover:DatabaseEndOfSupport`.
 */
export class Database {
  /**
   * A database that is not made here: an Aurora cluster, or an instance of RDS. Nothing is looked up.
   *
   * @param scope the scope
   * @param id the id
   * @param attrs what is known of it
   * @throws if an address is not a bare host, the port is out of its range, `secret` is missing, or attributes
   * contradict each other
   */
  public static fromAttributes(scope: Construct, id: string, attrs: DatabaseAttributes): IDatabase {
    assertTold('Database.fromAttributes', { scope, id });
    return Database.existing(scope, id, () => attrs);
  }

  private static existing(scope: Construct, id: string, known: () => DatabaseAttributes, keyArn?: string): IDatabase {
    const attrs = inConstruct(scope, () => withSecret(known()), id);
    return new ExistingDatabase(scope, id, attrs, attrs.secret, keyArn);
  }

  /**
   * An Aurora cluster of the CDK, such as `rds.DatabaseCluster`.
   *
   * @param scope the scope
   * @param id the id
   * @param cluster the cluster; an imported one must have been given its engine, with the full version
   * @param options what the construct does not tell
   * @throws if engine or version are not known, the cluster is none of Aurora, or has no secret and none is stated
   */
  public static fromCluster(
    scope: Construct,
    id: string,
    cluster: rds.IDatabaseCluster,
    options: DatabaseOptions = {},
  ): IDatabase {
    assertTold('Database.fromCluster', { scope, id });
    inConstruct(scope, () => assertTold('Database.fromCluster', { cluster, options }), id);
    return Database.existing(scope, id, () => clusterAttributes(cluster, options), keyArnOf(cluster));
  }

  /**
   * An instance of RDS of the CDK, such as `rds.DatabaseInstance`.
   *
   * @param scope the scope
   * @param id the id
   * @param instance the instance; an imported one must have been given its engine, with the full version
   * @param options what the construct does not tell
   * @throws if engine or version are not known, the engine is neither MySQL nor PostgreSQL, or the instance has no
   * secret and none is stated
   */
  public static fromInstance(
    scope: Construct,
    id: string,
    instance: rds.IDatabaseInstance,
    options: DatabaseOptions = {},
  ): IDatabase {
    assertTold('Database.fromInstance', { scope, id });
    inConstruct(scope, () => assertTold('Database.fromInstance', { instance, options }), id);
    return Database.existing(scope, id, () => instanceAttributes(instance, options), keyArnOf(instance));
  }

  private constructor() {}
}

function withSecret(attrs: DatabaseAttributes): DatabaseAttributes & { readonly secret: secretsmanager.ISecret } {
  assertAttributes(attrs);
  const { secret } = attrs;
  if (secret === undefined) {
    throw new ValidationError(
      `Got no secret for ${attrs.clusterIdentifier ?? attrs.instanceIdentifier}. Accepted is one of Secrets Manager ` +
        "with username and password: secret: Secret.fromSecretNameV2(this, 'Agent', 'shop/cutover-agent').",
    );
  }
  return { ...attrs, secret };
}

class ExistingDatabase extends DatabaseBase {
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
  public readonly encryptionKeyArn?: string;
  public readonly securityGroups: ec2.ISecurityGroup[];
  public readonly clusterParameterGroupName?: string;
  public readonly parameterGroupName?: string;
  public readonly connections: ec2.Connections;

  constructor(
    scope: Construct,
    id: string,
    attrs: DatabaseAttributes,
    public readonly secret: secretsmanager.ISecret,
    keyArnOfConstruct?: string,
  ) {
    super(scope, id);
    this.engine = attrs.engine;
    this.clusterIdentifier = attrs.clusterIdentifier;
    this.instanceIdentifier = attrs.instanceIdentifier;
    this.instanceIdentifiers =
      attrs.instanceIdentifiers ?? (attrs.instanceIdentifier === undefined ? [] : [attrs.instanceIdentifier]);
    this.instanceClass = attrs.instanceClass;
    this.endpointAddress = attrs.endpointAddress;
    this.readerEndpointAddress = attrs.readerEndpointAddress;
    this.customEndpoints = attrs.customEndpoints ?? [];
    this.instanceEndpoints = attrs.instanceEndpoints ?? [];
    this.endpointPort = attrs.port ?? attrs.engine._defaultPort;
    this.tls = attrs.tls ?? true;
    this.tlsServerName = attrs.tlsServerName;
    this.encryptionKeyArn = attrs.encryptionKey === undefined ? keyArnOfConstruct : arnOfKey(attrs.encryptionKey);
    this.securityGroups = attrs.securityGroups ?? [];
    this.clusterParameterGroupName = attrs.clusterParameterGroupName;
    this.parameterGroupName = attrs.parameterGroupName;
    this.connections = new ec2.Connections({
      securityGroups: this.securityGroups,
      defaultPort: ec2.Port.tcp(this.endpointPort),
    });
    warnPastEndOfSupport(this, this.engine);
  }
}
