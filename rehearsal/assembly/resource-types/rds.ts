import { createHash } from 'node:crypto';
import type { Json } from '../json';
import { type Attribute, arn, digits, namedInLowerCase, type ResourceFacts, type ResourceModels, text } from './model';

/** RDS takes no longer identifiers; CloudFormation cuts the names that it makes up, and keeps their random end. */
const MAX_IDENTIFIER_LENGTH = 63;

const identifier =
  (property: string): Attribute =>
  (resource) => {
    const name = text(namedInLowerCase(property)(resource));
    if (resource.property(property) !== undefined || name.length <= MAX_IDENTIFIER_LENGTH) return name;
    const end = name.slice(name.lastIndexOf('-'));
    return `${name.slice(0, MAX_IDENTIFIER_LENGTH - end.length).replace(/-+$/, '')}${end}`;
  };

const clusterId = identifier('DBClusterIdentifier');
const instanceId = identifier('DBInstanceIdentifier');
const clusterEndpointId = namedInLowerCase('DBClusterEndpointIdentifier');
const clusterParameterGroup = namedInLowerCase('DBClusterParameterGroupName');
const parameterGroup = namedInLowerCase('DBParameterGroupName');
const subnetGroup = namedInLowerCase('DBSubnetGroupName');

/** The domain of all an account's databases in a Region has one hash in it, e.g. `cx4t9qk2m1ab.eu-west-1.rds.…`. */
function domain({ account, region }: ResourceFacts): string {
  const hash = createHash('sha256').update(`rds/${account}/${region}`).digest('hex').slice(0, 11);
  return `c${hash}.${region}.rds.amazonaws.com`;
}

const writerEndpoint: Attribute = (cluster) => `${text(clusterId(cluster))}.cluster-${domain(cluster)}`;
const readerEndpoint: Attribute = (cluster) => `${text(clusterId(cluster))}.cluster-ro-${domain(cluster)}`;
const instanceEndpoint: Attribute = (instance) => `${text(instanceId(instance))}.${domain(instance)}`;

/** CloudFormation's attributes are text. */
const port: Attribute = (resource) => text(resource.property('Port') ?? defaultPort(resource.property('Engine')));

const defaultPort = (engine: Json | undefined): string =>
  String(engine).endsWith('postgresql') || engine === 'postgres' ? '5432' : '3306';

const resourceId =
  (prefix: string): Attribute =>
  (resource) =>
    `${prefix}-${digits(resource, 'resource', 26).toUpperCase()}`;

/** What RDS calls a secret that it makes and rotates itself. */
const masterSecret =
  (kind: string): Attribute =>
  (resource) => {
    const hex = digits(resource, 'master', 38);
    const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
    return `arn:aws:secretsmanager:${resource.region}:${resource.account}:secret:rds!${kind}-${uuid}-${hex.slice(32)}`;
  };

/** RDS and Aurora. @see docs/aws-facts.md#cloudformation-cluster-endpoint */
export const RDS: ResourceModels = {
  'AWS::RDS::DBCluster': {
    ref: clusterId,
    attributes: {
      DBClusterArn: arn('rds', 'cluster:', clusterId),
      DBClusterResourceId: resourceId('cluster'),
      'Endpoint.Address': writerEndpoint,
      'Endpoint.Port': port,
      'ReadEndpoint.Address': readerEndpoint,
      'MasterUserSecret.SecretArn': masterSecret('cluster'),
    },
  },
  'AWS::RDS::DBClusterEndpoint': {
    ref: clusterEndpointId,
    attributes: {
      DBClusterEndpointArn: arn('rds', 'cluster-endpoint:', clusterEndpointId),
      DBClusterEndpointResourceIdentifier: resourceId('cluster-endpoint'),
      Endpoint: (endpoint) => `${text(clusterEndpointId(endpoint))}.cluster-custom-${domain(endpoint)}`,
      EndpointType: () => 'CUSTOM',
      Status: () => 'available',
    },
  },
  'AWS::RDS::DBClusterParameterGroup': { ref: clusterParameterGroup, attributes: {} },
  'AWS::RDS::DBInstance': {
    ref: instanceId,
    attributes: {
      DBInstanceArn: arn('rds', 'db:', instanceId),
      DbiResourceId: resourceId('db'),
      'Endpoint.Address': instanceEndpoint,
      'Endpoint.Port': port,
      'MasterUserSecret.SecretArn': masterSecret('db'),
    },
  },
  'AWS::RDS::DBParameterGroup': {
    ref: parameterGroup,
    attributes: { DBParameterGroupName: parameterGroup, DBParameterGroupArn: arn('rds', 'pg:', parameterGroup) },
  },
  'AWS::RDS::DBSubnetGroup': {
    ref: subnetGroup,
    attributes: { DBSubnetGroupArn: arn('rds', 'subgrp:', subnetGroup) },
  },
};
