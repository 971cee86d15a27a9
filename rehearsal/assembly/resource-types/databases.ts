import { type Attribute, arn, digits, namedInLowerCase, type ResourceModels, text } from './model';

const replicationGroupId = namedInLowerCase('ReplicationGroupId');
const cacheClusterId = namedInLowerCase('ClusterName');
const dbClusterId = namedInLowerCase('DBClusterIdentifier');
const dbInstanceId = namedInLowerCase('DBInstanceIdentifier');

/** A host name as ElastiCache and RDS make them, e.g. `sessions.abc123.euw1.cache.amazonaws.com`. */
const host =
  (prefix: string, name: Attribute, domain: string): Attribute =>
  (resource) =>
    `${prefix}${text(name(resource))}.${digits(resource, 'host', 6)}.${resource.region}.${domain}.amazonaws.com`;

const port =
  (fallback: string): Attribute =>
  (resource) =>
    text(resource.property('Port') ?? fallback);

/** ElastiCache and RDS. */
export const DATABASES: ResourceModels = {
  'AWS::ElastiCache::CacheCluster': {
    ref: cacheClusterId,
    attributes: {
      'RedisEndpoint.Address': host('', cacheClusterId, 'cache'),
      'RedisEndpoint.Port': port('6379'),
    },
  },
  'AWS::ElastiCache::ParameterGroup': {
    ref: namedInLowerCase('CacheParameterGroupName'),
    attributes: { CacheParameterGroupName: namedInLowerCase('CacheParameterGroupName') },
  },
  'AWS::ElastiCache::ReplicationGroup': {
    ref: replicationGroupId,
    attributes: {
      ReplicationGroupId: replicationGroupId,
      'ConfigurationEndPoint.Address': host('clustercfg.', replicationGroupId, 'cache'),
      'ConfigurationEndPoint.Port': port('6379'),
      'PrimaryEndPoint.Address': host('master.', replicationGroupId, 'cache'),
      'PrimaryEndPoint.Port': port('6379'),
      'ReaderEndPoint.Address': host('replica.', replicationGroupId, 'cache'),
      'ReaderEndPoint.Port': port('6379'),
    },
  },
  'AWS::ElastiCache::SubnetGroup': { ref: namedInLowerCase('CacheSubnetGroupName'), attributes: {} },
  'AWS::RDS::DBCluster': {
    ref: dbClusterId,
    attributes: {
      DBClusterArn: arn('rds', 'cluster:', dbClusterId),
      DBClusterResourceId: (resource) => `cluster-${digits(resource, 'resource', 26).toUpperCase()}`,
      'Endpoint.Address': host('', dbClusterId, 'rds'),
      'Endpoint.Port': port('3306'),
      'ReadEndpoint.Address': host('reader.', dbClusterId, 'rds'),
      'MasterUserSecret.SecretArn': arn('secretsmanager', 'secret:rds!', dbClusterId),
    },
  },
  'AWS::RDS::DBClusterParameterGroup': { ref: namedInLowerCase('DBClusterParameterGroupName'), attributes: {} },
  'AWS::RDS::DBInstance': {
    ref: dbInstanceId,
    attributes: {
      DBInstanceArn: arn('rds', 'db:', dbInstanceId),
      DbiResourceId: (resource) => `db-${digits(resource, 'resource', 26).toUpperCase()}`,
      'Endpoint.Address': host('', dbInstanceId, 'rds'),
      'Endpoint.Port': port('3306'),
      'MasterUserSecret.SecretArn': arn('secretsmanager', 'secret:rds!', dbInstanceId),
    },
  },
  'AWS::RDS::DBParameterGroup': { ref: namedInLowerCase('DBParameterGroupName'), attributes: {} },
  'AWS::RDS::DBSubnetGroup': { ref: namedInLowerCase('DBSubnetGroupName'), attributes: {} },
};
