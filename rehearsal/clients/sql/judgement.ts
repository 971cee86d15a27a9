import { type Figures, figuresOfAny, SAMPLE_SIZE } from '../client-figures';
import { figure } from '../figure';
import type { LatencySeries } from '../ledger/latency-series';
import type { StoredRows } from './data/stored-rows';
import { ACCOUNTS, OPENING_BALANCE } from './data/tables';
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
  const { figures: transfers, losses: lostTransfers } = ledger.transfers.judge(stored, ledger.mayBeUnreported);
  const { figures: orders, losses: lostOrders } = ledger.orders.judge(stored, ledger.mayBeUnreported);
  const lost = distinct([...lostTransfers, ...lostOrders, ...ledger.missed]);
  const balances = judgeBalances(stored, ACCOUNTS, OPENING_BALANCE);
  // By side; `host:port` where an address belongs to none.
  const reads = Object.entries(ledger.reads.figures());
  const failedReads = reads.reduce((sum, [, { failed }]) => sum + failed, 0);
  const unanswered = transfers.unanswered + orders.unanswered;
  const { timeline } = ledger;
  return {
    list: [
      ...figuresOfAny({ series, timeline, stoppedMs, lost, kinds: WRITES }),
      figure('balanceDrift', 'Balances off by', balances.drift, {
        unit: 'difference',
        damage: true,
        shown: 'headline',
      }),
      figure('wrongBalances', 'Accounts off', balances.wrong, { damage: true, shown: 'summary' }),
      figure('unansweredCommits', 'COMMITs without an answer', unanswered, { shown: 'summary' }),
      figure('failedReads', 'Failed reads', failedReads, { shown: 'summary' }),
      figure('transfersCommitted', 'Transfers committed', transfers.committed),
      figure('transfersInDoubt', 'Transfers in doubt', transfers.unanswered),
      figure('transfersInDoubtStored', 'Transfers in doubt that are stored', transfers.unansweredStored),
      figure('transfersUnexplained', 'Unexplained transfers', transfers.unexplained, { damage: true }),
      figure('ordersPlaced', 'Orders placed', orders.placed),
      figure('ordersDoubled', 'Orders under one key', orders.doubled, { damage: true }),
      figure('ordersUnexplained', 'Unexplained orders', orders.unexplained, { damage: true }),
      ...reads.flatMap(([side, { answered, failed }]) => [
        figure(`readsAnswered.${side}`, `Reads answered by ${side}`, answered),
        figure(`readsFailed.${side}`, `Reads failed on ${side}`, failed),
      ]),
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
