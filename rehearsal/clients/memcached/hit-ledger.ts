import type { Answer, Book } from '../ledger/book';
import { WriteTimeline } from '../ledger/write-timeline';
import type { MemcachedReport } from './memcached-protocol';

interface Read {
  readonly side: string;
  readonly hit: boolean;
  readonly ackedMs: number;
}

/** What clients read and wrote. No write is promised to stand: a cache may drop any. */
export class HitLedger implements Book<MemcachedReport> {
  readonly timeline = new WriteTimeline();
  private readonly reads: Read[] = [];

  /** @param sideOf - the side of a `host:port` */
  constructor(private readonly sideOf: (server: string) => string) {}

  record({ type, hit = false, sentMs, ackedMs, server }: MemcachedReport): Answer {
    const side = this.sideOf(server);
    if (type === 'read') {
      this.reads.push({ side, hit, ackedMs });
      return { access: 'reads', side, sentMs, ackedMs };
    }
    this.timeline.add({ kind: 'page', side, sentMs, ackedMs });
    return { access: 'writes', side, sentMs, ackedMs };
  }

  died(): void {}

  /** In percent of the first or last so many reads that a side answered; undefined where it answered none. */
  hitPercent(side: string, which: 'all' | 'first' | 'last', most = Number.POSITIVE_INFINITY): number | undefined {
    const reads = this.reads.filter((read) => read.side === side).sort((a, b) => a.ackedMs - b.ackedMs);
    const counted = which === 'last' ? reads.slice(-most) : reads.slice(0, most);
    if (counted.length === 0) return undefined;
    return Math.round((100 * counted.filter(({ hit }) => hit).length) / counted.length);
  }
}
