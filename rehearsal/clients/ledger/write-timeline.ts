import { figure } from '../figure';

/** An acknowledged write: it took effect somewhere between the two times. */
export interface TimedWrite {
  readonly kind: string;
  readonly side: string;
  readonly sentMs: number;
  readonly ackedMs: number;
}

/** A stretch in which one side alone is proven to have taken writes. */
export interface WritableSpan {
  readonly side: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly writes: number;
}

/** When writes were acknowledged, and by which side. */
export class WriteTimeline {
  private readonly writes: TimedWrite[] = [];
  private sorted = true;

  /** @param through - what leads to one side or the other: nobody here knows which of them took a write that came by it */
  constructor(private readonly through: readonly string[] = []) {}

  add(write: TimedWrite): void {
    this.writes.push(write);
    this.sorted = false;
  }

  get length(): number {
    return this.writes.length;
  }

  /** The longest time without an acknowledged write, from the first one to `untilMs`. 0 where there was none at all. */
  longestGapMs(untilMs: number, kind?: string): number {
    let longest = 0;
    let last: number | undefined;
    for (const write of this.inOrder()) {
      if (kind !== undefined && write.kind !== kind) continue;
      if (last !== undefined) longest = Math.max(longest, write.ackedMs - last);
      last = write.ackedMs;
    }
    return last === undefined ? 0 : Math.max(longest, untilMs - last);
  }

  /**
   * The sides in the order in which they are **proven** to have taken writes: a new span begins only with a write
   * that was sent after one of the other side had been acknowledged, so writes that crossed on their way begin none.
   * One clean switch is two spans; one that went back is three; more are two sides that took writes at one time.
   */
  spans(): WritableSpan[] {
    const spans: { side: string; fromMs: number; toMs: number; writes: number }[] = [];
    for (const { side, sentMs, ackedMs } of this.inOrder()) {
      if (this.through.includes(side)) continue;
      const current = spans.at(-1);
      if (!current || (side !== current.side && sentMs > current.toMs)) {
        spans.push({ side, fromMs: ackedMs, toMs: ackedMs, writes: 1 });
      } else if (side === current.side) {
        current.toMs = ackedMs;
        current.writes++;
      }
    }
    return spans;
  }

  /** @param stoppedMs - when the load was stopped */
  figures<Kind extends string>(stoppedMs: number, kinds: readonly Kind[]) {
    return [
      figure('longestWriteGapMs', 'Longest write gap', Math.round(this.longestGapMs(stoppedMs)), {
        unit: 'ms',
        shown: 'headline',
      }),
      figure('writes', 'Writes acknowledged', this.length),
      ...kinds.map((kind) =>
        figure(`longestWriteGapMs.${kind}`, `Longest write gap, ${kind}`, this.longestGapMs(stoppedMs, kind), {
          unit: 'ms',
          shown: 'ifAny',
        }),
      ),
    ];
  }

  private inOrder(): readonly TimedWrite[] {
    if (!this.sorted) this.writes.sort((a, b) => a.ackedMs - b.ackedMs);
    this.sorted = true;
    return this.writes;
  }
}
