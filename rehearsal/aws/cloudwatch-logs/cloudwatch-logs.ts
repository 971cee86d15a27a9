import type {
  FilteredLogEvent,
  FilterLogEventsRequest,
  FilterLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { AwsService, Operation } from '../service';
import { FilterPattern } from './filter-pattern';
import { Insights } from './insights';

interface LogEvent {
  readonly id: string;
  readonly at: number;
  /** From when on it is found. */
  readonly foundAt: number;
  readonly message: string;
}

interface LogGroup {
  readonly isStandard: boolean;
  readonly events: LogEvent[];
}

export interface CloudWatchLogsProps {
  readonly environment: AwsEnvironment;
  /** Called before a log group is read: applications have written by now. @default - nobody writes */
  readonly beforeRead?: (group: string) => Promise<void>;
}

const LARGEST_PAGE = 10_000;

/** So many lines are searched for one page: most pages of a large log have none that matches. */
const SEARCHED_LINES = 100;

/** CloudWatch Logs: log groups, and what is written into them. */
export class CloudWatchLogs implements AwsService {
  readonly identifier = 'cloudwatchlogs';
  private readonly groups = new Map<string, LogGroup>();

  readonly operations: AwsService['operations'];

  constructor(private readonly props: CloudWatchLogsProps) {
    const insights = new Insights({ environment: props.environment, linesOf: (name) => this.linesOf(name) });
    this.operations = { ...this.ownOperations, ...insights.operations };
  }

  /** @param isStandard its class; that of another cannot be filtered */
  addGroup(name: string, isStandard = true): void {
    this.groups.set(name, { isStandard, events: [] });
  }

  /** @param lateMs after how long it is found. @param at when it was written; now, where nothing is said */
  write(group: string, message: string, lateMs = 0, at = this.now()): void {
    const id = this.props.environment.ids.hex(16);
    this.find(group).events.push({ id, at, foundAt: this.now() + lateMs, message });
  }

  private readonly ownOperations = {
    filterLogEvents: {
      needs: ({ logGroupName: name = '*' }) => [
        // Streams are what is read; which of them is not said.
        { action: 'logs:FilterLogEvents', resources: [this.arn(`log-group:${name}:log-stream:`)] },
      ],
      run: (request) => this.filter(request),
    } satisfies Operation<FilterLogEventsRequest, FilterLogEventsResponse>,
  };

  /**
   * A page has the lines that match among those that were searched for it: often none, with a token that leads on.
   *
   * @see docs/aws-facts.md#logs-filter-pages
   * @see docs/aws-facts.md#logs-come-late
   */
  private async filter(request: FilterLogEventsRequest): Promise<FilterLogEventsResponse> {
    const { logGroupName, logGroupIdentifier, startTime = 0, endTime, filterPattern = '', limit, nextToken } = request;
    if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
      throw invalid('Exactly one of logGroupName and logGroupIdentifier must be given.');
    }
    if (endTime !== undefined && endTime < startTime) throw invalid('The end time is before the start time.');
    const name = logGroupName ?? String(logGroupIdentifier).replace(/^.*:log-group:/, '');
    await this.props.beforeRead?.(name);
    const { isStandard, events } = this.find(name);
    // @see docs/aws-facts.md#logs-class-without-filter
    if (!isStandard) throw invalid('This operation is not supported for the class of the log group.');
    const pattern = new FilterPattern(filterPattern);
    const found = events
      .filter(({ at, foundAt }) => foundAt <= this.now() && at >= startTime && (endTime === undefined || at <= endTime))
      .sort((one, other) => one.at - other.at);
    const isMatch = ({ message }: LogEvent) => filterPattern === '' || pattern.matches(message);
    const size = Math.min(limit ?? LARGEST_PAGE, LARGEST_PAGE);
    const refuse = () => invalid('The specified nextToken is invalid.');
    const { items } = page(found, nextToken, SEARCHED_LINES, refuse);
    const begin = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64url').toString());
    const matching = items.flatMap((event, index) => (isMatch(event) ? [{ event, index }] : [])).slice(0, size);
    const last = matching.length === size ? matching.at(-1)?.index : undefined;
    const end = begin + (last === undefined ? items.length : last + 1);
    return {
      events: matching.map(({ event }) => outputOf(event)),
      searchedLogStreams: [],
      ...(end < found.length && { nextToken: Buffer.from(String(end)).toString('base64url') }),
    };
  }

  private async linesOf(name: string): Promise<readonly LogEvent[]> {
    await this.props.beforeRead?.(name);
    return this.find(name).events.filter(({ foundAt }) => foundAt <= this.now());
  }

  private find(name: string): LogGroup {
    const group = this.groups.get(name);
    if (group === undefined) {
      throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    }
    return group;
  }

  private arn(resource: string): string {
    return arnOf(this.props.environment, 'logs', resource);
  }

  private now(): number {
    return this.props.environment.clock.now();
  }
}

function outputOf({ id, at, foundAt, message }: LogEvent): FilteredLogEvent {
  return { eventId: id, logStreamName: 'application', timestamp: at, ingestionTime: foundAt, message };
}

const invalid = (message: string) => new AwsError('InvalidParameterException', message);
