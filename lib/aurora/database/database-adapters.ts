import { aws_rds as rds, type aws_secretsmanager as secretsmanager, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { ValidationError } from '../../validation-error';
import { DatabaseEngine } from '../engine/engine';
import { DatabaseInstanceClass } from '../instance-class/instance-class';
import type { DatabaseAttributes, DatabaseOptions } from './database-attributes';

/** What the CDK's construct of a cluster tells; where that is nothing, the options. */
export function clusterAttributes(cluster: rds.IDatabaseCluster, options: DatabaseOptions): DatabaseAttributes {
  const resource = cluster.node.findAll().find((each) => each instanceof rds.CfnDBCluster);
  const instance = firstInstance(cluster);
  return {
    ...options,
    engine: engineOf(cluster, cluster.engine),
    clusterIdentifier: cluster.clusterIdentifier,
    instanceIdentifiers: cluster.instanceIdentifiers,
    endpointAddress: cluster.clusterEndpoint.hostname,
    readerEndpointAddress: cluster.clusterReadEndpoint.hostname,
    instanceEndpoints: instancesIn(cluster).map(({ ref, attrEndpointAddress }) => ({
      ...{ instanceIdentifier: ref, endpointAddress: attrEndpointAddress },
    })),
    port: resource?.port ?? cluster.clusterEndpoint.port,
    securityGroups: cluster.connections.securityGroups,
    secret: options.secret ?? secretOf(cluster),
    instanceClass: options.instanceClass ?? classOf(instance),
    clusterParameterGroupName: resource?.dbClusterParameterGroupName,
    parameterGroupName: instance?.dbParameterGroupName,
  };
}

/** What the CDK's construct of an instance tells; where that is nothing, the options. */
export function instanceAttributes(instance: rds.IDatabaseInstance, options: DatabaseOptions): DatabaseAttributes {
  const resource = firstInstance(instance);
  return {
    ...options,
    engine: engineOf(instance, instance.engine),
    instanceIdentifier: instance.instanceIdentifier,
    endpointAddress: instance.instanceEndpoint.hostname,
    port: literalPort(resource) ?? instance.instanceEndpoint.port,
    securityGroups: instance.connections.securityGroups,
    secret: options.secret ?? secretOf(instance),
    instanceClass: options.instanceClass ?? classOf(resource),
    parameterGroupName: resource?.dbParameterGroupName,
  };
}

/** The key of a construct's storage. What CloudFormation takes besides an ARN, no policy does. */
export function keyArnOf(database: IConstruct): string | undefined {
  const resource = database.node
    .findAll()
    .find((each) => each instanceof rds.CfnDBCluster || each instanceof rds.CfnDBInstance);
  const keyId = resource?.kmsKeyId;
  return keyId !== undefined && (Token.isUnresolved(keyId) || keyId.includes(':key/')) ? keyId : undefined;
}

/** CloudFormation has it as text. A literal number can be compared with green's. */
function literalPort(instance: rds.CfnDBInstance | undefined): number | undefined {
  return instance?.port === undefined || Token.isUnresolved(instance.port) ? undefined : Number(instance.port);
}

/** The writer comes first in every construct of the CDK. */
function firstInstance(construct: IConstruct): rds.CfnDBInstance | undefined {
  return instancesIn(construct)[0];
}

function instancesIn(construct: IConstruct): rds.CfnDBInstance[] {
  return construct.node.findAll().filter((each) => each instanceof rds.CfnDBInstance);
}

/** The CDK's instance of RDS makes up the name of its class late. */
function classOf(instance: rds.CfnDBInstance | undefined): DatabaseInstanceClass | undefined {
  const name: unknown = instance?.stack.resolve(instance.dbInstanceClass);
  return typeof name === 'string' ? DatabaseInstanceClass._find(name) : undefined;
}

function engineOf(database: IConstruct, engine: rds.IEngine | undefined): DatabaseEngine {
  const version = engine?.engineVersion?.fullVersion;
  if (engine !== undefined && version !== undefined) return DatabaseEngine._named(engine.engineType, version);
  throw new ValidationError(
    `The ${engine === undefined ? 'engine' : `version of ${engine.engineType}`} of ${database.node.path} is not known. ` +
      'State the engine with its full version where it is made or imported, such as rds.DatabaseClusterEngine.' +
      'auroraMysql({ version: AuroraMysqlEngineVersion.VER_3_08_0 }), or use Database.fromAttributes.',
  );
}

/** The CDK's interfaces have no secret; its classes do. */
function secretOf(database: IConstruct): secretsmanager.ISecret | undefined {
  return 'secret' in database && isSecret(database.secret) ? database.secret : undefined;
}

function isSecret(value: unknown): value is secretsmanager.ISecret {
  return typeof value === 'object' && value !== null && 'secretArn' in value;
}
