import { type Figures, figuresOfAny, SAMPLE_SIZE } from '../client-figures';
import { figure } from '../figure';
import type { LatencySeries } from '../ledger/latency-series';
import type { StoredRows } from './data/stored-rows';
import { ACCOUNTS, OPENING_BALANCE } from './data/tables';
import type { LostCommit } from './ledger/lost-commit';
import type { SqlLedger } from './ledger/sql-ledger';
import { balanceFigures } from './ledger/transfer-ledger';
import type { SqlKind } from './protocol';

export interface SqlJudgementOptions {
  /** When the load was stopped, on the common monotonic clock. */
  readonly stoppedMs: number;
  /** From that clock to the epoch, which figures are in. */
  readonly epochOffsetMs: number;
}

const WRITES: readonly SqlKind[] = ['transfer', 'order'];

/** What clients of a database saw. A write is a committed transaction. */
export type SqlFigures = Figures<SqlFigureId>;
export type SqlFigureId = ReturnType<typeof judgeRows>['list'][number]['id'];

/** Compares what was committed with what stands. */
export function judgeRows(
  ledger: SqlLedger,
  series: LatencySeries,
  stored: StoredRows,
  { stoppedMs, epochOffsetMs: offset }: SqlJudgementOptions,
) {
  const transfers = ledger.transfers.judge(stored, ledger.mayBeUnreported);
  const orders = ledger.orders.judge(stored, ledger.mayBeUnreported);
  const lost = distinct([...transfers.losses, ...orders.losses, ...ledger.missed]);
  const unanswered = transfers.unanswered + orders.unanswered;
  const { timeline } = ledger;
  return {
    list: [
      ...figuresOfAny({ series, timeline, stoppedMs, lost, kinds: WRITES }),
      ...balanceFigures(stored, ACCOUNTS, OPENING_BALANCE),
      figure('unansweredCommits', 'COMMITs without an answer', unanswered, { shown: 'summary' }),
      ...transfers.figures,
      ...orders.figures,
      ...ledger.reads.figures(),
    ],
    failures: series.failures,
    sides: timeline.spans().map((span) => ({ ...span, fromMs: span.fromMs + offset, toMs: span.toMs + offset })),
    samples: {
      lost: lost.slice(0, SAMPLE_SIZE).map((one) => ({ ...one, ackedMs: one.ackedMs + offset })),
      lockViolations: [],
    },
  };
}

/** A row that a client missed, and that is missing in the end too, is lost once. */
function distinct(losses: readonly LostCommit[]): LostCommit[] {
  return [...new Map(losses.map((loss) => [`${loss.kind} ${loss.key}`, loss])).values()];
}
