import { max, min } from 'd3-array';
import { scaleLog } from 'd3-scale';
import { area, line } from 'd3-shape';
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
  const least = min(series, ({ p50Ms }) => (p50Ms === 0 ? undefined : p50Ms));
  const most = max(series, ({ p99Ms }) => p99Ms);
  if (most === undefined || least === undefined) return { lowest: -1, highest: 3 };
  const lowest = Math.floor(Math.log10(least));
  return { lowest, highest: Math.max(lowest + 2, Math.ceil(Math.log10(most))) };
}

/** p50 and p99 as lines with the space between them tinted. Where nothing was answered there is nothing. */
export function latencyChart(frame: Frame, slices: readonly DrawnSlice[], scale: LatencyScale): Panel {
  const top = headingHeight(frame) + 4;
  const y = scaleLog([10 ** scale.lowest, 10 ** scale.highest], [top + HEIGHT, top]).clamp(true);
  const x = ({ fromMs, toMs }: DrawnSlice) => frame.x((fromMs + toMs) / 2);
  const p50 = ({ p50Ms = 0 }: DrawnSlice) => y(p50Ms);
  const p99 = ({ p99Ms = 0 }: DrawnSlice) => y(p99Ms);
  const drawn = line<DrawnSlice>(x, p50).defined(isAnswered).digits(1);
  const between = area<DrawnSlice>(x, p50, p99).defined(isAnswered).digits(1);
  return {
    height: top + HEIGHT + 12,
    body: markup`${panelHeading(frame, 'Latency')}${decades(frame, scale, y)}<path class="between" d="${between(slices) ?? ''}"/><path class="p99" d="${drawn.y(p99)(slices) ?? ''}"/><path class="p50" d="${drawn.y(p50)(slices) ?? ''}"/>`,
  };
}

function isAnswered({ p50Ms, p99Ms }: DrawnSlice): boolean {
  return p50Ms !== undefined && p99Ms !== undefined;
}

function decades(frame: Frame, { lowest, highest }: LatencyScale, y: (ms: number) => number): Markup[] {
  return Array.from({ length: highest - lowest + 1 }, (_, index) => {
    const ms = 10 ** (lowest + index);
    const label = ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
    return markup`<path class="grid" d="M${px(frame.left)} ${px(y(ms))}H${px(frame.right)}"/><text class="tick" x="${px(frame.left - 6)}" y="${px(y(ms) + 4)}" text-anchor="end">${label}</text>`;
  });
}
