import { Token } from 'aws-cdk-lib';
import { ComparisonOperator, type IMetric, type MetricStatConfig } from 'aws-cdk-lib/aws-cloudwatch';
import { ValidationError } from '../../validation-error';

const COMPARISONS: readonly ComparisonOperator[] = [
  ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  ComparisonOperator.GREATER_THAN_THRESHOLD,
  ComparisonOperator.LESS_THAN_THRESHOLD,
  ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
];

/** What a metric is compared with, and how. */
export interface Comparison {
  readonly metric: IMetric;
  readonly comparison: ComparisonOperator;
  readonly threshold: number;
}

/**
 * @param of what the metric is of, in errors
 * @param instead what to do with an expression
 * @throws ValidationError where it is no single metric, or cannot be compared so
 */
export function oneMetric(
  of: string,
  { metric, comparison, threshold }: Comparison,
  instead: { readonly ofExpression: string; readonly ofBand: string },
): MetricStatConfig {
  const { metricStat, mathExpression } = metric.toMetricConfig();
  if (metricStat === undefined) {
    throw new ValidationError(
      `metric of ${of}: got a ${mathExpression === undefined ? 'search' : 'math'} expression; accepted is one metric. ${instead.ofExpression}`,
    );
  }
  if (!COMPARISONS.includes(comparison)) {
    throw new ValidationError(
      `comparison of ${of}: got ${comparison}; accepted are ${COMPARISONS.join(', ')}. ${instead.ofBand}`,
    );
  }
  if (!Token.isUnresolved(threshold) && !Number.isFinite(threshold)) {
    throw new ValidationError(`threshold of ${of}: got ${threshold}; accepted are numbers.`);
  }
  return metricStat;
}
