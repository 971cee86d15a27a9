import type {
  Dimension,
  GetMetricDataInput,
  GetMetricDataOutput,
  MetricDataQuery,
  MetricDataResult,
  MetricStat,
} from '@aws-sdk/client-cloudwatch';
import { AwsError, NotRehearsedError } from '../aws-error';

/** A value that was published at a time. */
export interface DataPoint {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  readonly at: number;
  readonly value: number;
}

const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: sum,
  Average: (values) => sum(values) / values.length,
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
  SampleCount: (values) => values.length,
};

const MAX_QUERIES = 500;

/**
 * What metrics were, by periods. A period has its time from its begin, and is there as soon as it has any value: one that
 * goes on has what came so far.
 *
 * @see docs/aws-facts.md#cloudwatch-metric-data
 */
export class MetricData {
  readonly points: DataPoint[] = [];

  constructor(private readonly now: () => number) {}

  /** @throws AwsError */
  read({ MetricDataQueries: queries = [], StartTime, EndTime, ...request }: GetMetricDataInput): GetMetricDataOutput {
    const { ScanBy: order = 'TimestampDescending', MaxDatapoints: most = 100_800, NextToken: token } = request;
    const [from, to] = [new Date(StartTime ?? 0).getTime(), new Date(EndTime ?? 0).getTime()];
    if (from >= to) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
    if (queries.length < 1 || queries.length > MAX_QUERIES) {
      throw invalid(`MetricDataQueries takes 1 to ${MAX_QUERIES} queries; got ${queries.length}.`);
    }
    const results = queries.map((query) => this.answer(query, Math.floor(from / 60_000) * 60_000, to, order));
    return pageOf(results, token, most);
  }

  private answer(
    { Id: id = '', MetricStat: stat, Expression: expression, Label: label }: MetricDataQuery,
    from: number,
    to: number,
    order: string,
  ): MetricDataResult {
    if (!/^[a-z][a-zA-Z0-9_]*$/.test(id)) {
      throw invalid(
        `The value ${id} for parameter MetricDataQueries.member.1.Id is not matching the expected pattern.`,
      );
    }
    if (expression !== undefined) throw new NotRehearsedError('GetMetricData with an expression');
    if (stat === undefined) throw invalid('A query must have one of Expression and MetricStat.');
    const periodMs = periodOf(stat) * 1000;
    const byPeriod = new Map<number, number[]>();
    for (const { at, value } of this.points.filter((point) => isOf(point, stat))) {
      const begin = Math.floor(at / periodMs) * periodMs;
      byPeriod.set(begin, [...(byPeriod.get(begin) ?? []), value]);
    }
    const statistic = STATISTICS[stat.Stat ?? ''];
    if (statistic === undefined) throw new NotRehearsedError(`The statistic ${stat.Stat}`);
    const kept = this.now() - keptFor(periodMs);
    const found = [...byPeriod]
      .filter(([begin]) => begin >= Math.max(from, kept) && begin < to)
      .sort(([one], [other]) => (order === 'TimestampAscending' ? one - other : other - one));
    return {
      Id: id,
      Label: label ?? stat.Metric?.MetricName,
      Timestamps: found.map(([begin]) => new Date(begin)),
      Values: found.map(([, values]) => statistic(values)),
      StatusCode: 'Complete',
    };
  }
}

function periodOf({ Period: period = 0 }: MetricStat): number {
  if (![1, 5, 10, 20, 30].includes(period) && (period === 0 || period % 60 !== 0)) {
    throw invalid(`The value ${period} for parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.`);
  }
  return period;
}

function isOf({ namespace, name, dimensions }: DataPoint, { Metric: metric = {} }: MetricStat): boolean {
  const spelled = (all: readonly Dimension[]) =>
    all
      .map(({ Name, Value }) => `${Name}=${Value}`)
      .sort()
      .join();
  return (
    namespace === metric.Namespace &&
    name === metric.MetricName &&
    spelled(dimensions) === spelled(metric.Dimensions ?? [])
  );
}

const DAY_MS = 86_400_000;

/**
 * How far back periods of a length are there.
 *
 * @see docs/aws-facts.md#cloudwatch-metric-data-limits
 */
function keptFor(periodMs: number): number {
  if (periodMs < 60_000) return DAY_MS / 8;
  if (periodMs < 300_000) return 15 * DAY_MS;
  return periodMs < 3_600_000 ? 63 * DAY_MS : 455 * DAY_MS;
}

/**
 * So many values a page, over all queries; a query that goes on is `PartialData`.
 *
 * @see docs/aws-facts.md#cloudwatch-metric-data-limits
 */
function pageOf(results: readonly MetricDataResult[], token: string | undefined, most: number): GetMetricDataOutput {
  const begin = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(begin) || begin < 0) throw invalid('The token is not valid.');
  let skipped = 0;
  const pages = results.map((result) => {
    const { Timestamps: times = [], Values: values = [] } = result;
    const [from, to] = [Math.max(0, begin - skipped), Math.max(0, begin + most - skipped)];
    skipped += values.length;
    const isWhole = to >= values.length;
    return {
      ...result,
      Timestamps: times.slice(from, to),
      Values: values.slice(from, to),
      StatusCode: isWhole ? result.StatusCode : ('PartialData' as const),
    };
  });
  return {
    MetricDataResults: pages,
    Messages: [],
    ...(begin + most < skipped && { NextToken: Buffer.from(String(begin + most)).toString('base64url') }),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const invalid = (message: string) => new AwsError('ValidationError', message);
