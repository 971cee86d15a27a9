import { epochOffsetMs } from '../clock';
import { Load, type LoadOptions, type SideAddress, sidesByAddress } from '../load';
import type { Timing } from '../protocol';
import type { CacheProcessSettings, Kind, Report, Role } from './cache-protocol';
import { type CacheAddress, openCache } from './data/cache-address';
import { type CacheFigures, judge } from './judgement';
import { Ledger } from './ledger/ledger';
import type { Overlap } from './ledger/lost-write';
import { readStoredKeys } from './stored-keys';

export interface CacheLoadOptions extends LoadOptions<Role> {
  /** One logical database a kind, as applications share a cache. @default - session 0, cache 1, lock 2, queue 3, counter 4, profile 5 */
  readonly databases?: Readonly<Record<Kind, number>>;
  /** Leads to one side or the other. @default - there is none */
  readonly relay?: SideAddress;
}

const DATABASES: Readonly<Record<Kind, number>> = {
  session: 0,
  cache: 1,
  lock: 2,
  queue: 3,
  counter: 4,
  profile: 5,
};
const TIMING: Timing = { connectTimeoutMs: 2000, commandTimeoutMs: 1000, backoffMs: [50, 1000] };

export interface CacheCheckOptions {
  /** Name of the side that serves now. */
  readonly serving: string;
  /** Where to read it: the server itself, past any firewall. */
  readonly server: CacheAddress;
  /**
   * For LIVE: in which times, of the epoch, a write that is lost to the other side's write of the same key is a conflict.
   *
   * @default - in none
   */
  readonly overlaps?: readonly Overlap[];
}

/** Clients of a cache. */
export class CacheLoad extends Load<CacheProcessSettings, Report, Ledger> {
  /**
   * Resolves when every client is connected.
   *
   * @throws where some are not in time; nothing is left running then
   */
  static async start(options: CacheLoadOptions): Promise<CacheLoad> {
    const load = new CacheLoad(options, options.databases ?? DATABASES);
    await load.start(options.connectWithinMs);
    return load;
  }

  private constructor(
    { recordName, port, dns, sides, relay, groups, seed, credentials, tls, timing }: CacheLoadOptions,
    private readonly databases: Readonly<Record<Kind, number>>,
  ) {
    super(
      recordName,
      groups,
      (own) => ({
        serves: 'cache',
        recordName,
        port,
        dns: { host: dns.host, port: dns.port },
        seed,
        ...(credentials && { credentials }),
        ...(tls && { tls }),
        databases,
        timing: { ...TIMING, ...timing },
        ...own,
      }),
      relay === undefined
        ? new Ledger(sidesByAddress(sides), Object.keys(sides))
        : new Ledger(sidesByAddress({ ...sides, relay }), [...Object.keys(sides), 'relay'], ['relay']),
    );
  }

  /**
   * Compares what was acknowledged with what stands on the side that serves.
   *
   * @throws while clients still run
   */
  async check({ serving, server, overlaps = [] }: CacheCheckOptions): Promise<CacheFigures> {
    const stoppedMs = this.stoppedMs();
    const redis = await openCache(server);
    try {
      const stored = await readStoredKeys(redis, this.book, this.databases);
      return judge(this.book, this.latencies, stored, {
        serving,
        overlaps,
        stoppedMs,
        epochOffsetMs: epochOffsetMs(),
      });
    } finally {
      redis.disconnect();
    }
  }
}
