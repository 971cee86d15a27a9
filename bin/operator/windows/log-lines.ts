import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Lookup } from '../clients/lookup';
import type { ConnectionOptions } from '../connection';
import { insights } from '../insights';
import { HOUR_MS } from './hours';

/** How many lines a log group had in each hour, by the hour's begin. */
export interface LogLines {
  readonly group: string;
  readonly byHour: ReadonlyMap<number, number>;
}

export async function logLines(
  groups: readonly string[],
  where: ConnectionOptions,
  hours: readonly number[],
  lookup: Lookup,
): Promise<LogLines[]> {
  const logs = new CloudWatchLogsClient(where);
  const [from, to] = [new Date(hours[0] ?? 0), new Date((hours.at(-1) ?? 0) + HOUR_MS - 1000)];
  const found: LogLines[] = [];
  for (const group of groups) {
    const rows = await lookup.attempt(`Lines of ${group}`, () =>
      insights(logs, { groups: [group], from, to, text: 'stats count(*) as lines by bin(1h) as hour' }),
    );
    if (rows === undefined) continue;
    // Logs Insights says `2026-11-02 03:00:00.000`, which is UTC.
    const byHour = rows.map(
      ({ hour = '', lines }) => [Date.parse(`${hour.replace(' ', 'T')}Z`), Number(lines)] as const,
    );
    found.push({ group, byHour: new Map(byHour) });
  }
  return found;
}
