import type { aws_cloudwatch as cloudwatch, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { assertToldIn } from '../../cutover/validations/stated';
import { BaseCache, type IBaseCache } from './base-cache';

/**
 * A cache that speaks the Redis protocol: of ElastiCache, or a server of your own.
 */
export interface ICache extends IBaseCache {
  /** Cluster mode enabled: keys are spread over shards, and there is one logical database. */
  readonly clusterMode: boolean;

  /** How many shards, in cluster mode. Undefined: cluster mode disabled. */
  readonly numShards?: number;

  /**
   * What to log in with: a bare AUTH token, or JSON with `password` and, for a user of an access control list,
   * `username`. Undefined: clients do not log in.
   */
  readonly authSecret?: secretsmanager.ISecret;

  /** Of ElastiCache: the replication group. */
  readonly replicationGroupId?: string;

  /** The ids under which CloudWatch knows its nodes; empty where they are not known. */
  readonly memberClusterIds: string[];

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
   * How far the slowest replica is behind its primary, in seconds.
   *
   * @param options period, label
   */
  metricReplicationLag(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression;
}

/**
 * What every cache that speaks the Redis protocol has in common. Its members are those of the caches that users
 * construct.
 *
 * @internal
 */
export abstract class CacheBase extends BaseCache implements ICache {
  public abstract readonly numShards?: number;
  public abstract readonly authSecret?: secretsmanager.ISecret;
  public abstract readonly replicationGroupId?: string;
  public abstract readonly memberClusterIds: string[];

  public get clusterMode(): boolean {
    return this.numShards !== undefined;
  }

  public metricEngineCpuUtilization(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    assertToldIn(this, 'ICache.metricEngineCpuUtilization', { options });
    return this.metric('EngineCPUUtilization', options);
  }

  public metricDatabaseMemoryUsagePercentage(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    assertToldIn(this, 'ICache.metricDatabaseMemoryUsagePercentage', { options });
    return this.metric('DatabaseMemoryUsagePercentage', options);
  }

  public metricReplicationLag(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    assertToldIn(this, 'ICache.metricReplicationLag', { options });
    return this.metric('ReplicationLag', options);
  }

  /** @internal */
  protected _nodeDimensions(): cloudwatch.DimensionsMap[] {
    return this.memberClusterIds.map((CacheClusterId) => ({ CacheClusterId }));
  }
}
