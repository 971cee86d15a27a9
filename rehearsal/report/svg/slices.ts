import type { SeriesPoint } from '../../clients/ledger/latency-series';
import { SLICE_MS } from '../../clients/protocol';
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

const NARROWEST = 1.5;

/**
 * The slices in the window, as many taken together as it takes for each to be seen. The worst p99 stands for all of
 * them, so that no outlier disappears in a narrow chart.
 */
export function slicesIn(frame: Frame, series: readonly SeriesPoint[], startedAt: number): DrawnSlice[] {
  const { fromMs, toMs } = frame.window;
  const points = series
    .map((point) => ({ ...point, atMs: point.atMs - startedAt }))
    .filter(({ atMs }) => atMs + SLICE_MS / 2 >= fromMs && atMs + SLICE_MS / 2 <= toMs);
  const together = slicesTogether(frame);
  const slices: DrawnSlice[] = [];
  for (let start = 0; start < points.length; start += together) {
    slices.push(taken(points.slice(start, start + together)));
  }
  return slices;
}

export function slicesTogether(frame: Frame): number {
  return Math.max(1, Math.ceil((NARROWEST * lengthOf(frame.window)) / frame.plotWidth / SLICE_MS));
}

function taken(points: readonly SeriesPoint[]): DrawnSlice {
  const fromMs = points[0]?.atMs ?? 0;
  const medians = points.flatMap(({ p50Ms }) => p50Ms ?? []).sort((a, b) => a - b);
  const p50Ms = medians[Math.floor(medians.length / 2)];
  const worst = points.flatMap(({ p99Ms }) => p99Ms ?? []);
  return {
    fromMs,
    toMs: (points.at(-1)?.atMs ?? fromMs) + SLICE_MS,
    operations: points.reduce((sum, { operations }) => sum + operations, 0),
    failed: points.reduce((sum, { failed }) => sum + failed, 0),
    ...(p50Ms !== undefined && { p50Ms }),
    ...(worst.length > 0 && { p99Ms: Math.max(...worst) }),
  };
}
