import { serverInfo } from '../dialect';
import { address, type ResolvedEndpoint } from '../endpoint';
import { explainRedis } from '../explain';
import type { Info } from '../info';
import type { KeyName } from '../key';
import type { UntriedWrites } from '../silent-commands/untried-writes';
import type { Baseline } from './baseline/baseline';
import { atMost, monotonicNow, sleep } from './clock';
import type { EventStream } from './event-stream';
import type { SourceLatency } from './health/source-latency';
import { type Evictions, requirePrimarySource, requireWritableTarget } from './health/vital-signs';
import type { Links } from './links';
import type { BigKeys } from './moving/big-keys';
import type { Mover } from './moving/mover';
import type { Tail } from './moving/tail';
import { earlier, type Resynchronisation } from './search/resynchronisation';
import { FULL, type Search, STREAMS, searchFor } from './search/search';
import type { StreamKeys } from './unannounced/stream-keys';
import type { Unannounced, UnannouncedChanges } from './unannounced/unannounced';

/** How often the counters are looked at for changes that no event tells of. */
const WATCH_EVERY_MS = 500;
/** Consumer groups move all the time; how often their streams are brought up to date, unless somebody waits. */
const GROUPS_EVERY_MS = 2000;
/** A subscriber that hears nothing for so long has lost its server without being told. */
const SILENCE_LIMIT_MS = 10_000;
const SETTLE_POLL_MS = 2;
/** A lag that shows that there is more to do than gets done. */
const LATE_MS = 1000;
/** More than are handed on at once. */
const BUSY_KEYS = 5000;
/** What is in flight when replication stops is given so long; a server that hangs must not hang us. */
const HALT_LIMIT_MS = 5000;

/** The parts of a session, wired to each other. */
export interface SessionParts {
  readonly from: ResolvedEndpoint;
  readonly to: ResolvedEndpoint;
  readonly source: Links;
  readonly target: Links;
  readonly evictions: Evictions;
  readonly events: EventStream;
  /** LIVE: of the target. */
  readonly targetEvents: EventStream | undefined;
  /** LIVE: where the target keeps one. */
  readonly baseline: Baseline | undefined;
  readonly tail: Tail;
  readonly mover: Mover;
  readonly bigKeys: BigKeys;
  readonly streams: StreamKeys;
  readonly resynchronisation: Resynchronisation;
  readonly latency: SourceLatency;
  readonly unannounced: UnannouncedChanges;
  readonly untried: UntriedWrites;
  /** Rejects with what ended the session: a lost connection, a refused command. */
  readonly failure: Promise<never>;
  readonly onChanged: (database: number, key: KeyName) => void;
  readonly onMissed: () => void;
  /** Commands were called that this engine announces to nobody, so many times each. */
  readonly onSilent: (calls: ReadonlyMap<string, number>) => void;
  /** Something is looked for, because of such commands or because nothing announces what was called. */
  readonly onSought: (search: Search) => void;
  readonly onHeard: () => Promise<void>;
  /** So many changed keys were handed on while more waited. */
  readonly onFollowed: (keys: number, tookMs: number) => void;
  readonly close: () => void;
}

/**
 * Replication for as long as every connection holds. Events are heard from before anything is scanned, so nothing falls
 * between the two; and nothing is carried over from one session to the next, for a session that lost its connection may have
 * lost events: the next session begins with a resynchronisation.
 */
export class Session {
  private closed = false;
  private lastLook = monotonicNow();
  private lastGroups = monotonicNow();
  /** Since when consumer groups may have moved without their streams having been brought over. */
  private groupsSince: number | undefined;
  private looking: Promise<void> = Promise.resolve();
  private takenBefore = 0;
  private wasBusy = false;
  /** How many keys the source had when it was last looked at; undefined before the first look. */
  sourceKeys: number | undefined;
  /** What the target has evicted is being brought over again. */
  private recovering = false;
  private waiting = 0;

