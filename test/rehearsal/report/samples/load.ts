import type { SeriesPoint } from '../../../../rehearsal/clients/ledger/latency-series';
import { SLICE_MS } from '../../../../rehearsal/clients/protocol';
import { Random } from '../../../../rehearsal/clients/random';

export const STARTED_AT = Date.UTC(2026, 2, 14, 2, 10);

/** How a stretch of the load differs from an ordinary day. */
export interface Disturbance {
  readonly fromMs: number;
  readonly toMs: number;
  /** How many times as slow. */
  readonly slower?: number;
  /** What share of the operations fails. */
  readonly failing?: number;
  /** Nothing is answered, and nothing fails yet: everyone waits. */
  readonly silent?: boolean;
}

export interface LoadStory {
  readonly seed: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly disturbances: readonly Disturbance[];
}

/** A series as clients of a cache give it: half a millisecond, an outlier now and then, and what disturbs them. */
export function series({ seed, fromMs, toMs, disturbances }: LoadStory): SeriesPoint[] {
  const random = new Random(seed);
  const points: SeriesPoint[] = [];
  for (let at = fromMs; at < toMs; at += SLICE_MS) {
    const now = disturbances.filter((each) => at >= each.fromMs && at < each.toMs);
    const atMs = STARTED_AT + at;
    if (now.some(({ silent }) => silent === true)) {
      points.push({ atMs, operations: 0, failed: 0 });
      continue;
    }
    const slower = now.reduce((factor, each) => factor * (each.slower ?? 1), 1);
    const operations = 90 + Math.floor(random.next() * 30);
    const failed = Math.round(operations * Math.max(0, ...now.map(({ failing }) => failing ?? 0)));
    const p50Ms = (0.45 + random.next() * 0.1) * slower;
    const p99Ms = p50Ms * (2.5 + random.next() * 2 + (random.next() < 0.04 ? 12 : 0));
    points.push({ atMs, operations, failed, ...(failed < operations && { p50Ms, p99Ms }) });
  }
  return points;
}

export function totals(points: readonly SeriesPoint[]): { readonly operations: number; readonly failed: number } {
  return {
    operations: points.reduce((sum, point) => sum + point.operations, 0),
    failed: points.reduce((sum, point) => sum + point.failed, 0),
  };
}
