import { CloudWatchClient, GetMetricDataCommand, type StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { BatchComparison, BatchMetricDefinition } from '../contract/batch';

/** How often it is asked. */
const LOOK_MS = 15_000;

const HOLDS: Readonly<Record<BatchComparison, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * Why no period of the metric, from that of the slot on, compares as it must; undefined where one does. CloudWatch shows a value
 * some minutes after it was published: it is asked until the time that the criterion gives is over.
 *
 * @see docs/aws-facts.md#cloudwatch-metric-data
 */
export async function whyMetricUnmet(
  metric: BatchMetricDefinition,
  slot: Date,
  region: string,
  lookMs = LOOK_MS,
): Promise<string | undefined> {
  const { namespace, name, comparison, threshold, withinSeconds } = metric;
  const end = performance.now() + withinSeconds * 1_000;
  const client = new CloudWatchClient({ region, maxAttempts: 5 });
  try {
    for (;;) {
      const seen = await valuesSince(client, metric, slot).catch((error: Error) => error);
      const values = seen instanceof Error ? [] : seen;
      if (values.some((value) => HOLDS[comparison](value, threshold))) return undefined;
      if (performance.now() >= end) {
        const found =
          seen instanceof Error
            ? `could not be read (${seen.name}: ${seen.message})`
            : values.length === 0
              ? 'had no value'
              : `was ${values[0]}`;
        return `The metric ${namespace}/${name} ${found} ${withinSeconds} s after the run, in no period since the slot ${comparison} ${threshold}.`;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.min(lookMs, Math.max(1, end - performance.now()))));
    }
  } finally {
    client.destroy();
  }
}

/** The newest first. */
async function valuesSince(client: CloudWatchClient, metric: BatchMetricDefinition, slot: Date): Promise<number[]> {
  const periodMs = metric.periodSeconds * 1_000;
  const { MetricDataResults: [found] = [] } = await client.send(
    new GetMetricDataCommand({
      MetricDataQueries: [
        {
          Id: 'asked',
          MetricStat: {
            Metric: {
              Namespace: metric.namespace,
              MetricName: metric.name,
              Dimensions: metric.dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
            },
            Period: metric.periodSeconds,
            Stat: metric.statistic,
            ...(metric.unit !== undefined && { Unit: metric.unit as StandardUnit }),
          },
        },
      ],
      StartTime: new Date(Math.floor(slot.getTime() / periodMs) * periodMs),
      // The period that goes on counts too.
      EndTime: new Date(Math.ceil((Date.now() + 1) / periodMs) * periodMs),
      ScanBy: 'TimestampDescending',
    }),
  );
  return found?.Values ?? [];
}