  constructor(readonly parts: SessionParts) {}

  /** Works until the session is closed or fails; rejects with why it failed. */
  async run(initial: Search | 'none'): Promise<void> {
    const { tail, mover, latency, resynchronisation, streams, failure } = this.parts;
    if (initial !== 'none') resynchronisation.request(initial, this.lastLook);
    // Where nothing is copied no stream is met, and they are to be known before a freeze.
    else if (!streams.complete) resynchronisation.request(STREAMS, this.lastLook);
    await Promise.race([failure, Promise.all([tail.run(mover), latency.watch(), this.watch()])]);
  }

  get dirtyKeys(): number {
    return this.parts.tail.size + this.parts.bigKeys.size;
  }

  /** Somebody waits for it, or it is late: then nothing else may take the servers' time. */
  get behind(): boolean {
    return this.waiting > 0 || this.lagMs() > LATE_MS;
  }

  get method(): 'events' | 'passes' {
    return this.parts.unannounced.silent ? 'passes' : 'events';
  }

  get resyncing(): boolean {
    return this.parts.resynchronisation.active;
  }

  /** The age of the oldest change that may not be on the target, or of the silence of the event stream. */
  lagMs(): number {
    const oldest = this.oldest();
    const waited = oldest === undefined ? 0 : monotonicNow() - oldest;
    return Math.max(waited, this.parts.events.silenceMs());
  }

  /** Resolves once everything that was on the source at the time of the call is on the target. */
  async catchUp(signal: AbortSignal): Promise<void> {
    this.hurry(1);
    try {
      do {
        signal.throwIfAborted();
        await this.look();
        await this.settle(signal);
        // What was written to the target may have made it drop something else.
      } while (await this.hasEvicted());
    } finally {
      this.hurry(-1);
    }
  }

  /** Resolves once nothing is left of what is known now. */
  private async settle(signal: AbortSignal): Promise<void> {
    const at = monotonicNow();
    for (let oldest = this.oldest(); oldest !== undefined && oldest <= at; oldest = this.oldest()) {
      signal.throwIfAborted();
      await Promise.race([this.parts.failure, sleep(SETTLE_POLL_MS)]);
    }
  }

  private async hasEvicted(): Promise<boolean> {
    const { target, to, resynchronisation } = this.parts;
    const again = this.restoreEvicted(await serverInfo(target.control, to), monotonicNow());
    // The look beside may have seen it first.
    return again || (this.recovering && resynchronisation.active);
  }

  /** Resolves once every change that was made to the target before the call has been heard of. */
  async hearTarget(): Promise<void> {
    await this.parts.targetEvents?.barrier();
  }

  get baseline(): Baseline | undefined {
    return this.parts.baseline;
  }

  /** Has keys brought over as if they had just changed. */
  mark(keys: Iterable<{ readonly database: number; readonly key: string }>): void {
    for (const { database, key } of keys) this.parts.tail.mark(database, key);
  }

  /** Stops taking on changes, waits until nothing is in flight, and closes. */
  async halt(): Promise<void> {
    this.parts.tail.stop();
    const idle = Promise.all([this.parts.mover.halt(), this.parts.bigKeys.halt()]);
    await atMost(HALT_LIMIT_MS, Promise.race([idle, this.parts.failure.catch(() => undefined)]));
    this.close();
  }

  close(): void {
    this.closed = true;
    this.parts.tail.stop();
    this.parts.latency.stop();
    this.parts.close();
  }

  private oldest(): number | undefined {
    const { tail, mover, bigKeys, resynchronisation } = this.parts;
    return earlier(tail.oldest(), mover.oldest(), bigKeys.oldest(), resynchronisation.oldest(), this.groupsSince);
  }

  private hurry(by: 1 | -1): void {
    this.waiting += by;
    this.parts.bigKeys.hurry(this.waiting > 0);
    this.parts.resynchronisation.hurry(this.waiting > 0);
  }

