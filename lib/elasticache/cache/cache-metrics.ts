import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { ValidationError } from '../../validation-error';

/** How the nodes' figures become one, and how each node's figures of a period do. */
export interface Aggregation {
  readonly acrossNodes: 'MAX' | 'SUM';
  readonly statistic: string;
}

/**
 * One figure for a whole cache. ElastiCache publishes per node only, and the primary moves to another node with a
 * failover, so that a metric of "the" primary's node would go quiet just then.
 */
export function metricAcrossNodes(
  scope: IConstruct,
  dimensionsOfNodes: readonly cloudwatch.DimensionsMap[],
  metricName: string,
  aggregation: Aggregation,
  options: cloudwatch.MetricOptions = {},
): cloudwatch.MathExpression {
  if (dimensionsOfNodes.length === 0) {
    throw new ValidationError(
      `Got no metric ${metricName}: CloudWatch knows no node of it. Accepted are caches of ` +
        'ElastiCache whose nodes are known: state memberClusterIds in Cache.fromAttributes.',
      scope.node.path,
    );
  }
  const period = options.period ?? Duration.minutes(1);
  const nodes = dimensionsOfNodes.map((dimensionsMap) =>
    new cloudwatch.Metric({
      statistic: aggregation.statistic,
      ...options,
      period,
      namespace: 'AWS/ElastiCache',
      metricName,
      dimensionsMap,
    }).attachTo(scope),
  );
  // Ids are shared by everything on one graph: they must differ between caches, and METRICS() would take in the others.
  const ids = nodes.map((_, i) => `${firstLower(metricName)}_${scope.node.addr.slice(-8)}_${i + 1}`);
  return new cloudwatch.MathExpression({
    expression: `${aggregation.acrossNodes}([${ids.join(', ')}])`,
    usingMetrics: Object.fromEntries(nodes.map((metric, i) => [ids[i], metric])),
    label: options.label ?? metricName,
    color: options.color,
    period,
  });
}

function firstLower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
