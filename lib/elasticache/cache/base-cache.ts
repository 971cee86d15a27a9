import {
  type aws_cloudwatch as cloudwatch,
  type aws_ec2 as ec2,
  type IResource,
  Resource,
  type Size,
} from 'aws-cdk-lib';
import { assertToldIn } from '../../cutover/validations/stated';
import type { CacheEngine } from '../engine/engine';
import type { CacheNodeType } from '../nodes/node-type';
import { metricAcrossNodes } from './cache-metrics';
import type { TransitEncryption } from './transit-encryption';

/**
 * What every cache is, whatever it speaks: of ElastiCache, or a server of your own.
 */
export interface IBaseCache extends IResource, ec2.IConnectable {
  /** Engine and version. */
  readonly engine: CacheEngine;

  /** Undefined for a server of your own. */
  readonly nodeType?: CacheNodeType;

  /** What one node gives to keys, what ElastiCache keeps back of it included. Undefined where it is not known. */
  readonly maxMemory?: Size;

  /** Where clients connect: of several nodes, the endpoint that leads to the right one. */
  readonly endpointAddress: string;

  /** The port of that endpoint. */
  readonly endpointPort: number;

  /** Whether clients talk to it through TLS. */
  readonly transitEncryption: TransitEncryption;

  /** The name to verify the server's certificate against, where that is not `endpointAddress`. */
  readonly tlsServerName?: string;

  /** The security groups of its nodes. */
  readonly securityGroups: ec2.ISecurityGroup[];

  /** Of ElastiCache: the cluster, where it is part of no replication group. */
  readonly cacheClusterId?: string;

  /** The cache parameter group. Undefined for a server of your own, or where it is not known. */
  readonly parameterGroupName?: string;

  /**
   * A metric of namespace `AWS/ElastiCache`: the highest of its nodes.
   *
   * @param metricName as in the ElastiCache User Guide, "Metrics for Valkey and Redis OSS" or "Metrics for Memcached"
   * @param options period (default one minute), statistic of each node (default Maximum), label
   * @throws if its nodes are not known
   */
  metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.MathExpression;

  /**
   * Client connections, summed over its nodes; replication and ElastiCache's own monitoring are among them.
   *
   * @param options period, label
   */
  metricCurrConnections(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression;

  /**
   * Keys thrown out for want of memory, summed over its nodes.
   *
   * @param options period, label
   */
  metricEvictions(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression;
}

const HIGHEST = { acrossNodes: 'MAX', statistic: 'Maximum' } as const;

/**
 * What every cache has in common. Its members are those of the caches that users construct.
 *
 * @internal
 */
export abstract class BaseCache extends Resource implements IBaseCache {
  public abstract readonly engine: CacheEngine;
  public abstract readonly nodeType?: CacheNodeType;
  public abstract readonly maxMemory?: Size;
  public abstract readonly endpointAddress: string;
  public abstract readonly endpointPort: number;
  public abstract readonly transitEncryption: TransitEncryption;
  public abstract readonly tlsServerName?: string;
  public abstract readonly securityGroups: ec2.ISecurityGroup[];
  public abstract readonly cacheClusterId?: string;
  public abstract readonly parameterGroupName?: string;

  /** Who may connect: the cache's security groups, and its port. */
  public abstract readonly connections: ec2.Connections;

  public metric(metricName: string, options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    assertToldIn(this, 'IBaseCache.metric', { metricName, options });
    return metricAcrossNodes(this, this._nodeDimensions(), metricName, HIGHEST, options);
  }

  public metricCurrConnections(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    assertToldIn(this, 'IBaseCache.metricCurrConnections', { options });
    const summed = { acrossNodes: 'SUM', statistic: 'Maximum' } as const;
    return metricAcrossNodes(this, this._nodeDimensions(), 'CurrConnections', summed, options);
  }

  public metricEvictions(options?: cloudwatch.MetricOptions): cloudwatch.MathExpression {
    assertToldIn(this, 'IBaseCache.metricEvictions', { options });
    const summed = { acrossNodes: 'SUM', statistic: 'Sum' } as const;
    return metricAcrossNodes(this, this._nodeDimensions(), 'Evictions', summed, options);
  }

  /**
   * Under what CloudWatch knows each node. Empty where that is not known.
   *
   * @internal
   */
  protected abstract _nodeDimensions(): cloudwatch.DimensionsMap[];
}
