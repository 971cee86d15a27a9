import type { Assembly, Resource } from '../../../rehearsal/assembly';
import type { CacheCluster, ReplicationGroup } from '../../../rehearsal/aws/elasticache/caches';
import type { ElastiCache } from '../../../rehearsal/aws/elasticache/elasticache';
import type { DatabaseMigration, Migration } from '../../../rehearsal/testbed/migration';

type CachesMigration = Exclude<Migration, DatabaseMigration>;

/** Puts a migration's caches into ElastiCache: green as the assembly makes it, blue as its endpoint names it. */
export function putCaches({ caches }: ElastiCache, assembly: Assembly, migration: CachesMigration): void {
  for (const group of assembly.resources('AWS::ElastiCache::ReplicationGroup'))
    caches.addReplicationGroup(replicationGroup(group));
  for (const cluster of assembly.resources('AWS::ElastiCache::CacheCluster')) caches.addCluster(cacheCluster(cluster));
  const { host, port, engine, engineVersion } = migration.configuration.blue;
  const { securityGroupIds } = migration.sides.blue;
  const address = { address: host, port };
  const facts = {
    ...{ id: nameOf(host), engine, engineVersion, securityGroupIds, parameterGroup: 'own', nodeType: 'cache.m4.large' },
    ...{ transitEncryption: false, authToken: false },
  };
  if (isOfGroup(host)) {
    const endpoints = { primaryEndpoint: address, readerEndpoint: address };
    caches.addReplicationGroup({ ...facts, ...endpoints, nodes: 2, automaticFailover: true });
  } else {
    caches.addCluster({ ...facts, endpoint: address });
  }
}

/** @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Endpoints.html */
const isOfGroup = (host: string) => /^(master|clustercfg)\.|\.(ng|clustercfg)\./.test(host);

export const nameOf = (host: string): string => host.replace(/^(master|clustercfg)\./, '').split('.')[0] ?? '';

function replicationGroup(resource: Resource): ReplicationGroup {
  const { clusterMode, ...facts } = declared(resource, Number(resource.property('NumNodeGroups') ?? 1) > 1);
  const endpoint = (name: string) => ({
    address: String(resource.attribute(`${name}.Address`)),
    port: Number(resource.attribute(`${name}.Port`)),
  });
  return {
    ...facts,
    primaryEndpoint: endpoint('PrimaryEndPoint'),
    readerEndpoint: endpoint('ReaderEndPoint'),
    ...(clusterMode && { configurationEndpoint: endpoint('ConfigurationEndPoint') }),
    nodes: Number(resource.property('NumCacheClusters') ?? 1),
    automaticFailover: resource.property('AutomaticFailoverEnabled') === true,
  };
}

function cacheCluster(resource: Resource): CacheCluster {
  const { clusterMode: _, ...facts } = declared(resource, false);
  const name = facts.engine === 'memcached' ? 'ConfigurationEndpoint' : 'RedisEndpoint';
  const endpoint = {
    address: String(resource.attribute(`${name}.Address`)),
    port: Number(resource.attribute(`${name}.Port`)),
  };
  return { ...facts, endpoint };
}

function declared(resource: Resource, clusterMode: boolean) {
  const groups = resource.property('SecurityGroupIds') ?? resource.property('VpcSecurityGroupIds') ?? [];
  return {
    id: String(resource.physicalId),
    engine: String(resource.property('Engine')) as ReplicationGroup['engine'],
    engineVersion: String(resource.property('EngineVersion')),
    nodeType: String(resource.property('CacheNodeType')),
    parameterGroup: String(resource.property('CacheParameterGroupName')),
    securityGroupIds: (Array.isArray(groups) ? groups : [groups]).map(String),
    transitEncryption: resource.property('TransitEncryptionEnabled') === true,
    authToken: resource.property('AuthToken') !== undefined,
    clusterMode,
  };
}
