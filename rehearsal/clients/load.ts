import { ClientGroup, type GroupOptions } from './client-group';
import { epochOffsetMs, nowMs } from './clock';
import { type CacheAddress, openCache } from './data/cache-address';
import type { Figures } from './figures';
import { judge } from './judgement';
import { LatencySeries, type SeriesPoint } from './ledger/latency-series';
import { Ledger } from './ledger/ledger';
import type { Credentials, Kind, Timing, Tls } from './protocol';
import { readStanding } from './standing';

/** An endpoint as clients reach it. */
export interface SideAddress {
  readonly host: string;
  readonly port: number;
}

export interface LoadOptions {
  /** The name that clients resolve, each time they connect. */
  readonly recordName: string;
  /** The port at every side: a record carries none. */
  readonly port: number;
  readonly dns: { readonly host: string; readonly port: number };
  /** Who stands behind an address, for the question of who acknowledged a write. */
  readonly sides: Readonly<Record<string, SideAddress>>;
  readonly groups: readonly GroupOptions[];
  readonly seed: string;
  /** @default - none */
  readonly credentials?: Credentials;
  /** @default - plain TCP */
  readonly tls?: Tls;
  /** One logical database a kind, as applications share a cache. @default - session 0, cache 1, lock 2, queue 3, counter 4, profile 5 */
  readonly databases?: Readonly<Record<Kind, number>>;
  /** @default - 2 s to connect, 1 s a command, pauses of 50 ms to 1 s */
  readonly timing?: Partial<Timing>;
  /** Milliseconds until every client must have connected for the first time. @default 30000 */
  readonly connectWithinMs?: number;
}

export const DATABASES: Readonly<Record<Kind, number>> = {
  session: 0,
  cache: 1,
  lock: 2,
  queue: 3,
  counter: 4,
  profile: 5,
};
const TIMING: Timing = { connectTimeoutMs: 2000, commandTimeoutMs: 1000, backoffMs: [50, 1000] };

export interface CheckOptions {
  /** Name of the side that serves now. */
  readonly serving: string;
  /** Where to read it: the server itself, past any relay. */
  readonly server: CacheAddress;
  /** For LIVE: losses to the other side's write of the same key while both took writes are conflicts. @default false */
  readonly tellConflictsApart?: boolean;
}

/** Users of a cache, in groups of processes, and the ledger of what was acknowledged to them. */
export class Load {
  private readonly ledger: Ledger;
  private readonly latencies = new LatencySeries();
  private readonly groups: ReadonlyMap<string, ClientGroup>;
  private readonly databases: Readonly<Record<Kind, number>>;
  private stoppedMs?: number;

  private constructor(options: LoadOptions) {
    this.databases = options.databases ?? DATABASES;
    const names = new Map(Object.entries(options.sides).map(([name, { host, port }]) => [`${host}:${port}`, name]));
    this.ledger = new Ledger((server) => names.get(server) ?? server);
    const { recordName, port, credentials, tls, seed } = options;
    const dns = { host: options.dns.host, port: options.dns.port };
    const surroundings = {
      ...{ recordName, port, dns, seed },
      ...(credentials && { credentials }),
      ...(tls && { tls }),
      databases: this.databases,
      timing: { ...TIMING, ...options.timing },
    };
    this.groups = new Map(
      options.groups.map((group) => [
        group.name,
        new ClientGroup(group, surroundings, this.ledger, this.latencies, [...names.values()]),
      ]),
    );
    if (this.groups.size !== options.groups.length) throw new Error('Two groups of clients have the same name.');
  }

  /**
   * Resolves when every client is connected.
   *
   * @throws where some are not in time; nothing is left running then
   */
  static async start(options: LoadOptions): Promise<Load> {
    const load = new Load(options);
    const groups = [...load.groups.values()];
    for (const group of groups) group.start();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const reason = () => Object.keys(load.latencies.failures)[0] ?? 'they reported no reason';
      const fail = () => reject(new Error(`Clients of ${options.recordName} could not connect: ${reason()}.`));
      timer = setTimeout(fail, options.connectWithinMs ?? 30_000);
    });
    try {
      await Promise.race([Promise.all(groups.map((group) => group.connected())), late]);
      return load;
    } catch (error) {
      await load.kill();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws where there is no such group */
  group(name: string): ClientGroup {
    const group = this.groups.get(name);
    if (!group) throw new Error(`No group of clients "${name}"; there are: ${[...this.groups.keys()].join(', ')}.`);
    return group;
  }

  /** Totals so far, for a live view. */
  get totals(): { readonly operations: number; readonly failed: number; readonly writes: number } {
    return {
      operations: this.latencies.operations,
      failed: this.latencies.failed,
      writes: this.ledger.timeline.length,
    };
  }

  /** Lets every client finish and hang up. */
  async stop(): Promise<void> {
    this.stoppedMs ??= nowMs();
    await Promise.all([...this.groups.values()].map((group) => group.stop()));
  }

  /** Ends every process at once; for when there is nothing to check any more. */
  async kill(): Promise<void> {
    this.stoppedMs ??= nowMs();
    await Promise.all([...this.groups.values()].map((group) => group.kill()));
  }

  /** What clients saw, in slices of 100 ms. */
  series(): SeriesPoint[] {
    return this.latencies.series(epochOffsetMs());
  }

  /**
   * Compares what was acknowledged with what stands on the side that serves.
   *
   * @throws while clients still run: what they write meanwhile could not be told from what is wrong
   */
  async check({ serving, server, tellConflictsApart = false }: CheckOptions): Promise<Figures> {
    const running = [...this.groups.values()].filter(({ size }) => size > 0);
    if (this.stoppedMs === undefined || running.length > 0) {
      throw new Error(
        `Stop the load before it is checked; running: ${running.map(({ name }) => name).join(', ') || 'none, but never stopped'}.`,
      );
    }
    const redis = await openCache(server);
    try {
      const standing = await readStanding(redis, this.ledger, this.databases);
      return judge(this.ledger, this.latencies, standing, {
        serving,
        tellConflictsApart,
        stoppedMs: this.stoppedMs,
        epochOffsetMs: epochOffsetMs(),
      });
    } finally {
      redis.disconnect();
    }
  }
}
