import type { ReplicationStatus } from '../../../contract/cache';
import type { Direction, Side } from '../../../contract/common';
import { AgentError } from '../../errors';
import type { Log } from '../../log';
import { address, type ResolvedEndpoint } from '../endpoint';
import { explainRedis } from '../explain';
import { nameOf } from '../key';
import type { BaselineOwner } from './baseline/baseline';
import { monotonicNow, sleep } from './clock';
import { hearFromNow, pause, resume } from './halted-copy';
import { CutOffs } from './health/cut-offs';
import { Forecast } from './health/forecast';
import type { Pace } from './health/pace';
import { openSession } from './open-session';
import { FULL, type Search } from './search/search';
import type { Session } from './session';
import { Conflicts } from './target-writes/conflicts';
import { TargetWrites } from './target-writes/target-writes';
import { TargetWritesJournal } from './target-writes/target-writes-journal';
import { SilentWrites } from './unannounced/silent-writes';
import { UnverifiedKeys } from './unverified-keys';

const MAX_RETRY_MS = 5000;
/** A failover takes a minute or two, DNS included; a server that is away for longer needs a person. */
const GIVE_UP_AFTER_MS = 10 * 60 * 1000;
const WAIT_FOR_SESSION_MS = 10;

const TRANSIENT: ReadonlySet<string> = new Set([
  ...['Agent.Unreachable', 'Agent.TargetReadOnly', 'Agent.SourceDemoted', 'Agent.EventsCutOff'],
]);

/** What a replication knows of its migration. */
export interface ReplicatedCaches {
  readonly migrationName: string;
  readonly endpoints: Readonly<Record<Side, ResolvedEndpoint>>;
  /** Directory (it exists) that outlives the process: which direction was being replicated. */
  readonly stateDirectory: string;
  /** Neither credentials nor keys nor values may be passed. */
  readonly logger: Pick<Log, 'info' | 'warn'>;
}

export interface ReplicationOptions extends Direction {
  readonly targetIsOurs: boolean;
  /** LIVE: clients may write to the target meanwhile. */
  readonly overlap: boolean;
  /** What the first session brings over; `none` where both sides are known to be equal. */
  readonly initial: Search | 'none';
  /** Goes on with what an earlier process of this agent did. */
  readonly resumed?: boolean;
  /** Another one writes to the target until this one listens, and nobody else does. */
  readonly takesOver?: boolean;
  /** LIVE: it is not known what clients have written on the target, so that whatever differs there stands, and counts. */
  readonly unlikeStands?: boolean;
  /** Of the overlap that it goes on with. @default - one begins */
  readonly conflicts?: Conflicts;
}

/** One direction being replicated, across lost connections, until it is stopped or fails for good. */
export class Replication {
  readonly direction: Direction;
  /** What the verification inside a freeze has to look at. */
  readonly unverified = new UnverifiedKeys();
  /** LIVE: what clients have written on the target. */
  readonly targetWrites: TargetWrites | undefined;
  readonly conflicts: Conflicts;
  private readonly journal: TargetWritesJournal;
  private deafSince: number | 'ever' | undefined;
  keysApplied = 0;
  bytesApplied = 0;
  keysScanned = 0;
  /** Keys that the last complete scan of the source came across. */
  keysFound = 0;
  /** Calls of commands that the source announces to nobody, by command. */
  readonly silentWrites = new SilentWrites();
  /** What `silentWrites` was when the last comparison ended. */
  comparedSilent: Readonly<Record<string, number>> = {};
  private readonly forecast = new Forecast();
  private session: Session | undefined;
  private following: Promise<void> = Promise.resolve();
  private failure: AgentError | undefined;
  private stopped = false;
  private lostAt: number | undefined;
  private lostBy: AgentError | undefined;
  private readonly cutOffs = new CutOffs();
  private caughtUpOnce = false;
  private resyncs = 0;
  private readonly companions = new Map<string, Promise<void>>();
  private readonly ending = new AbortController();
  private halted = false;

  constructor(
    private readonly context: ReplicatedCaches,
    private readonly options: ReplicationOptions,
  ) {
    this.direction = { from: options.from, to: options.to };
    this.journal = new TargetWritesJournal(context.stateDirectory, context.migrationName);
    this.conflicts = options.conflicts ?? new Conflicts();
    const added = (database: number, key: Buffer) => {
      this.journal.add({ database, key });
      this.session?.baseline?.mark(database, key);
    };
    this.targetWrites = options.overlap
      ? new TargetWrites(added, options.takesOver !== true, this.conflicts)
      : undefined;
  }

  /** Connects and hears of changes from now on. Rejects, having changed nothing, where it cannot begin. */
  async open(): Promise<void> {
    if (this.options.resumed) await this.recollect();
    this.session = await this.connect(this.options.targetIsOurs);
  }

  /** Where it takes over: what was written to the target until now is nobody's, and what clients write from now on stays. */
  async listen(): Promise<void> {
    await this.session?.hearTarget();
    this.targetWrites?.listen();
  }

