import { setTimeout as after } from 'node:timers/promises';
import { type CloudWatchLogsClient, GetQueryResultsCommand, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs';

export interface InsightsQuery {
  readonly groups: readonly string[];
  readonly from: Date;
  readonly to: Date;
  readonly text: string;
}

/** A query has no more rows. @see docs/aws-facts.md#logs-insights */
export const MAX_ROWS = 10_000;
const UNFINISHED = new Set(['Scheduled', 'Running', 'Unknown']);
const FIRST_LOOK_MS = 250;
const LOOK_EVERY_MS = 2000;
/** Of a query that takes an hour Logs Insights itself says that it has timed out. */
const GIVEN_UP_AFTER_MS = 10 * 60_000;

/** The rows of a query, each by its fields. */
export async function insights(logs: CloudWatchLogsClient, query: InsightsQuery): Promise<Record<string, string>[]> {
  const { queryId } = await logs.send(
    new StartQueryCommand({
      logGroupNames: [...query.groups],
      startTime: Math.floor(query.from.getTime() / 1000),
      endTime: Math.floor(query.to.getTime() / 1000),
      queryString: query.text,
      limit: MAX_ROWS,
    }),
  );
  const startedAt = performance.now();
  for (let wait = FIRST_LOOK_MS; ; wait *= 2) {
    await after(Math.min(wait, LOOK_EVERY_MS));
    const { status = 'Unknown', results = [] } = await logs.send(new GetQueryResultsCommand({ queryId }));
    if (status === 'Complete') {
      return results.map((row) => Object.fromEntries(row.map(({ field = '', value = '' }) => [field, value])));
    }
    if (!UNFINISHED.has(status)) throw new Error(`The query of Logs Insights ended as ${status}.`);
    if (performance.now() - startedAt > GIVEN_UP_AFTER_MS) {
      throw new Error('The query of Logs Insights has run for ten minutes and is not complete: ask for fewer days.');
    }
  }
}
