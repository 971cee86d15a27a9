import { ClientGroup, type GroupOptions, type GroupSeen, type OwnSettings, type Tried } from './client-group';
import { epochOffsetMs, nowMs } from './clock';
import type { Book } from './ledger/book';
import { LatencySeries, type SeriesPoint } from './ledger/latency-series';
import type { WritableSpan, WriteTimeline } from './ledger/write-timeline';
import type { Credentials, ProcessSettings, Timing, Tls } from './protocol';

/** An endpoint as clients reach it. */
export interface SideAddress {
  readonly host: string;
  readonly port: number;
}

export interface LoadOptions<Role extends string> {
  /** The name that clients resolve, each time they connect. */
  readonly recordName: string;
  /** The port at every side: a record carries none. */
  readonly port: number;
  readonly dns: { readonly host: string; readonly port: number };
  /** Who stands behind an address, for the question of who acknowledged a write. */
  readonly sides: Readonly<Record<string, SideAddress>>;
  readonly groups: readonly GroupOptions<Role>[];
  readonly seed: string;
  /** @default - none */
  readonly credentials?: Credentials;
  /** @default - plain TCP */
  readonly tls?: Tls;
  /** @default - 2 s to connect, 1 s a command (3 s a transaction), pauses of 50 ms to 1 s */
  readonly timing?: Partial<Timing>;
  /** Milliseconds until every client must have connected for the first time. @default - 30 s, and 5 s for each group */
  readonly connectWithinMs?: number;
}

/** One of a load's groups, for the code that stops and starts it. */
export interface Workload {
  readonly name: string;
  readonly size: number;
  readonly fullSize: number;
  start(size?: number): void;
  stop(size?: number): Promise<void>;
}

/** A load, whatever its clients are clients of. */
export interface ClientLoad {
  /** Totals so far, for a live view. */
  readonly totals: { readonly operations: number; readonly failed: number; readonly writes: number };
  /** @throws where there is no such group */
  group(name: string): Workload;
  /** Resolves when the clients of every process that runs take their first turns, let in or not. */
  began(): Promise<void>;
  /** Lets every client finish and hang up. */
  stop(): Promise<void>;
  /** Ends every process at once; for when there is nothing to check any more. */
  kill(): Promise<void>;
  /** What clients saw, in slices of 100 ms. */
  series(): SeriesPoint[];
  /** Who was answered by which side, and when. */
  groupAccess(): GroupAccess[];
  /** What each group sees now. */
  groupsSeen(): GroupSeen[];
}

/** Which sides answered one group of clients, in the order in which they are proven to have. Milliseconds since the epoch. */
export interface GroupAccess {
  readonly group: string;
  /** What its clients tried since a moment, since the epoch. */
  tried(sinceMs: number): Tried;
  /** None where clients read over the connection that they write to. */
  readonly reads: readonly WritableSpan[];
  readonly writes: readonly WritableSpan[];
}

const CONNECT_MS = 30_000;
/** Every group is processes of its own, and forty of them start one after the other on a small machine. */
const CONNECT_MS_OF_A_GROUP = 5_000;

/** Clients in groups of processes, and the book of what was acknowledged to them. */
export abstract class Load<Settings extends ProcessSettings, Report, B extends Book<Report>> implements ClientLoad {
  protected readonly latencies = new LatencySeries();
  private readonly groups: ReadonlyMap<string, ClientGroup<Settings, Report>>;
  private stopped?: number;

  protected constructor(
    private readonly recordName: string,
    groups: readonly GroupOptions<string>[],
    settingsOf: (own: OwnSettings) => Settings,
    protected readonly book: B,
  ) {
    this.groups = new Map(
      groups.map((group) => [group.name, new ClientGroup(group, settingsOf, book, this.latencies)]),
    );
    if (this.groups.size !== groups.length) throw new Error('Two groups of clients have the same name.');
  }

  /**
   * Resolves when every client is connected.
   *
   * @throws where some are not in time; nothing is left running then
   */
  protected async start(connectWithinMs?: number): Promise<void> {
    const groups = [...this.groups.values()];
    const withinMs = connectWithinMs ?? CONNECT_MS + groups.length * CONNECT_MS_OF_A_GROUP;
    for (const group of groups) group.start();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const reason = () => Object.keys(this.latencies.failures)[0] ?? 'they reported no reason';
      const fail = () => reject(new Error(`Clients of ${this.recordName} could not connect: ${reason()}.`));
      timer = setTimeout(fail, withinMs);
    });
    try {
      await Promise.race([Promise.all(groups.map((group) => group.connected())), late]);
    } catch (error) {
      await this.kill();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  group(name: string): ClientGroup<Settings, Report> {
    const group = this.groups.get(name);
    if (!group) throw new Error(`No group of clients "${name}"; there are: ${[...this.groups.keys()].join(', ')}.`);
    return group;
  }

  get totals(): { readonly operations: number; readonly failed: number; readonly writes: number } {
    return {
      operations: this.latencies.operations,
      failed: this.latencies.failed,
      writes: this.book.timeline.length,
    };
  }

  async began(): Promise<void> {
    await Promise.all([...this.groups.values()].map((group) => group.began()));
  }

  async stop(): Promise<void> {
    this.stopped ??= nowMs();
    await Promise.all([...this.groups.values()].map((group) => group.stop()));
  }

  async kill(): Promise<void> {
    this.stopped ??= nowMs();
    await Promise.all([...this.groups.values()].map((group) => group.kill()));
  }

  series(): SeriesPoint[] {
    return this.latencies.series(epochOffsetMs());
  }

  groupAccess(): GroupAccess[] {
    const offset = epochOffsetMs();
    const spansOf = (timeline: WriteTimeline) =>
      timeline.spans().map((span) => ({ ...span, fromMs: span.fromMs + offset, toMs: span.toMs + offset }));
    return [...this.groups.values()].map((group) => ({
      group: group.name,
      tried: (sinceMs) => group.tried(sinceMs - offset),
      reads: spansOf(group.answered.reads),
      writes: spansOf(group.answered.writes),
    }));
  }

  groupsSeen(): GroupSeen[] {
    return [...this.groups.values()].map((group) => group.seen());
  }

  /**
   * When it was stopped, on the common monotonic clock.
   *
   * @throws while clients still run: what they write meanwhile could not be told from what is wrong
   */
  protected stoppedMs(): number {
    const running = [...this.groups.values()].filter(({ size }) => size > 0);
    if (this.stopped === undefined || running.length > 0) {
      throw new Error(
        `Stop the load before it is checked; running: ${running.map(({ name }) => name).join(', ') || 'none, but never stopped'}.`,
      );
    }
    return this.stopped;
  }
}

/** Names of sides by `host:port`; an address that is none of them stands for itself. */
export function sidesByAddress(sides: Readonly<Record<string, SideAddress>>): (server: string) => string {
  const names = new Map(Object.entries(sides).map(([name, { host, port }]) => [`${host}:${port}`, name]));
  return (server) => names.get(server) ?? server;
}