  private async watch(): Promise<void> {
    while (!this.closed) {
      await sleep(WATCH_EVERY_MS);
      if (this.closed) return;
      await this.look();
      await this.parts.baseline?.flush();
      await this.parts.onHeard();
    }
  }

  /** One look after the other: each is compared with the one before. */
  private look(): Promise<void> {
    this.looking = this.looking.catch(() => undefined).then(() => this.lookOnce());
    return this.looking;
  }

  /** Finds what no event tells of, and has it brought over. */
  private async lookOnce(): Promise<void> {
    const { source, target, from, to, unannounced, untried } = this.parts;
    const since = this.lastLook;
    const now = monotonicNow();
    this.measure(now - since);
    const [info, targetInfo] = await Promise.all([serverInfo(source.control, from), serverInfo(target.control, to)]);
    requirePrimarySource(info, from);
    requireWritableTarget(targetInfo, to);
    this.sourceKeys = [...info.keyspace().values()].reduce((sum, { keys }) => sum + keys, 0);
    await this.barrier();
    this.restoreEvicted(targetInfo, since);
    const writes = await untried.among(unannounced.unknown(info));
    this.seek(unannounced.since(info, writes), since);
    this.lastLook = now;
    if (this.groupsSince !== undefined && (this.waiting > 0 || now - this.lastGroups > GROUPS_EVERY_MS)) {
      await this.followGroups(now);
    }
  }

  /** Where there was more to do than got done, what got done is what can be. */
  private measure(tookMs: number): void {
    const { tail, onFollowed } = this.parts;
    const done = tail.taken - this.takenBefore;
    if (this.wasBusy && tail.size > BUSY_KEYS) onFollowed(done, tookMs);
    this.wasBusy = tail.size > BUSY_KEYS;
    this.takenBefore = tail.taken;
  }

  private restoreEvicted(info: Info, since: number): boolean {
    const { evictions, resynchronisation, onMissed } = this.parts;
    this.recovering &&= resynchronisation.active;
    if (!evictions.since(info, resynchronisation.passes)) return false;
    this.recovering = true;
    onMissed();
    resynchronisation.request(FULL, since);
    return true;
  }

  private seek({ replaced, silentWrites, changes, calls }: Unannounced, since: number): void {
    const { resynchronisation, streams, onMissed, onSilent, onSought } = this.parts;
    if (calls.size > 0) onSilent(calls);
    const sought = new Set(changes);
    // Most streams are known, so that no scan has to find them.
    if (sought.delete('stream value')) this.groupsSince = earlier(this.groupsSince, since);
    if (this.groupsSince !== undefined && (streams.overflown || !streams.complete)) {
      sought.add('stream value');
      this.groupsSince = undefined;
    }
    const search = replaced || silentWrites ? FULL : searchFor(sought);
    if (search.size === 0) return;
    if (search.has('everything')) onMissed();
    onSought(search);
    resynchronisation.request(search, since);
  }

  /** Brings over every stream: which of them a consumer read from or acknowledged to, nothing tells. */
  private async followGroups(now: number): Promise<void> {
    const { streams, mover, onChanged } = this.parts;
    const since = this.groupsSince;
    this.lastGroups = now;
    // A stream that was read just before its group moved is known once its value is here.
    await Promise.race([this.parts.failure, mover.landed()]);
    for (const { database, key } of streams.all()) {
      onChanged(database, key);
      this.parts.tail.mark(database, key, since);
    }
    this.groupsSince = undefined;
  }

  private async barrier(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      const error = new Error(`its event stream did not answer for ${SILENCE_LIMIT_MS} ms`);
      timer = setTimeout(() => reject(explainRedis(error, address(this.parts.from))), SILENCE_LIMIT_MS);
    });
    try {
      await Promise.race([silence, this.parts.events.barrier()]);
    } finally {
      clearTimeout(timer);
    }
  }
}
