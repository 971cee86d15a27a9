import { type Figures, figuresOfAny, SAMPLE_SIZE } from '../client-figures';
import { figure } from '../figure';
import type { LatencySeries } from '../ledger/latency-series';
import { KINDS } from './cache-protocol';
import type { Ledger } from './ledger/ledger';
import { isConflict, type LostWrite, type Overlap } from './ledger/lost-write';
import type { StoredKeys } from './stored-keys';

export interface JudgementOptions {
  /** The active side in the end. */
  readonly serving: string;
  /**
   * Times of the epoch in which writes lost to the other side's write of the same key count apart: where that is what was
   * agreed (LIVE). In others they are lost like any other.
   */
  readonly overlaps: readonly Overlap[];
  /** When the load was stopped, on the common monotonic clock. */
  readonly stoppedMs: number;
  /** From that clock to the epoch, which figures are in. */
  readonly epochOffsetMs: number;
}

/** What clients of a cache saw. */
export type CacheFigures = Figures<CacheFigureId>;
export type CacheFigureId = ReturnType<typeof judge>['list'][number]['id'];

/** Compares what was acknowledged with what stands. */
export function judge(ledger: Ledger, series: LatencySeries, stored: StoredKeys, options: JudgementOptions) {
  const { stoppedMs, epochOffsetMs: offset } = options;
  const registers = judgeRegisters(ledger, stored);
  const queues = ledger.queues.judge(stored.jobs);
  const counters = [...stored.counters].flatMap(([key, value]) =>
    ledger.counters.judge(key, value, options.serving, ledger.complete),
  );
  const losses = distinct([...ledger.registers.missedByReaders(), ...registers.losses, ...queues.losses, ...counters]);
  const overlaps = options.overlaps.map(({ fromMs, toMs, stands }) => ({
    ...{ fromMs: fromMs - offset, toMs: toMs - offset, stands },
  }));
  const lost = losses.filter((loss) => !isConflict(loss, overlaps));
  // Gone or set back when their user came, or so in the end. Conflicts are counted as such.
  const sessionsLost = new Set(lost.flatMap(({ kind, key }) => (kind === 'session' ? [key] : [])));
  const lockViolations = ledger.locks.violations();
  const { timeline } = ledger;
  return {
    list: [
      ...figuresOfAny({ series, timeline, stoppedMs, lost, kinds: KINDS }),
      // Lost because the key was written on both sides while both took writes. Only told apart where that is asked for.
      figure('conflicts', 'Conflicts in the overlap', losses.length - lost.length, { shown: 'summary' }),
      ...ledger.locks.figures(),
      figure('sessionsLost', 'Sessions lost', sessionsLost.size, { damage: true, shown: 'headline' }),
      figure('expiryLost', 'Keys that no longer expire', registers.immortal, { damage: true }),
      ...queues.figures,
    ],
    failures: series.failures,
    sides: timeline.spans().map((span) => ({ ...span, fromMs: span.fromMs + offset, toMs: span.toMs + offset })),
    samples: {
      lost: lost.slice(0, SAMPLE_SIZE).map(({ rivals, ...loss }) => ({ ...loss, ackedMs: loss.ackedMs + offset })),
      // The longest first: two that worked at once tell more than a token that went back.
      lockViolations: lockViolations
        .toSorted((a, b) => b.forMs - a.forMs)
        .slice(0, SAMPLE_SIZE)
        .map((one) => ({ ...one, atMs: one.atMs + offset })),
    },
  };
}

function judgeRegisters(ledger: Ledger, stored: StoredKeys): { losses: LostWrite[]; immortal: number } {
  const losses: LostWrite[] = [];
  let immortal = 0;
  for (const [key, found] of stored.registers) {
    const verdict = ledger.registers.judge(key, found, ledger.mayBeUnreported);
    if (verdict.state === 'lost') losses.push(verdict.lost);
    if (verdict.state === 'immortal') immortal++;
  }
  return { losses, immortal };
}

/** A write that several readers missed, and that is missing in the end too, is lost once; each increment is its own. */
function distinct(losses: readonly LostWrite[]): LostWrite[] {
  return [...new Map(losses.map((loss) => [`${loss.key} ${loss.side} ${loss.ackedMs}`, loss])).values()];
}
