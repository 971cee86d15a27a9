import {
  type aws_cloudwatch as cloudwatch,
  type aws_ec2 as ec2,
  type IResource,
  Resource,
  type Size,
  type aws_secretsmanager as secretsmanager,
} from 'aws-cdk-lib';
import type { CacheEngine } from '../engine/engine';
import type { CacheNodeType } from '../nodes/node-type';
import { metricAcrossNodes } from './cache-metrics';
import type { TransitEncryption } from './transit-encryption';

/**
 * A cache that speaks the Redis protocol: of ElastiCache, or a server of your own.
 */
export interface ICache extends IResource, ec2.IConnectable {
  /** Engine and version. */
  readonly engine: CacheEngine;

  /** Undefined for a server of your own. */
  readonly nodeType?: CacheNodeType;

  /** `maxmemory` of one node; in cluster mode, of each shard's. Undefined where it is not known. */
  readonly maxMemory?: Size;

  /** Cluster mode enabled: keys are spread over shards, and there is one logical database. */
  readonly clusterMode: boolean;

  /** How many shards, in cluster mode. Undefined: cluster mode disabled. */
  readonly numShards?: number;

  /** Where clients write: the primary endpoint, in cluster mode the configuration endpoint. */
  readonly endpointAddress: string;

  /** The port of that endpoint. */
  readonly endpointPort: number;

  /** Whether clients talk to it through TLS. */
  readonly transitEncryption: TransitEncryption;

  /** The name to verify the server's certificate against, where that is not `endpointAddress`. */
  readonly tlsServerName?: string;

  /**
   * What to log in with: a bare AUTH token, or JSON with `password` and, for a user of an access control list,
   * `username`. Undefined: clients do not log in.
   */
  readonly authSecret?: secretsmanager.ISecret;

  /** The security groups of its nodes. */
  readonly securityGroups: ec2.ISecurityGroup[];

  /** Of ElastiCache: the replication group. */
  readonly replicationGroupId?: string;

  /** Of ElastiCache: the single cluster, where it is part of no replication group. */
  readonly cacheClusterId?: string;

  /** The ids under which CloudWatch knows its nodes; empty where they are not known. */
  readonly memberClusterIds: string[];

  /** The cache parameter group. Undefined for a server of your own, or where it is not known. */
  readonly parameterGroupName?: string;

  /**
   * A metric of namespace `AWS/ElastiCache`: the highest of its nodes.
   *
   * @param metricName as in the ElastiCache User Guide, "Metrics for Valkey and Redis OSS"
   * @param options period (default one minute), statistic of each node (default Maximum), label
   * @throws if `memberClusterIds` is empty
   */
  metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.MathExpression;

  /**
   * Client connections, summed over its nodes; replication and ElastiCache's own monitoring are among them.
   *
   * @param options period, label
   */
  metricCurrConnections(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression;

  /**
   * CPU of the engine's main thread in percent: the highest of its nodes.
   *
   * @param options period, label
   */
  metricEngineCpuUtilization(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression;

  /**
   * Used memory in percent of what is available to keys: the highest of its nodes.
   *
   * @param options period, label
   */
  metricDatabaseMemoryUsagePercentage(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression;

  /**
   * Keys thrown out because of `maxmemory`, summed over its nodes.
   *
   * @param options period, label
   */
  metricEvictions(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression;

  /**
   * How far the slowest replica is behind its primary, in seconds.
   *
   * @param options period, label
   */
  metricReplicationLag(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression;
}

const HIGHEST = { acrossNodes: 'MAX', statistic: 'Maximum' } as const;

/**
 * What every cache has in common.
 */
export abstract class CacheBase extends Resource implements ICache {
  public abstract readonly engine: CacheEngine;
  public abstract readonly nodeType?: CacheNodeType;
  public abstract readonly maxMemory?: Size;
  public abstract readonly numShards?: number;
  public abstract readonly endpointAddress: string;
  public abstract readonly endpointPort: number;
  public abstract readonly transitEncryption: TransitEncryption;
  public abstract readonly tlsServerName?: string;
  public abstract readonly authSecret?: secretsmanager.ISecret;
  public abstract readonly securityGroups: ec2.ISecurityGroup[];
  public abstract readonly replicationGroupId?: string;
  public abstract readonly cacheClusterId?: string;
  public abstract readonly memberClusterIds: string[];
  public abstract readonly parameterGroupName?: string;

  /** Who may connect: the cache's security groups, and its port. */
  public abstract readonly connections: ec2.Connections;

  public get clusterMode(): boolean {
    return this.numShards !== undefined;
  }

  public metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    return metricAcrossNodes(this, this.memberClusterIds, metricName, HIGHEST, options);
  }

  public metricCurrConnections(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    const summed = { acrossNodes: 'SUM', statistic: 'Maximum' } as const;
    return metricAcrossNodes(this, this.memberClusterIds, 'CurrConnections', summed, options);
  }

  public metricEngineCpuUtilization(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    return this.metric('EngineCPUUtilization', options);
  }

  public metricDatabaseMemoryUsagePercentage(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    return this.metric('DatabaseMemoryUsagePercentage', options);
  }

  public metricEvictions(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    const summed = { acrossNodes: 'SUM', statistic: 'Sum' } as const;
    return metricAcrossNodes(this, this.memberClusterIds, 'Evictions', summed, options);
  }

  public metricReplicationLag(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    return this.metric('ReplicationLag', options);
  }
}
