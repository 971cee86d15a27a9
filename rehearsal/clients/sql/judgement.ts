import { SAMPLE_SIZE } from '../figures';
import type { LatencySeries } from '../ledger/latency-series';
import type { StandingRows } from './data/standing-rows';
import { ACCOUNTS, OPENING_BALANCE } from './data/tables';
import type { SqlFigures } from './figures';
import type { LostCommit } from './ledger/lost-commit';
import type { SqlLedger } from './ledger/sql-ledger';
import { judgeBalances } from './ledger/transfer-ledger';
import type { SqlKind } from './protocol';

export interface SqlJudgementOptions {
  /** When the load was stopped, on the common monotonic clock. */
  readonly stoppedMs: number;
  /** From that clock to the epoch, which figures are in. */
  readonly epochOffsetMs: number;
}

const WRITES: readonly SqlKind[] = ['transfer', 'order'];

/** Compares what was committed with what stands. */
export function judgeRows(
  ledger: SqlLedger,
  series: LatencySeries,
  standing: StandingRows,
  { stoppedMs, epochOffsetMs: offset }: SqlJudgementOptions,
): SqlFigures {
  const transfers = ledger.transfers.judge(standing, ledger.mayBeUnreported);
  const orders = ledger.orders.judge(standing, ledger.mayBeUnreported);
  const lost = distinct([...transfers.losses, ...orders.losses, ...ledger.missed]);
  const { timeline } = ledger;
  return {
    of: 'database',
    operations: series.operations,
    failed: series.failed,
    failures: series.failures,
    missed: series.missed,
    writes: timeline.length,
    longestWriteGapMs: timeline.longestGapMs(stoppedMs),
    longestWriteGapMsByKind: byKind((kind) => timeline.longestGapMs(stoppedMs, kind)),
    latency: series.latency,
    lostWrites: lost.length,
    lostWritesByKind: byKind((kind) => lost.filter((loss) => loss.kind === kind).length),
    sides: timeline.spans().map((span) => ({ ...span, fromMs: span.fromMs + offset, toMs: span.toMs + offset })),
    transfers: transfers.figures,
    balances: judgeBalances(standing, ACCOUNTS, OPENING_BALANCE),
    orders: orders.figures,
    reads: ledger.reads.figures(),
    samples: { lost: lost.slice(0, SAMPLE_SIZE).map((one) => ({ ...one, ackedMs: one.ackedMs + offset })) },
  };
}

/** A row that a client missed, and that is missing in the end too, is lost once. */
function distinct(losses: readonly LostCommit[]): LostCommit[] {
  return [...new Map(losses.map((loss) => [`${loss.kind} ${loss.key}`, loss])).values()];
}

function byKind(figure: (kind: SqlKind) => number): Partial<Record<SqlKind, number>> {
  return Object.fromEntries(WRITES.map((kind) => [kind, figure(kind)]).filter(([, value]) => value !== 0));
}
