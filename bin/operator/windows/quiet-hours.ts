import { groupedBy } from '../grouped-by';
import { CELLS, type Cell, WEEKS } from './hours';
import type { HourlyMetric } from './metrics';

/** An hour is quiet when clients ask for no more than this share of what they ask for in a busy hour. */
export const QUIET_SHARE = 0.1;
/** The busy hour is the one that few exceed: a single batch would make every other hour quiet. */
const BUSY_QUANTILE = 0.95;
/** Of the four weeks, so many must be known. */
const MIN_WEEKS = WEEKS - 1;

/** What an hour of the week was like. */
export interface HourOfWeek {
  readonly cell: Cell;
  /** Of a busy hour, in the week in which it was most; absent where CloudWatch has too little. */
  readonly share?: number;
  readonly quiet: boolean;
}

export interface Quietness {
  /** Which figure it goes by. */
  readonly figure: string;
  /** What clients asked for in a busy hour. */
  readonly busy: number;
  readonly hours: readonly HourOfWeek[];
}

/** How busy each hour of the week was, by what clients asked for. Undefined: nothing tells. */
export function quietness(
  metrics: readonly HourlyMetric[],
  hours: readonly number[],
  cellOf: (at: number) => Cell,
): Quietness | undefined {
  // Of several figures of activity the first that CloudWatch has is the truest.
  const figure = metrics.find(({ isActivity, byHour }) => isActivity && byHour.size > 0)?.figure;
  if (figure === undefined) return undefined;
  const byHour = summed(metrics.filter((each) => each.figure === figure));
  const known = [...byHour.values()].sort((one, other) => one - other);
  const busy = known[Math.min(known.length - 1, Math.floor(known.length * BUSY_QUANTILE))] ?? 0;
  const byCell = groupedBy(hours, cellOf);
  return {
    figure,
    busy,
    hours: Array.from({ length: CELLS }, (_, cell) => {
      const values = (byCell.get(cell) ?? []).flatMap((at) => byHour.get(at) ?? []);
      if (values.length < MIN_WEEKS) return { cell, quiet: false };
      const share = busy === 0 ? 0 : Math.max(...values) / busy;
      return { cell, share, quiet: share <= QUIET_SHARE };
    }),
  };
}

/** Of all nodes together. */
export function summed(metrics: readonly HourlyMetric[]): ReadonlyMap<number, number> {
  const sum = new Map<number, number>();
  for (const { byHour } of metrics) for (const [at, value] of byHour) sum.set(at, (sum.get(at) ?? 0) + value);
  return sum;
}

/** Quiet hours that follow one another; from Sunday night the week goes on with Monday. */
export function runsOf(hours: readonly HourOfWeek[]): (readonly [HourOfWeek, ...HourOfWeek[]])[] {
  const quiet = hours.filter((hour) => hour.quiet);
  const [only] = quiet;
  if (only !== undefined && quiet.length === hours.length) return [[only, ...quiet.slice(1)]];
  const isQuiet = (cell: Cell) => hours[(cell + CELLS) % CELLS]?.quiet === true;
  return quiet
    .filter(({ cell }) => !isQuiet(cell - 1))
    .map((first) => {
      const run: [HourOfWeek, ...HourOfWeek[]] = [first];
      for (let cell = first.cell + 1; isQuiet(cell); cell += 1) run.push(hours[cell % CELLS] ?? first);
      return run;
    });
}