  /**
   * What changed on the source before the call is on the target, brought by another replication that writes nothing any more,
   * and both sides were found equal. Rejects where it has lost its servers.
   */
  async hearFromNow(): Promise<void> {
    if (this.session === undefined) throw this.trouble ?? new AgentError('Agent.Failed', 'It hears of no change yet.');
    await hearFromNow(this.session.parts);
    this.unverified.beginEqual();
    this.caughtUpOnce = true;
  }

  /**
   * The other one reads the same data, or has brought it and nobody else wrote there: its streams are known without a search
   * through every key. To be called before `begin`.
   */
  learnStreams(other: Replication): void {
    const known = other.session?.parts.streams;
    if (known !== undefined && other.targetWrites === undefined) this.session?.parts.streams.learnFrom(known);
  }

  /**
   * Writes nothing to the target from when it resolves until `goOn`, though it hears of changes. Rejects where it has lost
   * its servers: it comes back to them only after `goOn`.
   */
  async halt(): Promise<void> {
    this.halted = true;
    if (this.session === undefined) throw this.trouble ?? new AgentError('Agent.Failed', 'Nothing is replicated.');
    await pause(this.session.parts);
  }

  /** Ends a halt. */
  goOn(): void {
    this.halted = false;
    if (this.session !== undefined) resume(this.session.parts);
  }

  /** Begins to bring over what was heard of, in the background. */
  begin(): void {
    if (this.session !== undefined) this.following = this.follow(this.session);
  }

  status(): ReplicationStatus {
    const { session } = this;
    const { trouble } = this;
    return {
      ...this.direction,
      state: this.state(),
      method: session?.method ?? 'events',
      lagMs: Math.round(session?.lagMs() ?? this.awayMs),
      dirtyKeys: session?.dirtyKeys ?? 0,
      keysApplied: this.keysApplied,
      conflicts: this.conflicts.count,
      resyncs: this.resyncs,
      silentWrites: this.silentWrites.calls(),
      drainSeconds: seconds(this.drainMs()),
      deltaSeconds: seconds(this.deltaMs()),
      ...(trouble === undefined ? {} : { error: trouble.message }),
    };
  }

  /** How fast this pair of servers copies and compares. */
  get pace(): Pace {
    return this.forecast.pace;
  }

  /** Whether it has to have the servers' time to itself. */
  get behind(): boolean {
    return this.session?.behind ?? true;
  }

  /** Why it failed, or what keeps it from its servers now. */
  get trouble(): AgentError | undefined {
    return this.failure ?? (this.session === undefined ? this.lostBy : undefined);
  }

  /** For how long it has had no connection to both servers, in milliseconds. */
  get awayMs(): number {
    return this.lostAt === undefined ? 0 : monotonicNow() - this.lostAt;
  }

