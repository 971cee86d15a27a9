import type { Answer, Book } from '../../ledger/book';
import { WriteTimeline } from '../../ledger/write-timeline';
import type { SqlReport } from '../protocol';
import type { LostCommit } from './lost-commit';
import { OrderLedger } from './order-ledger';
import { ReadLedger } from './read-ledger';
import { TransferLedger } from './transfer-ledger';

/** Everything that a database has acknowledged to its clients. */
export class SqlLedger implements Book<SqlReport> {
  readonly transfers = new TransferLedger();
  readonly orders = new OrderLedger();
  readonly reads = new ReadLedger();
  readonly timeline = new WriteTimeline();
  readonly missed: LostCommit[] = [];
  private readonly killed: string[] = [];

  /** @param sideOf - the side of a server's identity, or of a `host:port` */
  constructor(private readonly sideOf: (server: string) => string) {}

  record(report: SqlReport): Answer | undefined {
    const side = this.sideOf(report.server);
    switch (report.type) {
      case 'transfer':
        this.transfers.add(report, side);
        break;
      case 'order':
        this.orders.add(report, side);
        break;
      case 'read':
        this.reads.add(report, side);
        return report.answered ? { access: 'reads', side, sentMs: report.atMs, ackedMs: report.atMs } : undefined;
      case 'missed': {
        const { kind, key, what, sentMs } = report;
        this.missed.push({ kind, key, what, side, ackedMs: sentMs });
        return undefined;
      }
    }
    const { type: kind, sentMs, ackedMs } = report;
    if (ackedMs === undefined) return undefined;
    this.timeline.add({ kind, side, sentMs, ackedMs });
    return { access: 'writes', side, sentMs, ackedMs };
  }

  died(process: string): void {
    this.killed.push(`${process}.`);
  }

  /** Whether a value may be there that nobody reported: ids begin with their process. */
  readonly mayBeUnreported = (id: string): boolean => this.killed.some((process) => id.startsWith(process));
}
