import type {
  GetQueryResultsRequest,
  GetQueryResultsResponse,
  StartQueryRequest,
  StartQueryResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, NotRehearsedError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import type { Operation } from '../service';
import { type InsightsLine, type InsightsRow, runInsights } from './insights-query';

export interface InsightsProps {
  readonly environment: AwsEnvironment;
  /** @throws AwsError where there is no such group */
  readonly linesOf: (group: string) => Promise<readonly InsightsLine[]>;
}

/** A query has no more rows, whatever it asks for. */
const MAX_ROWS = 10_000;

/**
 * Logs Insights: a query is started, and looked at until it is complete.
 *
 * @see docs/aws-facts.md#logs-insights
 */
export class Insights {
  private readonly queries = new Map<string, { readonly rows: readonly InsightsRow[]; looks: number }>();

  constructor(private readonly props: InsightsProps) {}

  readonly operations = {
    startQuery: {
      needs: ({ logGroupNames = [], logGroupName, logGroupIdentifiers = [] }) => [
        {
          action: 'logs:StartQuery',
          resources: [...logGroupNames, logGroupName ?? [], ...logGroupIdentifiers]
            .flat()
            .map((name) => arnOf(this.props.environment, 'logs', `log-group:${nameOf(name)}:log-stream:`)),
        },
      ],
      run: (request) => this.start(request),
    } satisfies Operation<StartQueryRequest, StartQueryResponse>,
    getQueryResults: {
      needs: () => [{ action: 'logs:GetQueryResults', resources: ['*'] }],
      run: (request) => this.look(request),
    } satisfies Operation<GetQueryResultsRequest, GetQueryResultsResponse>,
  };

  private async start(request: StartQueryRequest): Promise<StartQueryResponse> {
    const { startTime = 0, endTime = 0, queryString = '', limit = MAX_ROWS } = request;
    const { logGroupNames, logGroupName, logGroupIdentifiers } = request;
    const named = [logGroupNames, logGroupName, logGroupIdentifiers].filter((given) => given !== undefined);
    if (named.length !== 1) throw new AwsError('InvalidParameterException', 'Name log groups in one way.');
    if (startTime >= endTime) throw new AwsError('MalformedQueryException', 'The time range is invalid.');
    const lines: InsightsLine[] = [];
    for (const group of named.flat()) lines.push(...(await this.props.linesOf(nameOf(group))));
    if (limit > MAX_ROWS) throw new NotRehearsedError('More rows than 10,000');
    // In seconds, the last one included.
    const within = lines.filter(({ at }) => at >= startTime * 1000 && at < (endTime + 1) * 1000);
    const queryId = this.props.environment.ids.uuid();
    this.queries.set(queryId, { rows: runInsights(queryString, within).slice(0, limit), looks: 0 });
    return { queryId };
  }

  private look({ queryId = '' }: GetQueryResultsRequest): GetQueryResultsResponse {
    const query = this.queries.get(queryId);
    if (query === undefined) throw new AwsError('ResourceNotFoundException', 'Unknown query.');
    query.looks += 1;
    return query.looks === 1
      ? { status: 'Running', results: [] }
      : { status: 'Complete', results: query.rows.map((row) => [...row]) };
  }
}

const nameOf = (nameOrArn: string) => nameOrArn.replace(/^arn:.*:log-group:/, '').replace(/:\*$/, '');
