import type {
  Datapoint,
  Dimension,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
} from '@aws-sdk/client-cloudwatch';
import { AwsError, NotRehearsedError } from '../aws-error';
import type { Clock } from '../clock';

/** What a service of AWS publishes of a resource each minute. */
interface Figure {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  value: number;
}

const MINUTE_MS = 60_000;
const MAX_DATAPOINTS = 1_440;

/**
 * Metrics of AWS's own services, as far as anybody has said what they are: the latest minute of each.
 *
 * @see docs/aws-facts.md#rds-free-storage
 */
export class MetricStatistics {
  private readonly figures: Figure[] = [];

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  set(namespace: string, metricName: string, dimensions: Readonly<Record<string, string>>, value: number): void {
    const known = this.find(namespace, metricName, dimensions);
    if (known === undefined) this.figures.push({ namespace, metricName, dimensions, value });
    else known.value = value;
  }

  /** @throws AwsError for a range or a period that CloudWatch refuses */
  get(request: GetMetricStatisticsInput): GetMetricStatisticsOutput {
    const {
      Namespace: namespace = '',
      MetricName: name = '',
      Dimensions: dimensions = [],
      Period: period = 0,
    } = request;
    const [start, end] = [timeOf(request.StartTime), timeOf(request.EndTime)];
    if (!(start < end)) {
      throw new AwsError(
        'InvalidParameterValueException',
        'The parameter StartTime must be less than the parameter EndTime.',
      );
    }
    if (period < 60 || period % 60 !== 0)
      throw new NotRehearsedError(`GetMetricStatistics with a period of ${period} s`);
    if ((end - start) / (period * 1000) > MAX_DATAPOINTS) {
      throw new AwsError(
        'InvalidParameterCombinationException',
        `You have requested more than ${MAX_DATAPOINTS} datapoints, which exceeds the limit.`,
      );
    }
    const { Statistics: statistics = [] } = request;
    if (statistics.length === 0) {
      throw new AwsError('InvalidParameterCombinationException', 'Statistics or ExtendedStatistics must be given.');
    }
    const figure = this.find(namespace, name, byName(dimensions));
    const at = Math.floor((this.clock.now() - MINUTE_MS) / MINUTE_MS) * MINUTE_MS;
    if (figure === undefined || at < start || at >= end) return { Label: name, Datapoints: [] };
    const datapoint: Datapoint = { Timestamp: new Date(at), Unit: 'Bytes' };
    return {
      Label: name,
      Datapoints: [{ ...datapoint, ...Object.fromEntries(statistics.map((each) => [each, figure.value])) }],
    };
  }

  private find(
    namespace: string,
    metricName: string,
    dimensions: Readonly<Record<string, string>>,
  ): Figure | undefined {
    const wanted = JSON.stringify(sorted(dimensions));
    return this.figures.find(
      (figure) =>
        figure.namespace === namespace &&
        figure.metricName === metricName &&
        JSON.stringify(sorted(figure.dimensions)) === wanted,
    );
  }
}

function byName(dimensions: readonly Dimension[]): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name: name = '', Value: value = '' }) => [name, value]));
}

function sorted(dimensions: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(dimensions).sort(([one], [other]) => one.localeCompare(other));
}

/** A date, or its text as a state machine gives it. */
function timeOf(time: Date | string | undefined): number {
  return new Date(time ?? Number.NaN).getTime();
}
