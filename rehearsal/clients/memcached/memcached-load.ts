import { epochOffsetMs } from '../clock';
import { Load, type LoadOptions, sidesByAddress } from '../load';
import type { Timing } from '../protocol';
import { HitLedger } from './hit-ledger';
import { judgeHits, type MemcachedFigures } from './judgement';
import type { MemcachedProcessSettings, MemcachedReport, MemcachedRole } from './memcached-protocol';

export interface MemcachedLoadOptions extends LoadOptions<MemcachedRole> {
  /** How many pages there are. */
  readonly pages: number;
}

const TIMING: Timing = { connectTimeoutMs: 2000, commandTimeoutMs: 1000, backoffMs: [50, 1000] };

/** Clients of pages that are kept in Memcached. */
export class MemcachedLoad extends Load<MemcachedProcessSettings, MemcachedReport, HitLedger> {
  /**
   * Resolves when every client is connected.
   *
   * @throws where some are not in time; nothing is left running then
   */
  static async start(options: MemcachedLoadOptions): Promise<MemcachedLoad> {
    const load = new MemcachedLoad(options);
    await load.start(options.connectWithinMs);
    return load;
  }

  private constructor({ recordName, port, dns, sides, groups, seed, timing, pages }: MemcachedLoadOptions) {
    super(
      recordName,
      groups,
      (own) => ({
        serves: 'memcached',
        recordName,
        port,
        dns: { host: dns.host, port: dns.port },
        seed,
        pages,
        timing: { ...TIMING, ...timing },
        ...own,
      }),
      new HitLedger(sidesByAddress(sides)),
    );
  }

  /** @throws while clients still run */
  judge(): MemcachedFigures {
    return judgeHits(this.book, this.latencies, this.stoppedMs(), epochOffsetMs());
  }
}
