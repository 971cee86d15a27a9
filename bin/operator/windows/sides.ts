import type { Dimension } from '@aws-sdk/client-cloudwatch';
import {
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import type { Side } from '../../../contract/common';
import type { MigrationManifest } from '../../../contract/manifest';
import { everyItem, type Lookup } from '../clients/lookup';
import type { ConnectionOptions } from '../connection';
import type { AskedMetric } from './metrics';

export interface ServingSide {
  readonly side: Side;
  readonly manifest: MigrationManifest;
  /** The address that the migration's configuration has of it. */
  readonly host: string;
}

const MAX_CACHES = 5000;

/** Counts of what clients ask for are summed; connections are those of the fullest minute, CPU the mean. */
type Figures = readonly (readonly [figure: string, metricName: string, statistic: string])[];

interface Source {
  readonly namespace: string;
  readonly figures: Figures;
  /** Of each node, or of the whole. */
  readonly dimensions: (serving: ServingSide, where: ConnectionOptions, lookup: Lookup) => Promise<Dimension[][]>;
}

const OF_CACHES = {
  namespace: 'AWS/ElastiCache',
  dimensions: async ({ host }: ServingSide, where: ConnectionOptions, lookup: Lookup) =>
    nodesOf(host, new ElastiCacheClient(where), lookup),
};
const OF_DATABASES = { namespace: 'AWS/RDS', dimensions: async (serving: ServingSide) => databasesOf(serving) };

/** @see docs/aws-facts.md#cloudwatch-engine-metrics */
const SOURCES: Readonly<Record<MigrationManifest['kind'], Source>> = {
  cache: {
    ...OF_CACHES,
    figures: [
      ['commands', 'GetTypeCmds', 'Sum'],
      ['commands', 'SetTypeCmds', 'Sum'],
      ['commands', 'EvalBasedCmds', 'Sum'],
      ['connections', 'CurrConnections', 'Maximum'],
      ['CPU', 'EngineCPUUtilization', 'Average'],
      ['CPU', 'CPUUtilization', 'Average'],
    ],
  },
  memcached: {
    ...OF_CACHES,
    figures: [
      ['commands', 'CmdGet', 'Sum'],
      ['commands', 'CmdSet', 'Sum'],
      ['connections', 'CurrConnections', 'Maximum'],
      ['CPU', 'CPUUtilization', 'Average'],
    ],
  },
  mysql: {
    ...OF_DATABASES,
    figures: [
      ['queries', 'Queries', 'Average'],
      ['bytes received', 'NetworkReceiveThroughput', 'Average'],
      ['connections', 'DatabaseConnections', 'Maximum'],
      ['CPU', 'CPUUtilization', 'Average'],
    ],
  },
  postgres: {
    ...OF_DATABASES,
    figures: [
      ['commits', 'CommitThroughput', 'Average'],
      ['bytes received', 'NetworkReceiveThroughput', 'Average'],
      ['connections', 'DatabaseConnections', 'Maximum'],
      ['CPU', 'CPUUtilization', 'Average'],
    ],
  },
};

const ACTIVITY = new Set(['commands', 'queries', 'commits', 'bytes received']);

/** What CloudWatch has of the side that serves. */
export async function metricsOfSide(
  serving: ServingSide,
  where: ConnectionOptions,
  lookup: Lookup,
): Promise<AskedMetric[]> {
  const { side, host, manifest } = serving;
  const { namespace: Namespace, figures, dimensions } = SOURCES[manifest.kind];
  const found = await lookup.attempt(`Nodes of ${side}`, () => dimensions(serving, where, lookup));
  if (found?.length === 0) {
    lookup.miss(`Metrics of ${side}`, `CloudWatch has none of ${host}, as far as this account knows it.`);
  }
  return (found ?? []).flatMap((Dimensions) =>
    figures.map(([figure, MetricName, statistic]) => ({
      figure,
      metric: { Namespace, MetricName, Dimensions },
      statistic,
      isActivity: ACTIVITY.has(figure),
    })),
  );
}

function databasesOf({ side, manifest: { databases } }: ServingSide): Dimension[][] {
  const known = databases?.[side];
  if (known?.cluster !== undefined) return [[{ Name: 'DBClusterIdentifier', Value: known.cluster }]];
  const instances = known !== undefined && 'instances' in known ? known.instances : [];
  return instances.map((Value) => [{ Name: 'DBInstanceIdentifier', Value }]);
}

/** The nodes of the cache that has the address, by the dimensions of their metrics. */
async function nodesOf(host: string, elasticache: ElastiCacheClient, lookup: Lookup): Promise<Dimension[][]> {
  const more = () => lookup.miss('Caches', `More than ${MAX_CACHES}.`);
  const groups = await everyItem(
    async (Marker) => {
      const page = await elasticache.send(new DescribeReplicationGroupsCommand({ Marker }));
      return { items: page.ReplicationGroups ?? [], next: page.Marker };
    },
    MAX_CACHES,
    more,
  );
  const group = groups.find(({ NodeGroups = [], ConfigurationEndpoint }) =>
    [ConfigurationEndpoint, ...NodeGroups.flatMap((one) => [one.PrimaryEndpoint, one.ReaderEndpoint])].some(
      (endpoint) => endpoint?.Address === host,
    ),
  );
  if (group !== undefined) return (group.MemberClusters ?? []).map((Value) => [{ Name: 'CacheClusterId', Value }]);
  const clusters = await everyItem(
    async (Marker) => {
      const page = await elasticache.send(new DescribeCacheClustersCommand({ ShowCacheNodeInfo: true, Marker }));
      return { items: page.CacheClusters ?? [], next: page.Marker };
    },
    MAX_CACHES,
    more,
  );
  const found = clusters.find(({ ConfigurationEndpoint, CacheNodes = [] }) =>
    [ConfigurationEndpoint, ...CacheNodes.map(({ Endpoint }) => Endpoint)].some(
      (endpoint) => endpoint?.Address === host,
    ),
  );
  if (found === undefined) return [];
  const cluster = { Name: 'CacheClusterId', Value: found.CacheClusterId };
  if (found.Engine !== 'memcached') return [[cluster]];
  return (found.CacheNodes ?? []).map(({ CacheNodeId: Value }) => [cluster, { Name: 'CacheNodeId', Value }]);
}
