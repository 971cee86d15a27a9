import { ClientProcess } from './client-process';
import { nowMs } from './clock';
import type { Access, Book } from './ledger/book';
import { LatencySeries, type SeriesPoint } from './ledger/latency-series';
import { WriteTimeline } from './ledger/write-timeline';
import type { ProcessSettings } from './protocol';

/** @typeParam Role - what clients of this kind do */
export interface GroupOptions<Role extends string> {
  /** As the server's list of clients shows it, e.g. `web`. */
  readonly name: string;
  /** Hosts, each a process. @default 1 */
  readonly processes?: number;
  /** The hosts' own addresses, in turn. @default - 127.0.0.1 */
  readonly localAddresses?: readonly string[];
  /** Clients of each process by what they do. */
  readonly clients: Readonly<Partial<Record<Role, number>>>;
  /** Of the whole group; a turn is one to three commands, or a transaction. */
  readonly turnsPerSecond: number;
}

/** What a group of clients sees now. */
export interface GroupSeen extends Omit<SeriesPoint, 'atMs'> {
  readonly group: string;
  /** Of its processes. */
  readonly running: number;
  readonly of: number;
  /** Which side answered last. */
  readonly answeredBy: Readonly<Partial<Record<Access, string>>>;
}

/** Operations that were answered, and those that failed. */
export type Tried = Pick<SeriesPoint, 'operations' | 'failed'>;

const SEEN_FOR_MS = 1_000;

/** What a process has of its own; the rest is the same for all of a load. */
export type OwnSettings = Pick<
  ProcessSettings,
  'process' | 'clientName' | 'clients' | 'turnsPerSecond' | 'localAddress'
>;

/** A workload: processes of one kind that are stopped and started together. */
export class ClientGroup<Settings extends ProcessSettings, Report> {
  /** What it was answered, to reads and to writes. */
  readonly answered = { reads: new WriteTimeline(), writes: new WriteTimeline() } as const;
  private readonly running = new Map<number, ClientProcess<Settings, Report>>();
  private readonly own = new LatencySeries();
  private readonly lastAnswers: Partial<Record<Access, string>> = {};
  private starts = 0;

  constructor(
    private readonly options: GroupOptions<string>,
    private readonly settingsOf: (own: OwnSettings) => Settings,
    private readonly book: Book<Report>,
    private readonly series: LatencySeries,
  ) {}

  get name(): string {
    return this.options.name;
  }

  /** How many processes run now. */
  get size(): number {
    return this.running.size;
  }

  /** How many run when nobody has stopped any. */
  get fullSize(): number {
    return this.options.processes ?? 1;
  }

  /** What it saw in the last second. */
  seen(): GroupSeen {
    const counted = this.own.before(nowMs(), SEEN_FOR_MS);
    return { group: this.name, running: this.size, of: this.fullSize, ...counted, answeredBy: this.lastAnswers };
  }

  /** What it tried since a moment of the common monotonic clock. */
  tried(sinceMs: number): Tried {
    const now = nowMs();
    return this.own.before(now, now - sinceMs);
  }

  /** Source addresses of its processes. */
  get addresses(): readonly string[] {
    return Array.from({ length: this.fullSize }, (_, index) => this.addressOf(index) ?? '127.0.0.1');
  }

  /** Starts what does not run, up to `size` processes. They connect by themselves, as soon as they are let in. */
  start(size = this.fullSize): void {
    for (let index = 0; index < size; index++) {
      if (!this.running.has(index)) this.startOne(index);
    }
  }

  /** Resolves when the clients of those that run take their first turns, let in or not. */
  async began(): Promise<void> {
    await Promise.all([...this.running.values()].map((process) => process.began));
  }

  /** Resolves when every client of those that run has been connected once. */
  async connected(): Promise<void> {
    await Promise.all([...this.running.values()].map((process) => process.connected));
  }

  /** Stops the last ones, until `size` are left, each at the end of its turn. */
  async stop(size = 0): Promise<void> {
    await this.end(size, (process) => process.stop());
  }

  /** Kills the last ones, until `size` are left, in the middle of whatever they do. */
  async kill(size = 0): Promise<void> {
    await this.end(size, (process) => process.kill());
  }

  private async end(size: number, how: (process: ClientProcess<Settings, Report>) => Promise<void>): Promise<void> {
    const surplus = [...this.running].sort(([a], [b]) => b - a).slice(0, Math.max(0, this.running.size - size));
    await Promise.all(surplus.map(([, process]) => how(process)));
  }

  private startOne(index: number): void {
    const localAddress = this.addressOf(index);
    const settings = this.settingsOf({
      process: `${this.options.name}-${index}.${++this.starts}`,
      // CLIENT SETNAME takes no blanks.
      clientName: `${this.options.name}-${index}`.replace(/[^!-~]/g, '-'),
      clients: this.options.clients,
      turnsPerSecond: this.options.turnsPerSecond / this.fullSize,
      ...(localAddress !== undefined && { localAddress }),
    });
    const process = new ClientProcess<Settings, Report>(settings);
    this.running.set(index, process);
    process.on('reports', (reports, slices) => {
      for (const report of reports) {
        const answer = this.book.record(report);
        if (answer === undefined) continue;
        this.answered[answer.access].add({ kind: answer.access, ...answer });
        this.lastAnswers[answer.access] = answer.side;
      }
      for (const slice of slices) {
        this.series.add(slice);
        this.own.add(slice);
      }
    });
    process.once('ended', (reported) => {
      this.running.delete(index);
      if (!reported) this.book.died(settings.process, this.options.clients, nowMs());
    });
  }

  private addressOf(index: number): string | undefined {
    const { localAddresses } = this.options;
    return localAddresses?.[index % localAddresses.length];
  }
}
