import { AgentError } from '../../errors';
import { serverInfo } from '../dialect';
import { address, type ResolvedEndpoint } from '../endpoint';
import { isClientKey, isTemporary, type KeyName, nameOf } from '../key';
import type { Store } from '../payload/value';
import type { Connection } from '../resp/connection';
import type { ReplyError } from '../resp/reply';
import { UntriedWrites } from '../silent-commands/untried-writes';
import { Baseline, type BaselineOwner } from './baseline/baseline';
import { claimUnlike, recallTargetWrites } from './baseline/recall';
import { atMost, monotonicNow } from './clock';
import { EventStream } from './event-stream';
import type { BigKeyTimes } from './health/big-key-times';
import { SourceLatency } from './health/source-latency';
import { Evictions, requirePrimarySource, requireWritableTarget } from './health/vital-signs';
import { closeLinks, type Links, openLinks, requireEmpty } from './links';
import { type Applier, DirectApplier } from './moving/applier';
import { BigKeys } from './moving/big-keys';
import { Mover } from './moving/mover';
import type { ProbedKey } from './moving/probe';
import { Tail } from './moving/tail';
import { type Pass, Resynchronisation } from './search/resynchronisation';
import { FULL, type Search } from './search/search';
import { Session } from './session';
import { GuardedApplier, type GuardedApplierOptions } from './target-writes/guarded-applier';
import { requireEvents } from './target-writes/target-events';
import type { TargetWrites } from './target-writes/target-writes';
import { claimTouched } from './target-writes/touched-keys';
import { StreamKeys } from './unannounced/stream-keys';
import { UnannouncedChanges } from './unannounced/unannounced';

export interface SessionOptions {
  readonly from: ResolvedEndpoint;
  readonly to: ResolvedEndpoint;
  /** The target's keys are ours; otherwise it must be empty. */
  readonly targetIsOurs: boolean;
  /** LIVE: what clients write on the target stays. */
  readonly targetWrites: TargetWrites | undefined;
  /** LIVE: where the target is to say what was left on it. Absent: it is not. */
  readonly baselineOwner?: BaselineOwner | undefined;
  /** LIVE: another replication has brought everything so far. */
  readonly takesOver: boolean;
  /** LIVE: whatever differs on the target stands. */
  readonly unlikeStands: boolean;
  /** LIVE: since when (milliseconds since the epoch) nobody has listened to the target; absent for a first session. */
  readonly deafSince?: number | 'ever';
  /** Until now, no event of either side was missed. */
  readonly onHeard: () => Promise<void>;
  readonly onApplied: (keys: readonly ProbedKey[]) => void;
  /** A key has changed on the source. */
  readonly onChanged: (database: number, key: KeyName) => void;
  /** Changes were missed: which keys have changed is not known any more. */
  readonly onMissed: () => void;
  readonly onScanned: (keys: number) => void;
  readonly bigKeyTimes: BigKeyTimes;
  readonly onSilent: (calls: ReadonlyMap<string, number>) => void;
  readonly onSought: (search: Search) => void;
  readonly onFollowed: (keys: number, tookMs: number) => void;
  /** A search of both sides has ended. */
  readonly onSearched: (search: Search, pass: Pass) => void;
}

