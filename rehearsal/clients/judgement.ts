import { KINDS, type Kind } from './cache-protocol';
import { type CacheFigures, SAMPLE_SIZE } from './figures';
import type { LatencySeries } from './ledger/latency-series';
import type { Ledger } from './ledger/ledger';
import { isConflict, type LostWrite } from './ledger/lost-write';
import type { Standing } from './standing';

export interface JudgementOptions {
  /** Who serves in the end. */
  readonly serving: string;
  /**
   * Whether writes lost to the other side's write of the same key, while both sides took writes, count apart: where
   * that is what was agreed (LIVE). Otherwise they are lost like any other.
   */
  readonly tellConflictsApart: boolean;
  /** When the load was stopped, on the common monotonic clock. */
  readonly stoppedMs: number;
  /** From that clock to the epoch, which figures are in. */
  readonly epochOffsetMs: number;
}

/** Compares what was acknowledged with what stands. */
export function judge(
  ledger: Ledger,
  series: LatencySeries,
  standing: Standing,
  options: JudgementOptions,
): CacheFigures {
  const registers = judgeRegisters(ledger, standing);
  const queues = ledger.queues.judge(standing.jobs);
  const counters = [...standing.counters].flatMap(([key, value]) =>
    ledger.counters.judge(key, value, options.serving, ledger.complete),
  );
  const losses = distinct([...ledger.registers.missedByReaders(), ...registers.losses, ...queues.losses, ...counters]);
  const overlaps = options.tellConflictsApart ? ledger.timeline.overlaps() : [];
  const lost = losses.filter((loss) => !isConflict(loss, options.serving, overlaps));
  const sessionsLost = new Set(losses.flatMap(({ kind, key }) => (kind === 'session' ? [key] : [])));
  const lockViolations = ledger.locks.violations();
  const { timeline } = ledger;
  const offset = options.epochOffsetMs;
  return {
    of: 'cache',
    operations: series.operations,
    failed: series.failed,
    failures: series.failures,
    missed: series.missed,
    writes: timeline.length,
    longestWriteGapMs: timeline.longestGapMs(options.stoppedMs),
    longestWriteGapMsByKind: byKind((kind) => timeline.longestGapMs(options.stoppedMs, kind)),
    latency: series.latency,
    lostWrites: lost.length,
    lostWritesByKind: byKind((kind) => lost.filter((loss) => loss.kind === kind).length),
    conflicts: losses.length - lost.length,
    lockViolations: lockViolations.length,
    locksAcquired: ledger.locks.acquired,
    sessionsLost: sessionsLost.size,
    expiryLost: registers.immortal,
    queue: queues.figures,
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

function judgeRegisters(ledger: Ledger, standing: Standing): { losses: LostWrite[]; immortal: number } {
  const losses: LostWrite[] = [];
  let immortal = 0;
  for (const [key, found] of standing.registers) {
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

function byKind(figure: (kind: Kind) => number): Partial<Record<Kind, number>> {
  return Object.fromEntries(KINDS.map((kind) => [kind, figure(kind)]).filter(([, value]) => value !== 0));
}
