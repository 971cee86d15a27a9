import { nowMs } from '../clock';
import { type FromProcess, SLICE_MS, type Slice } from '../protocol';
import type { Outcome } from './outcome';

const FLUSH_MS = 50;

/** Of milliseconds: what is finer than the clock is noise, and a message is JSON. */
const toMicroseconds = (ms: number) => Math.round(ms * 1000) / 1000;

interface OpenSlice {
  operations: number;
  missed: number;
  readonly failures: Record<string, number>;
  readonly latenciesMs: number[];
}

/** What clients see of it. */
export type Reporting<Report> = Pick<Reporter<Report>, 'report' | 'reportNow' | 'count'>;

/** Collects what the clients of a process did and saw, and passes it on in batches. */
export class Reporter<Report> {
  private reports: Report[] = [];
  private slices = new Map<string, OpenSlice>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly send: (message: FromProcess<Report>) => void) {
    this.timer = setInterval(() => this.flush(), FLUSH_MS);
  }

  report(report: Report): void {
    this.reports.push(report);
  }

  /** For what must be known outside even if this process is killed the next moment. */
  reportNow(report: Report): void {
    this.reports.push(report);
    this.flush();
  }

  /**
   * Counts an operation.
   *
   * @param startedMs - when it began, with the wait for a connection; undefined where waiting is what it is for
   */
  count(kind: string, startedMs: number | undefined, outcome: Outcome<unknown>): void {
    const slice = this.sliceOf(kind);
    slice.operations++;
    if (outcome.state === 'done') {
      if (startedMs !== undefined) slice.latenciesMs.push(toMicroseconds(nowMs() - startedMs));
    } else {
      slice.failures[outcome.reason] = (slice.failures[outcome.reason] ?? 0) + 1;
    }
  }

  /** Counts turns that were due and not taken. */
  missed(kind: string, turns: number): void {
    if (turns > 0) this.sliceOf(kind).missed += turns;
  }

  flush(): void {
    if (this.reports.length === 0 && this.slices.size === 0) return;
    const slices = [...this.slices].map(([key, rest]): Slice => {
      const [slice = '', kind = ''] = key.split(' ');
      return { slice: Number(slice), kind, ...rest };
    });
    this.send({ type: 'reports', reports: this.reports, slices });
    this.reports = [];
    this.slices = new Map();
  }

  stop(): void {
    clearInterval(this.timer);
    this.flush();
  }

  private sliceOf(kind: string): OpenSlice {
    const key = `${Math.floor(nowMs() / SLICE_MS)} ${kind}`;
    let slice = this.slices.get(key);
    if (!slice) {
      slice = { operations: 0, missed: 0, failures: {}, latenciesMs: [] };
      this.slices.set(key, slice);
    }
    return slice;
  }
}