/** Connects and checks both sides, and hears of every change from here on. Nothing is read or written yet. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { from, to, targetWrites } = options;
  const closers: (() => void)[] = [];
  const close = () => {
    for (const closer of closers.splice(0)) closer();
  };
  let fail: (error: unknown) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // Also a session that is closed in order ends its connections.
  failure.catch(() => undefined);
  try {
    const source = await openLinks(from, fail);
    closers.push(() => closeLinks(source));
    const target = await openLinks(to, fail);
    closers.push(() => closeLinks(target));
    requirePrimarySource(await serverInfo(source.control, from), from);
    const targetInfo = await serverInfo(target.control, to);
    requireWritableTarget(targetInfo, to);
    if (!options.targetIsOurs) await requireEmpty(target, to);

    const targetEvents = targetWrites && (await openTargetEvents(to, target.control, targetWrites, fail));
    if (targetEvents !== undefined) closers.push(() => targetEvents.events.close());
    const baseline = targetWrites && (await openBaseline({ ...options, targetWrites }, source, target));
    // A connection that ended may have taken what was not noted yet with it.
    for (const { database, key } of targetWrites?.all() ?? []) baseline?.mark(database, key);
    const applier = (connection: Connection): Applier =>
      targetEvents === undefined
        ? new DirectApplier(connection)
        : new GuardedApplier({ connection, ...targetEvents, baseline });
    const streams = new StreamKeys();
    const unannounced = new UnannouncedChanges(source.silentCommands);
    const untried = new UntriedWrites(source.control);
    const latency = new SourceLatency(source.control);
    const tail = new Tail(() => {
      options.onMissed();
      resynchronisation.request(FULL, monotonicNow());
    });
    const hashFieldExpiry = source.dialect.hashFieldExpiry && target.dialect.hashFieldExpiry;
    const readsBy = (connection: Connection): Store => ({
      connection,
      dialect: { ...source.dialect, hashFieldExpiry },
    });
    const outcome = {
      onAgain: (database: number, key: Buffer, since: number) => tail.mark(database, nameOf(key), since),
      onApplied: options.onApplied,
      onStream: (database: number, key: Buffer) => streams.add(database, nameOf(key)),
      refused: (refusal: ReplyError) => target.control.explain(refusal),
      onFailure: fail,
    };
    const bigKeys = new BigKeys({
      ...outcome,
      source: readsBy(source.bigKeys),
      target: { connection: target.bigKeys, dialect: target.dialect },
      applier: applier(target.bigKeys),
      written: () => target.values.command('PING'),
      times: options.bigKeyTimes,
    });
    const mover = new Mover({
      ...outcome,
      source: readsBy(source.values),
      target: target.dialect,
      applier: applier(target.values),
      bigKeys,
    });
    const resynchronisation = new Resynchronisation({
      source,
      target,
      mover,
      latency,
      onScanned: options.onScanned,
      isLeftover: (key) => isTemporary(key) && !bigKeys.isAssembling(key),
      onFound: (database, keys) => {
        for (const key of keys) options.onChanged(database, nameOf(key));
      },
      onDone: (search, pass) => {
        if (search.has('everything') || search.has('stream value')) {
          mover.landed().then(() => {
            streams.complete = true;
          });
        }
        options.onSearched(search, pass);
      },
      onFailure: fail,
    });
    const events = await EventStream.open(from, {
      onKey(database, key, event) {
        unannounced.sawEvent(event);
        if (!isClientKey(key)) return;
        targetWrites?.onSourceKey(database, key, event);
        const name = nameOf(key);
        tail.mark(database, name);
        options.onChanged(database, name);
      },
      onEnd: (error) => {
        whyEventsEnded(error, source, from).then(fail);
      },
    });
    closers.push(() => events.close());
    unannounced.since(await serverInfo(source.control, from));
    return new Session({
      ...{
        from,
        to,
        source,
        target,
        events,
        targetEvents: targetEvents?.events,
        baseline,
        tail,
        mover,
        bigKeys,
        streams,
        resynchronisation,
        latency,
        unannounced,
        untried,
      },
      ...{ failure, onMissed: options.onMissed, onChanged: options.onChanged, onSilent: options.onSilent },
      onSought: options.onSought,
      onFollowed: options.onFollowed,
      ...{ onHeard: options.onHeard, close, evictions: new Evictions(to, targetInfo) },
    });
  } catch (error) {
    close();
    throw error;
  }
}

/** Finds what clients have written on the target while nobody listened to it, and notes from here on what is left there. */
async function openBaseline(
  options: SessionOptions & { readonly targetWrites: TargetWrites },
  source: Links,
  target: Links,
): Promise<Baseline | undefined> {
  const { baselineOwner, deafSince, targetWrites } = options;
  if (options.unlikeStands) await claimUnlike({ source, target, targetWrites });
  const baseline = baselineOwner && (await Baseline.open(target, baselineOwner));
  if (deafSince !== undefined && baseline?.whole) {
    await recallTargetWrites({ source, target, baseline, targetWrites });
    return baseline;
  }
  if (deafSince !== undefined) await claimTouched(target, targetWrites, deafSince);
  const { from } = options;
  const databases = (await serverInfo(source.control, from)).keyspace();
  await baseline?.begin(
    [...databases.values()].reduce((sum, { keys }) => sum + keys, 0),
    options.targetIsOurs ? (options.takesOver ? 'taken over' : 'resync') : 'copy',
  );
  return baseline;
}

/** What writes to a target need in order to be guarded, where clients write there too. */
async function openTargetEvents(
  to: ResolvedEndpoint,
  control: Connection,
  targetWrites: TargetWrites,
  onEnd: (error: unknown) => void,
): Promise<Omit<GuardedApplierOptions, 'connection' | 'baseline'>> {
  // One for all agents of the migration: a server under load may run what a lost one sent when the next already listens.
  const channel = 'cdk-cutover:own-writes';
  const seen = new Set<string>();
  const events = await EventStream.open(
    to,
    {
      onKey(database, key, event) {
        if (isTemporary(key)) seen.add(event);
        else targetWrites.onKey(database, key, event);
      },
      onMessage: (_, mark) => targetWrites.onMark(mark.toString('latin1')),
      onEnd,
    },
    [channel],
  );
  try {
    await requireEvents(to, control, events, seen);
  } catch (error) {
    events.close();
    throw error;
  }
  return { events, targetWrites, channel };
}

/** A server that still answers, and for as long as it takes to ask. */
const ANSWERS_WITHIN_MS = 1000;

/** Where only the event connection has ended, the server has cut it off: what waited for it was more than it may hold. */
async function whyEventsEnded(error: Error | undefined, { control }: Links, from: ResolvedEndpoint): Promise<unknown> {
  if (error === undefined) return undefined;
  const answer = control.command('PING').catch(() => undefined);
  if ((await atMost(ANSWERS_WITHIN_MS, answer)) === undefined) return error;
  return new AgentError(
    'Agent.EventsCutOff',
    `${address(from)} closed the connection for its events and answers on the others, as it does where more events wait than its buffer may hold: raise client-output-buffer-limit for pubsub (hard and soft limit) in its parameter group, or have less written.`,
    { cause: error },
  );
}
