import { type Attribute, arn, digits, namedInLowerCase, type ResourceModels, text } from './model';
import { RDS } from './rds';

const replicationGroupId = namedInLowerCase('ReplicationGroupId', 40);
const userId = namedInLowerCase('UserId', 40);
const userGroupId = namedInLowerCase('UserGroupId', 40);
const cacheClusterId = namedInLowerCase('ClusterName', 50);

/** A host name as ElastiCache makes them, e.g. `master.sessions.abc123.eu-west-1.cache.amazonaws.com`. */
const host =
  (prefix: string, name: Attribute): Attribute =>
  (resource) =>
    `${prefix}${text(name(resource))}.${digits(resource, 'host', 6)}.${resource.region}.cache.amazonaws.com`;

const port =
  (fallback: string): Attribute =>
  (resource) =>
    text(resource.property('Port') ?? fallback);

/** ElastiCache and RDS. */
export const DATABASES: ResourceModels = {
  'AWS::ElastiCache::CacheCluster': {
    ref: cacheClusterId,
    attributes: {
      'ConfigurationEndpoint.Address': host('', cacheClusterId),
      'ConfigurationEndpoint.Port': port('11211'),
      'RedisEndpoint.Address': host('', cacheClusterId),
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
      'ConfigurationEndPoint.Address': host('clustercfg.', replicationGroupId),
      'ConfigurationEndPoint.Port': port('6379'),
      'PrimaryEndPoint.Address': host('master.', replicationGroupId),
      'PrimaryEndPoint.Port': port('6379'),
      'ReaderEndPoint.Address': host('replica.', replicationGroupId),
      'ReaderEndPoint.Port': port('6379'),
    },
  },
  'AWS::ElastiCache::SubnetGroup': { ref: namedInLowerCase('CacheSubnetGroupName'), attributes: {} },
  'AWS::ElastiCache::User': { ref: userId, attributes: { Arn: arn('elasticache', 'user:', userId) } },
  'AWS::ElastiCache::UserGroup': {
    ref: userGroupId,
    attributes: { Arn: arn('elasticache', 'usergroup:', userGroupId) },
  },
  ...RDS,
};
