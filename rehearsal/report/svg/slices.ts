import { max, median, sum } from 'd3-array';
import type { SeriesPoint } from '../../clients/ledger/latency-series';
import { lengthOf } from '../span';
import type { Frame } from './frame';

/** What clients did in one stretch of time that is wide enough to be drawn. */
export interface DrawnSlice {
  readonly fromMs: number;
  readonly toMs: number;
  readonly operations: number;
  readonly failed: number;
  /** The median of the slices' medians, and the worst of their p99; absent where nothing was answered. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

/** What clients saw, in slices of one length. */
export interface Series {
  readonly series: readonly SeriesPoint[];
  /** Since the epoch, as are the times of the series. */
  readonly startedAt: number;
  readonly sliceMs: number;
}

const NARROWEST = 1.5;

/**
 * The slices in the window, as many taken together as it takes for each to be seen. The worst p99 stands for all of
 * them, so that no outlier disappears in a narrow chart.
 */
export function slicesIn(frame: Frame, { series, startedAt, sliceMs }: Series): DrawnSlice[] {
  const { fromMs, toMs } = frame.window;
  const points = series
    .map((point) => ({ ...point, atMs: point.atMs - startedAt }))
    .filter(({ atMs }) => atMs + sliceMs / 2 >= fromMs && atMs + sliceMs / 2 <= toMs);
  const together = slicesTogether(frame, sliceMs);
  const slices: DrawnSlice[] = [];
  for (let start = 0; start < points.length; start += together) {
    const taken = points.slice(start, start + together);
    const { atMs, ...rest } = merged(taken);
    slices.push({ ...rest, fromMs: atMs, toMs: (taken.at(-1)?.atMs ?? atMs) + sliceMs });
  }
  return slices;
}

export function slicesTogether(frame: Frame, sliceMs: number): number {
  return Math.max(1, Math.ceil((NARROWEST * lengthOf(frame.window)) / frame.plotWidth / sliceMs));
}

/** The median of the slices' medians, and the worst of their p99: no outlier disappears. */
export function merged(points: readonly SeriesPoint[]): SeriesPoint {
  const p50Ms = median(points, (point) => point.p50Ms);
  const p99Ms = max(points, (point) => point.p99Ms);
  return {
    atMs: points[0]?.atMs ?? 0,
    operations: sum(points, ({ operations }) => operations),
    failed: sum(points, ({ failed }) => failed),
    ...(p50Ms !== undefined && { p50Ms }),
    ...(p99Ms !== undefined && { p99Ms }),
  };
}
