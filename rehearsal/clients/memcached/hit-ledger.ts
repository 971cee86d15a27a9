import { figure } from '../figure';
import type { Answer, Book } from '../ledger/book';
import { WriteTimeline } from '../ledger/write-timeline';
import type { MemcachedReport } from './memcached-protocol';

/** Enough that chance does not decide, and few enough to show how a side fills itself. */
const READS = 500;

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

  figures() {
    const first = this.hitPercent('green', 'first', READS);
    const last = this.hitPercent('green', 'last', READS);
    return [
      figure('hitPercentBlue', 'Hit rate on blue, %', this.hitPercent('blue', 'all'), { shown: 'summary' }),
      figure('hitPercentGreenFirst', `Hit rate on green, first ${READS} reads, %`, first, { shown: 'summary' }),
      figure('hitPercentGreenLast', `Hit rate on green, last ${READS} reads, %`, last, { shown: 'summary' }),
    ];
  }

  /** In percent of the first or last so many reads that a side answered; undefined where it answered none. */
  private hitPercent(
    side: string,
    which: 'all' | 'first' | 'last',
    most = Number.POSITIVE_INFINITY,
  ): number | undefined {
    const reads = this.reads.filter((read) => read.side === side).sort((a, b) => a.ackedMs - b.ackedMs);
    const counted = which === 'last' ? reads.slice(-most) : reads.slice(0, most);
    if (counted.length === 0) return undefined;
    return Math.round((100 * counted.filter(({ hit }) => hit).length) / counted.length);
  }
}
