import { type aws_cloudwatch as cloudwatch, Token } from 'aws-cdk-lib';
import { assertToldIn } from '../../cutover/validations/stated';
import { BaseCache, type IBaseCache } from '../cache/base-cache';
import { metricAcrossNodes } from '../cache/cache-metrics';

/**
 * A cluster of Memcached: of ElastiCache, or a server of your own, which is a cluster of one node. Clients spread keys over
 * its nodes, and nothing is replicated.
 */
export interface IMemcachedCluster extends IBaseCache {
  /** How many nodes. */
  readonly numNodes: number;

  /**
   * CPU of its nodes in percent: the highest. Memcached has threads, so that the host's CPU counts.
   *
   * @param options period, label
   */
  metricCpuUtilization(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression;

  /**
   * Reads that found their key, summed over its nodes. With `metricGetMisses`, the hit rate.
   *
   * @param options period, label
   */
  metricGetHits(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression;

  /**
   * Reads that did not find their key, summed over its nodes: what the backend has to answer.
   *
   * @param options period, label
   */
  metricGetMisses(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression;
}

/**
 * What every cluster of Memcached has in common. Its members are those of the clusters that clients construct.
 *
 * @internal
 */
export abstract class MemcachedBase extends BaseCache implements IMemcachedCluster {
  public abstract readonly numNodes: number;

  public metricCpuUtilization(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    assertToldIn(this, 'IMemcachedCluster.metricCpuUtilization', { options });
    return this.metric('CPUUtilization', options);
  }

  public metricGetHits(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    assertToldIn(this, 'IMemcachedCluster.metricGetHits', { options });
    return this._summed('GetHits', options);
  }

  public metricGetMisses(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    assertToldIn(this, 'IMemcachedCluster.metricGetMisses', { options });
    return this._summed('GetMisses', options);
  }

  /**
   * ElastiCache numbers the nodes `0001` and so on; a node that was taken away leaves a gap.
   *
   * @internal
   */
  protected _nodeDimensions(): cloudwatch.DimensionsMap[] {
    const { cacheClusterId: CacheClusterId, numNodes } = this;
    if (CacheClusterId === undefined || Token.isUnresolved(numNodes)) return [];
    return Array.from({ length: numNodes }, (_, i) => ({
      CacheClusterId,
      CacheNodeId: String(i + 1).padStart(4, '0'),
    }));
  }

  /** @internal */
  private _summed(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    const summed = { acrossNodes: 'SUM', statistic: 'Sum' } as const;
    return metricAcrossNodes(this, this._nodeDimensions(), metricName, summed, options);
  }
}
