import type { DescribeEventsMessage, Event, EventsMessage, SourceType } from '@aws-sdk/client-rds';
import { AwsError, NotRehearsedError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { Operation } from '../service';
import { checkPageSize, invalidMarker } from './requests';

const ARN_KIND: Readonly<Partial<Record<SourceType, string>>> = {
  'db-instance': 'db',
  'db-cluster': 'cluster',
  'db-cluster-snapshot': 'cluster-snapshot',
  'blue-green-deployment': 'deployment',
};

/** Shown unless more is asked for. Minutes. */
const LAST_HOUR = 60;
const KEPT_MS = 14 * 24 * 60 * 60_000;

/**
 * What RDS writes down of what happens to its resources.
 *
 * @see docs/aws-facts.md#rds-events-paged
 */
export class Events {
  private readonly all: Event[] = [];

  constructor(private readonly environment: AwsEnvironment) {}

  write(type: SourceType, identifier: string, categories: readonly string[], message: string): void {
    this.all.push({
      SourceType: type,
      SourceIdentifier: identifier,
      SourceArn: arnOf(this.environment, 'rds', `${ARN_KIND[type]}:${identifier}`),
      EventCategories: [...categories],
      Message: message,
      Date: new Date(this.environment.clock.now()),
    });
  }

  readonly operations = {
    describeEvents: {
      needs: () => [{ action: 'rds:DescribeEvents', resources: ['*'] }],
      run: (request) => this.describe(request),
    } satisfies Operation<DescribeEventsMessage, EventsMessage>,
  };

  private describe(request: DescribeEventsMessage): EventsMessage {
    const { SourceType: type, SourceIdentifier: source, EventCategories: categories = [] } = request;
    if (request.Filters !== undefined) throw new NotRehearsedError('DescribeEvents with Filters');
    if (source !== undefined && type === undefined) {
      throw new AwsError(
        'InvalidParameterCombination',
        'The parameter SourceType must be provided when SourceIdentifier is.',
      );
    }
    const end = request.EndTime?.getTime() ?? this.environment.clock.now();
    const start = request.StartTime?.getTime() ?? end - (request.Duration ?? LAST_HOUR) * 60_000;
    const kept = this.environment.clock.now() - KEPT_MS;
    if (start < kept) {
      throw new AwsError('InvalidParameterValue', 'The start time must be within the last 14 days.');
    }
    const chosen = this.all.filter(
      (event) =>
        (type === undefined || event.SourceType === type) &&
        (source === undefined || event.SourceIdentifier === source.toLowerCase()) &&
        (categories.length === 0 || event.EventCategories?.some((category) => categories.includes(category))) &&
        (event.Date?.getTime() ?? 0) >= start &&
        (event.Date?.getTime() ?? 0) <= end,
    );
    const { items, next } = page(chosen, request.Marker, checkPageSize(request.MaxRecords), invalidMarker);
    return { Events: [...items], ...(next !== undefined && { Marker: next }) };
  }
}
