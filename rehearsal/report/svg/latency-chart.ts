import type { SeriesPoint } from '../../clients/ledger/latency-series';
import { type Markup, markup } from '../html/markup';
import { type Frame, type Panel, px } from './frame';
import { headingHeight, panelHeading } from './panel-heading';
import type { DrawnSlice } from './slices';

const HEIGHT = 132;

/** Powers of ten in milliseconds. */
export interface LatencyScale {
  readonly lowest: number;
  readonly highest: number;
}

/**
 * By decades: a write outage is a thousand times an ordinary answer, and both must be read off one chart. Charts that are to be
 * compared share one scale.
 */
export function latencyScale(series: readonly SeriesPoint[]): LatencyScale {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const { p50Ms, p99Ms } of series) {
    if (p50Ms !== undefined && p50Ms > 0) least = Math.min(least, p50Ms);
    if (p99Ms !== undefined) most = Math.max(most, p99Ms);
  }
  if (most === 0 || least === Number.POSITIVE_INFINITY) return { lowest: -1, highest: 3 };
  const lowest = Math.floor(Math.log10(least));
  return { lowest, highest: Math.max(lowest + 2, Math.ceil(Math.log10(most))) };
}

/** p50 and p99 as lines with the space between them tinted. Where nothing was answered there is nothing. */
export function latencyChart(frame: Frame, slices: readonly DrawnSlice[], scale: LatencyScale): Panel {
  const top = headingHeight(frame) + 4;
  const y = (ms: number) => {
    const share = (Math.log10(Math.max(ms, 10 ** scale.lowest)) - scale.lowest) / (scale.highest - scale.lowest);
    return top + (1 - share) * HEIGHT;
  };
  const runs = answeredRuns(slices);
  const x = ({ fromMs, toMs }: DrawnSlice) => frame.x((fromMs + toMs) / 2);
  const p50 = runs.map((run) => line(run.map((slice) => [x(slice), y(slice.p50Ms)])));
  const p99 = runs.map((run) => line(run.map((slice) => [x(slice), y(slice.p99Ms)])));
  const between = runs.map((run) => {
    const above = run.map((slice): Point => [x(slice), y(slice.p99Ms)]);
    const below = run.map((slice): Point => [x(slice), y(slice.p50Ms)]);
    return `${line([...above, ...below.reverse()])}Z`;
  });
  return {
    height: top + HEIGHT + 12,
    body: markup`${panelHeading(frame, 'Latency')}${decades(frame, scale, y)}<path class="between" d="${between.join('')}"/><path class="p99" d="${p99.join('')}"/><path class="p50" d="${p50.join('')}"/>`,
  };
}

type Point = readonly [number, number];
type AnsweredSlice = DrawnSlice & { readonly p50Ms: number; readonly p99Ms: number };

/** Stretches without a gap. */
function answeredRuns(slices: readonly DrawnSlice[]): AnsweredSlice[][] {
  const runs: AnsweredSlice[][] = [[]];
  for (const slice of slices) {
    const { p50Ms, p99Ms } = slice;
    if (p50Ms === undefined || p99Ms === undefined) runs.push([]);
    else runs.at(-1)?.push({ ...slice, p50Ms, p99Ms });
  }
  return runs.filter((run) => run.length > 0);
}

/** A single point is a line of no length: round caps make it a dot. */
function line(points: readonly Point[]): string {
  const drawn = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`);
  return drawn.length === 1 ? `${drawn[0]}h0` : drawn.join('');
}

function decades(frame: Frame, { lowest, highest }: LatencyScale, y: (ms: number) => number): Markup[] {
  return Array.from({ length: highest - lowest + 1 }, (_, index) => {
    const ms = 10 ** (lowest + index);
    const label = ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
    return markup`<path class="grid" d="M${px(frame.left)} ${px(y(ms))}H${px(frame.right)}"/><text class="tick" x="${px(frame.left - 6)}" y="${px(y(ms) + 4)}" text-anchor="end">${label}</text>`;
  });
}