  /**
   * Resolves once everything that was on the source at the time of the call is on the target.
   *
   * @param patienceMs - rejects with the reason where it has had no connection to both servers for longer
   */
  async catchUp(signal: AbortSignal, patienceMs = Number.POSITIVE_INFINITY): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      if (this.failure !== undefined) throw this.failure;
      if (this.trouble !== undefined && this.awayMs > patienceMs) throw this.trouble;
      if (this.stopped)
        throw new AgentError('Agent.Failed', 'Replication was stopped; start it again with redis.replicate.');
      const { session } = this;
      if (session !== undefined && (await this.caughtUpBy(session, signal))) {
        this.caughtUpOnce = true;
        return;
      }
      await sleep(WAIT_FOR_SESSION_MS);
    }
  }

  /** Has keys brought over as if they had just changed on the source. */
  bring(keys: Iterable<{ readonly database: number; readonly key: Buffer }>): void {
    const named = [...keys].map(({ database, key }) => ({ database, key: nameOf(key) }));
    for (const { database, key } of named) this.unverified.mark(database, key);
    this.session?.mark(named);
  }

  /** How long drain and the comparison after it would take now, in milliseconds. */
  msToSwitch(): number {
    return this.drainMs() + this.deltaMs();
  }

  /** Has everything looked for on both sides: what changed is not known any more. */
  search(): void {
    this.unverified.lose();
    this.session?.parts.resynchronisation.request(FULL, monotonicNow());
  }

  isAccompaniedBy(name: string): boolean {
    return this.companions.has(name);
  }

  /** Runs `work` beside the replication until it resolves, or until `signal` tells it that replication is stopped. */
  accompany(name: string, work: (signal: AbortSignal) => Promise<void>): void {
    const running = work(this.ending.signal)
      .catch((error: unknown) => {
        this.context.logger.warn(`The ${name} beside the replication ended.`, {
          reason: this.explained(error).message,
        });
      })
      .finally(() => this.companions.delete(name));
    this.companions.set(name, running);
  }

  /** Resolves once nothing of it is in flight. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.ending.abort();
    await this.session?.halt();
    await Promise.all([this.following, ...this.companions.values()]);
  }

  private drainMs(): number {
    return this.forecast.drainMs(this.session, this.keysThere());
  }

  private deltaMs(): number {
    return this.forecast.deltaMs(this.session, this.unverified, this.keysThere());
  }

  private keysThere(): number {
    return this.session?.sourceKeys ?? this.keysFound;
  }

  private state(): ReplicationStatus['state'] {
    if (this.failure !== undefined) return 'failed';
    if (this.stopped) return 'stopped';
    if (!this.caughtUpOnce) return 'copying';
    return this.session === undefined || this.session.resyncing ? 'resyncing' : 'tailing';
  }

  private connect(targetIsOurs: boolean): Promise<Session> {
    const { from, to } = this.direction;
    return openSession({
      from: this.context.endpoints[from],
      to: this.context.endpoints[to],
      targetIsOurs,
      targetWrites: this.targetWrites,
      baselineOwner: this.baselineOwner(),
      takesOver: this.options.takesOver === true,
      unlikeStands: this.options.unlikeStands === true && this.lostAt === undefined,
      ...(this.deafSince === undefined ? {} : { deafSince: this.deafSince }),
      onHeard: () => this.heard(),
      onApplied: (keys) => {
        this.keysApplied += keys.length;
        for (const { bytes } of keys) this.bytesApplied += bytes;
      },
      onChanged: (database, key) => this.unverified.mark(database, key),
      onMissed: () => this.unverified.lose(),
      bigKeyTimes: this.forecast.bigKeys,
      onScanned: (keys) => {
        this.keysScanned += keys;
      },
      onSilent: (calls) => {
        this.silentWrites.add(calls);
        this.forecast.silent();
      },
      onSought: (search) => this.forecast.seeks(search),
      onFollowed: (keys, tookMs) => this.pace.followed(keys, tookMs),
      onSearched: (search, { keys, tookMs }) => {
        if (search.has('everything')) this.keysFound = keys;
        this.forecast.searched(search, keys, tookMs);
      },
    });
  }

  /** Where only changes are brought that came after clients were on the target, nobody could tell what was left there. */
  private baselineOwner(): BaselineOwner | undefined {
    const { initial, takesOver, unlikeStands } = this.options;
    if ((initial === 'none' && takesOver !== true) || unlikeStands) return undefined;
    return { migrationName: this.context.migrationName, ...this.direction };
  }

  /** What the target's clients were known to own when the agent ended, and until when it listened to them. */
  private async recollect(): Promise<void> {
    const journaled = await this.journal.read();
    this.deafSince = journaled?.listenedUntil ?? 'ever';
    for (const { database, key } of journaled?.keys ?? []) this.targetWrites?.recall(database, key, false);
  }

  private async heard(): Promise<void> {
    if (this.targetWrites === undefined) return;
    const now = Date.now();
    await this.journal.flush();
    this.deafSince = now;
  }

  /** One session after the other: each ends with a lost connection, and the next begins with a resynchronisation. */
  private async follow(first: Session): Promise<void> {
    let session: Session | undefined = first;
    let initial: Search | 'none' = this.options.initial;
    while (session !== undefined) {
      this.session = session;
      this.lostAt = undefined;
      const began = monotonicNow();
      const error: unknown = await session.run(initial).catch((reason: unknown) => reason);
      session.close();
      this.session = undefined;
      if (this.stopped) return;
      this.lostAt = monotonicNow();
      this.unverified.lose();
      session = await this.reopen(error, this.lostAt - began);
      initial = FULL;
    }
  }

  private async reopen(reason: unknown, livedMs: number): Promise<Session | undefined> {
    let error = this.explained(reason);
    const began = monotonicNow();
    const restMs = this.cutOffs.restAfter(error, livedMs);
    for (let pauseMs = restMs ?? 0; restMs !== undefined && isTransient(error); ) {
      this.lostBy = error;
      this.context.logger.warn('Replication lost a connection and resynchronises.', { reason: error.message });
      await sleep(pauseMs);
      while (this.halted && !this.stopped) await sleep(WAIT_FOR_SESSION_MS);
      if (this.stopped || monotonicNow() - began > GIVE_UP_AFTER_MS) break;
      try {
        const session = await this.connect(true);
        this.resyncs += 1;
        return session;
      } catch (again) {
        error = this.explained(again);
      }
      pauseMs = Math.min(2 * pauseMs, MAX_RETRY_MS);
    }
    if (!this.stopped) {
      this.failure = error;
      this.context.logger.warn('Replication failed.', { reason: error.message });
    }
    return undefined;
  }

  private async caughtUpBy(session: Session, signal: AbortSignal): Promise<boolean> {
    try {
      await session.catchUp(signal);
      // From now on another agent can tell what clients write on the target.
      await session.baseline?.complete();
      return true;
    } catch (error) {
      // The session has ended: either the next one catches up, or there is none and the failure says why.
      if (this.session !== session || isTransient(this.explained(error))) return false;
      throw error;
    }
  }

  private explained(error: unknown): AgentError {
    const { from, to } = this.direction;
    return explainRedis(error, `${address(this.context.endpoints[from])} → ${address(this.context.endpoints[to])}`);
  }
}

/** What a failover looks like while it goes on; anything else will not go away by itself. */
function isTransient({ name }: AgentError): boolean {
  return TRANSIENT.has(name);
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
