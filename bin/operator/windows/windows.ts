import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { Lookup } from '../clients/lookup';
import type { NotLookedAt } from '../clients/report';
import type { connect } from '../connection';
import { groupedBy } from '../grouped-by';
import { manifest } from '../manifest';
import { readJournal, readParameters } from '../parameters';
import { metricsOfAlarms } from './alarm-metrics';
import { CELLS, type Cell, HOUR_MS, hoursBefore, nameOfCell, WallClock } from './hours';
import { type LogLines, logLines } from './log-lines';
import { type HourlyMetric, hourlyMetrics } from './metrics';
import { type HourOfWeek, type Quietness, quietness, runsOf, summed } from './quiet-hours';
import { type Schedule, schedules } from './schedules';
import { metricsOfSide } from './sides';

export interface WindowsOptions {
  readonly timeZone: string;
  readonly logGroups: readonly string[];
}

/** Hours of the week in which little would be hit, or least. */
export interface Window {
  /** `Sun 03:00`. */
  readonly from: string;
  readonly hours: number;
  /** Of a busy hour, at the most in these weeks. Percent. */
  readonly percentOfBusy: number;
  readonly connections?: number;
  readonly cpuPercent?: number;
  /** What each alarm's metric was at the most, and each log group's lines an hour. */
  readonly others: Readonly<Record<string, number>>;
  /** What AWS would start meanwhile. */
  readonly wouldRun: readonly string[];
}

export interface WindowsReport {
  readonly migration: string;
  readonly side: string;
  readonly timeZone: string;
  readonly from: string;
  readonly to: string;
  /** What tells how busy an hour was, and how much of it a busy hour has. Absent: CloudWatch has nothing that does. */
  readonly goesBy?: { readonly figure: string; readonly busyHour: number };
  readonly noHourIsQuiet: boolean;
  /** The quietest first; where no hour is quiet, the least busy one. */
  readonly windows: readonly Window[];
  /** From Monday 0:00 on, percent of a busy hour; null where too little is known. */
  readonly percentByHour: readonly (number | null)[];
  /** Whose hour only they know. */
  readonly atTimesOfTheirOwn: readonly string[];
  readonly notLookedAt: readonly NotLookedAt[];
}

const SHOWN = 10;

/** When the side that serves is asked for little, by the last four weeks. It changes nothing. */
export async function windows(
  connected: ReturnType<typeof connect>,
  migration: string,
  options: WindowsOptions,
): Promise<WindowsReport> {
  const { ssm, where } = connected;
  const clock = new WallClock(options.timeZone);
  const lookup = new Lookup();
  const parameters = await readParameters(ssm, migration);
  const { read } = await manifest(connected, migration);
  const side = readJournal(parameters)?.serving ?? 'blue';
  const host = JSON.parse(parameters.configuration ?? '{}')[side]?.host ?? read.records[0]?.targets[side] ?? '';
  const now = Date.now();
  const hours = hoursBefore(now);
  const cloudwatch = new CloudWatchClient(where);
  const asked = [
    ...(await metricsOfSide({ side, manifest: read, host }, where, lookup)),
    ...(await metricsOfAlarms(cloudwatch, read.alarms, lookup)),
  ];
  const found =
    asked.length === 0 ? [] : await lookup.attempt('Metrics', () => hourlyMetrics(cloudwatch, asked, hours));
  const metrics = found ?? [];
  const lines = await logLines(options.logGroups, where, hours, lookup);
  const planned = await schedules(where, clock, now, lookup);
  const cellOf = (at: number) => clock.cellOf(at);
  const quiet = quietness(metrics, hours, cellOf);
  const unknown = quiet === undefined ? CELLS : quiet.hours.filter(({ share }) => share === undefined).length;
  if (unknown > 0) {
    lookup.miss(
      'How busy an hour is',
      `${unknown} of ${CELLS} hours of the week have no figures of three weeks or more.`,
    );
  }
  const runs = quiet === undefined ? [] : runsOf(quiet.hours);
  const shown = runs.length > 0 ? runs : leastBusy(quiet);
  const figures = { byCell: groupedBy(hours, cellOf), metrics, lines, planned, alarms: read.alarms };
  return {
    migration,
    side,
    timeZone: options.timeZone,
    from: new Date(hours[0] ?? now).toISOString(),
    to: new Date((hours.at(-1) ?? now) + HOUR_MS).toISOString(),
    ...(quiet !== undefined && { goesBy: { figure: quiet.figure, busyHour: quiet.busy } }),
    noHourIsQuiet: runs.length === 0,
    windows: shown
      .map((run) => windowOf(run, figures))
      .sort((one, other) => one.percentOfBusy - other.percentOfBusy || other.hours - one.hours)
      .slice(0, SHOWN),
    percentByHour: (quiet?.hours ?? []).map(({ share }) => (share === undefined ? null : percent(share))),
    atTimesOfTheirOwn: planned.filter(({ cells }) => cells === undefined).map(describe),
    notLookedAt: lookup.notLookedAt,
  };
}

function leastBusy(quiet: Quietness | undefined): HourOfWeek[][] {
  const known = (quiet?.hours ?? []).filter(({ share }) => share !== undefined);
  const [least] = known.toSorted((one, other) => (one.share ?? 1) - (other.share ?? 1));
  return least === undefined ? [] : [[least]];
}

interface Figures {
  readonly byCell: ReadonlyMap<Cell, readonly number[]>;
  readonly metrics: readonly HourlyMetric[];
  readonly lines: readonly LogLines[];
  readonly planned: readonly Schedule[];
  readonly alarms: readonly string[];
}

function windowOf(run: readonly HourOfWeek[], { byCell, metrics, lines, planned, alarms }: Figures): Window {
  const cells = run.map(({ cell }) => cell);
  const hours = cells.flatMap((cell) => byCell.get(cell) ?? []);
  const named = (figure: string) => metrics.filter((each) => each.figure === figure);
  const connections = most(summed(named('connections')), hours);
  const cpu = most(highest(named('CPU')), hours);
  const others = [
    ...alarms.map((name) => [name, most(highest(named(name)), hours)] as const),
    ...lines.map(({ group, byHour }) => [group, most(byHour, hours) ?? 0] as const),
  ];
  return {
    from: nameOfCell(cells[0] ?? 0),
    hours: cells.length,
    percentOfBusy: percent(Math.max(...run.map(({ share = 0 }) => share))),
    ...(connections !== undefined && { connections }),
    ...(cpu !== undefined && { cpuPercent: Math.round(cpu * 10) / 10 }),
    others: Object.fromEntries(others.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    wouldRun: planned.filter((each) => cells.some((cell) => each.cells?.has(cell) === true)).map(describe),
  };
}

const describe = ({ schedule, expression, timeZone }: Schedule) =>
  `${schedule}, ${expression}${timeZone === 'UTC' ? '' : ` ${timeZone}`}`;

const percent = (share: number) => Math.round(share * 100);

/** Of the busiest node. */
function highest(metrics: readonly HourlyMetric[]): ReadonlyMap<number, number> {
  const high = new Map<number, number>();
  for (const { byHour } of metrics)
    for (const [at, value] of byHour) high.set(at, Math.max(high.get(at) ?? value, value));
  return high;
}

function most(byHour: ReadonlyMap<number, number>, hours: readonly number[]): number | undefined {
  const values = hours.flatMap((at) => byHour.get(at) ?? []);
  return values.length === 0 ? undefined : Math.max(...values);
}
