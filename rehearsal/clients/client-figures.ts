import { type Figure, figure } from './figure';
import type { LatencySeries } from './ledger/latency-series';
import type { WritableSpan, WriteTimeline } from './ledger/write-timeline';
import type { LockViolation } from './redis/ledger/lock-witness';

/** What any clients saw, from the first to the last of them. Times are milliseconds since the epoch. */
export interface Figures<Id extends string = string> {
  readonly list: readonly Figure<Id>[];
  /** Why operations failed, the most frequent first. */
  readonly failures: Readonly<Record<string, number>>;
  /**
   * The sides in the order in which they are proven to have taken writes. More changes of side than the record had are
   * both sides writable at one time.
   */
  readonly sides: readonly WritableSpan[];
  /** The first of each, for people. */
  readonly samples: {
    readonly lost: readonly LostSample[];
    readonly lockViolations: readonly LockViolation[];
  };
}

/** An acknowledged write that is gone. */
export interface LostSample {
  readonly kind: string;
  readonly key: string;
  /** Who acknowledged it. */
  readonly side: string;
  readonly ackedMs: number;
  readonly what: string;
}

/** Samples of each kind in the figures. */
export const SAMPLE_SIZE = 20;

export interface Seen<Kind extends string> {
  readonly series: LatencySeries;
  readonly timeline: WriteTimeline;
  /** When the load was stopped, on the common monotonic clock. */
  readonly stoppedMs: number;
  /** Acknowledged writes that are gone; conflicts are not among them. */
  readonly lost: readonly { readonly kind: Kind }[];
  /** Of those who write. */
  readonly kinds: readonly Kind[];
}

/** What is counted and measured of any clients. */
export function figuresOfAny<Kind extends string>({ series, timeline, stoppedMs, lost, kinds }: Seen<Kind>) {
  const lostOf = (kind: Kind) => lost.filter((loss) => loss.kind === kind).length;
  return [
    ...series.figures(),
    ...timeline.figures(stoppedMs, kinds),
    figure('lostWrites', 'Acknowledged writes lost', lost.length, { damage: true, shown: 'headline' }),
    ...kinds.map((kind) =>
      figure(`lostWrites.${kind}`, `Writes lost, ${kind}`, lostOf(kind), { damage: true, shown: 'ifAny' }),
    ),
  ];
}
