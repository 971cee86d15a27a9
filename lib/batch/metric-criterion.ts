import { Duration } from 'aws-cdk-lib';
import type { ComparisonOperator, IMetric, MetricStatConfig } from 'aws-cdk-lib/aws-cloudwatch';
import type { BatchComparison, BatchMetricDefinition } from '../../contract/batch';
import { oneMetric } from '../cutover/validations/one-metric';
import { assertStated } from '../cutover/validations/stated';
import { ValidationError } from '../validation-error';

/** Properties of a criterion that compares a metric of CloudWatch. */
export interface BatchMetricCriterionProps {
  /** One metric of the host's own account and Region, without a math or a search expression. */
  readonly metric: IMetric;

  /** How some period must compare with `threshold`: greater or less, or equal besides. */
  readonly comparison: ComparisonOperator;

  /** What it is compared with. */
  readonly threshold: number;

  /**
   * How long it may take after the run until a period compares so. Whole seconds, up to an hour.
   *
   * @default Duration.minutes(5)
   */
  readonly within?: Duration;
}

const WITHIN = Duration.minutes(5);
const MAX_WITHIN = Duration.hours(1);

/** As the host is told of it, and where the metric is. */
export function metricCriterion(props: BatchMetricCriterionProps): {
  readonly stat: MetricStatConfig;
  readonly metric: BatchMetricDefinition;
} {
  const of = 'BatchCriterion.metric';
  assertStated('BatchMetricCriterionProps', props, {
    metric: 'the metric',
    comparison: 'how it is compared, e.g. ComparisonOperator.GREATER_THAN_THRESHOLD',
    threshold: 'what it is compared with',
  });
  const stat = oneMetric(of, props, {
    ofExpression: 'Publish it as a metric, or ask for it in a BatchCriterion.check.',
    ofBand: 'Whether it is out of a band is for an alarm.',
  });
  const { namespace, metricName, dimensions = [], period, statistic, unitFilter } = stat;
  return {
    stat,
    metric: {
      namespace,
      name: metricName,
      dimensions: dimensions.map(({ name, value }) => ({ name, value: String(value) })),
      statistic,
      ...(unitFilter !== undefined && { unit: unitFilter }),
      periodSeconds: period.toSeconds(),
      comparison: props.comparison as BatchComparison,
      threshold: props.threshold,
      withinSeconds: secondsOf(of, props.within ?? WITHIN),
    },
  };
}

function secondsOf(of: string, within: Duration): number {
  if (within.isUnresolved()) {
    throw new ValidationError(
      `within of ${of}: got one that only the deploy knows; accepted is one known at synthesis.`,
    );
  }
  const seconds = within.toMilliseconds() / 1_000;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_WITHIN.toSeconds()) return seconds;
  throw new ValidationError(`within of ${of}: got ${seconds} s; accepted are whole seconds from 1 to an hour.`);
}
