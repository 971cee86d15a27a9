import type { Answer, Book } from '../../ledger/book';
import { WriteTimeline } from '../../ledger/write-timeline';
import type { Report } from '../cache-protocol';
import { CounterLedger } from './counter-ledger';
import { LockWitness } from './lock-witness';
import { QueueLedger } from './queue-ledger';
import { RegisterLedger } from './register-ledger';

/** Everything that a cache has acknowledged to its clients. */
export class Ledger implements Book<Report> {
  readonly registers = new RegisterLedger();
  readonly queues = new QueueLedger();
  readonly counters = new CounterLedger();
  readonly locks = new LockWitness();
  readonly timeline: WriteTimeline;
  private readonly killed: string[] = [];

  /**
   * @param sideOf - the side of a `host:port`
   * @param sides - all there are
   * @param through - those of them that only lead to another
   */
  constructor(
    private readonly sideOf: (server: string) => string,
    private readonly sides: readonly string[],
    through: readonly string[] = [],
  ) {
    this.timeline = new WriteTimeline(through);
  }

  /** Clients of a cache read over the connection that they write to: its answers to writes tell of both. */
  record(report: Report): Answer | undefined {
    switch (report.type) {
      case 'write':
        this.registers.add(report, this.sideOf(report.server));
        break;
      case 'deletion':
        this.registers.deleting(report.key);
        break;
      case 'stale':
        this.registers.addStale(report, this.sideOf(report.server));
        break;
      case 'push':
      case 'pop':
        this.queues.add(report, this.sideOf(report.server));
        break;
      case 'increment':
        this.counters.add(report, this.sideOf(report.server));
        break;
      case 'hold':
        this.locks.hold(report);
        break;
      case 'release':
        this.locks.release(report);
        break;
      case 'fence':
        this.locks.fence(report);
        break;
      case 'other':
        break;
    }
    return this.time(report);
  }

  /** Each of its consumers may have taken a job off a queue unseen. */
  died(process: string, { consumer: consumers = 0 }: Readonly<Partial<Record<string, number>>>, atMs: number): void {
    this.killed.push(`${process}.`);
    this.locks.died((holder) => holder.startsWith(`${process}.`), atMs);
    for (let consumer = 0; consumer < consumers; consumer++) {
      for (const side of this.sides) this.queues.interrupted(atMs, side);
    }
  }

  /** Whether a value may be there that nobody reported. */
  readonly mayBeUnreported = (id: string): boolean => this.killed.some((process) => id.startsWith(process));

  /** Whether every process lived to report all it did. */
  get complete(): boolean {
    return this.killed.length === 0;
  }

  private time(report: Report): Answer | undefined {
    if (!('ackedMs' in report) || report.ackedMs === undefined || report.type === 'fence') return undefined;
    if (!('server' in report)) return undefined;
    const kind = 'kind' in report ? report.kind : report.type === 'hold' ? 'lock' : 'queue';
    const { sentMs, ackedMs } = report;
    const side = this.sideOf(report.server);
    this.timeline.add({ kind, side, sentMs, ackedMs });
    return { access: 'writes', side, sentMs, ackedMs };
  }
}
