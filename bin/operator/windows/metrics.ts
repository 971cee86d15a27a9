import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type Metric,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { HOUR_MS } from './hours';

/** What is asked of CloudWatch: a metric and its statistic. */
export interface AskedMetric {
  /** As it is shown: `commands`, `connections`, the name of an alarm. */
  readonly figure: string;
  readonly metric: Metric;
  readonly statistic: string;
  /** Whether it counts what clients ask for, and so whether an hour is quiet. */
  readonly isActivity: boolean;
}

/** A value for each hour that has any, by the hour's begin. */
export interface HourlyMetric extends AskedMetric {
  readonly byHour: ReadonlyMap<number, number>;
}

/** GetMetricData takes no more. @see docs/aws-facts.md#cloudwatch-metric-data-limits */
const QUERIES_AT_ONCE = 500;

export async function hourlyMetrics(
  cloudwatch: CloudWatchClient,
  asked: readonly AskedMetric[],
  hours: readonly number[],
): Promise<HourlyMetric[]> {
  const values = asked.map(() => new Map<number, number>());
  const [StartTime, EndTime] = [new Date(hours[0] ?? 0), new Date((hours.at(-1) ?? 0) + HOUR_MS)];
  for (let begin = 0; begin < asked.length; begin += QUERIES_AT_ONCE) {
    const MetricDataQueries = asked.slice(begin, begin + QUERIES_AT_ONCE).map(queryOf);
    let NextToken: string | undefined;
    do {
      const page = await cloudwatch.send(
        new GetMetricDataCommand({ MetricDataQueries, StartTime, EndTime, NextToken }),
      );
      for (const { Id = '', Timestamps = [], Values = [] } of page.MetricDataResults ?? []) {
        const byHour = values[begin + Number(Id.slice(1))];
        for (const [index, at] of Timestamps.entries()) byHour?.set(at.getTime(), Values[index] ?? 0);
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }
  return asked.map((each, index) => ({ ...each, byHour: values[index] ?? new Map() }));
}

const queryOf = ({ metric, statistic }: AskedMetric, index: number): MetricDataQuery => ({
  Id: `q${index}`,
  MetricStat: { Metric: metric, Period: HOUR_MS / 1000, Stat: statistic },
});
