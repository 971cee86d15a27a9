import { figure } from '../figure';
import { SLICE_MS, type Slice } from '../protocol';
import { LatencyHistogram } from './latency-histogram';

/** One point of a chart. */
export interface SeriesPoint {
  /** Since the epoch. */
  readonly atMs: number;
  readonly operations: number;
  readonly failed: number;
  /** Absent where nothing was answered. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

interface Point {
  operations: number;
  failed: number;
  readonly latencies: LatencyHistogram;
}

/** What clients did and how long it took, in slices of 100 ms. */
export class LatencySeries {
  private readonly points = new Map<number, Point>();
  private readonly whole = new LatencyHistogram();
  private readonly reasons = new Map<string, number>();
  private operationCount = 0;
  private failedCount = 0;
  private missedCount = 0;

  add({ slice, operations, failures, missed, latenciesMs }: Slice): void {
    const point = this.points.get(slice) ?? { operations: 0, failed: 0, latencies: new LatencyHistogram() };
    this.points.set(slice, point);
    point.operations += operations;
    this.operationCount += operations;
    this.missedCount += missed;
    for (const [reason, count] of Object.entries(failures)) {
      point.failed += count;
      this.failedCount += count;
      this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + count);
    }
    for (const ms of latenciesMs) {
      point.latencies.add(ms);
      this.whole.add(ms);
    }
  }

  get operations(): number {
    return this.operationCount;
  }

  get failed(): number {
    return this.failedCount;
  }

  /** Turns that were due while their client still waited for an earlier one. */
  get missed(): number {
    return this.missedCount;
  }

  /** Why operations failed, the most frequent reason first. */
  get failures(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.reasons].sort(([, a], [, b]) => b - a));
  }

  get latency(): { readonly p50Ms: number; readonly p99Ms: number; readonly highestMs: number } {
    const percentile = (percent: number) => this.whole.percentileMs(percent) ?? 0;
    return { p50Ms: percentile(50), p99Ms: percentile(99), highestMs: this.whole.highestMs ?? 0 };
  }

  /** What was seen in the slices before a moment of the common monotonic clock, the last of which may go on. */
  before(nowMs: number, forMs: number): Omit<SeriesPoint, 'atMs'> {
    const last = Math.floor(nowMs / SLICE_MS) - 1;
    const seen: Point = { operations: 0, failed: 0, latencies: new LatencyHistogram() };
    for (let slice = last - Math.ceil(forMs / SLICE_MS) + 1; slice <= last; slice++) {
      const point = this.points.get(slice);
      if (point === undefined) continue;
      seen.operations += point.operations;
      seen.failed += point.failed;
      seen.latencies.addAll(point.latencies);
    }
    return described(seen);
  }

  figures() {
    const { p50Ms, p99Ms, highestMs } = this.latency;
    return [
      figure('operations', 'Operations', this.operations, { shown: 'summary' }),
      // Refused, unanswered, or without a connection to send them on.
      figure('failed', 'Failed operations', this.failed, { shown: 'summary' }),
      figure('missed', 'Turns missed while waiting', this.missed),
      figure('p50Ms', 'Latency, p50', p50Ms, { unit: 'ms' }),
      figure('p99Ms', 'Latency, p99', p99Ms, { unit: 'ms' }),
      figure('highestMs', 'Latency, highest', highestMs, { unit: 'ms' }),
    ];
  }

  /**
   * Every slice from the first to the last, those in which nothing happened included: they are what a chart is for.
   *
   * @param epochOffsetMs - what to add to the common monotonic clock
   */
  series(epochOffsetMs: number): SeriesPoint[] {
    const slices = [...this.points.keys()];
    if (slices.length === 0) return [];
    const first = slices.reduce((a, b) => Math.min(a, b));
    const last = slices.reduce((a, b) => Math.max(a, b));
    return Array.from({ length: last - first + 1 }, (_, index) => {
      const atMs = (first + index) * SLICE_MS + epochOffsetMs;
      return { atMs, ...described(this.points.get(first + index)) };
    });
  }
}

function described(point: Point | undefined): Omit<SeriesPoint, 'atMs'> {
  if (point === undefined) return { operations: 0, failed: 0 };
  const { operations, failed, latencies } = point;
  const [p50Ms, p99Ms] = [latencies.percentileMs(50), latencies.percentileMs(99)];
  return { operations, failed, ...(p50Ms !== undefined && { p50Ms }), ...(p99Ms !== undefined && { p99Ms }) };
}
