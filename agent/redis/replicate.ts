import type { ReplicateArgs } from '../../contract/cache';
import type { Direction, Side } from '../../contract/common';
import type { Report, Verb } from '../verb';
import type { RedisContext } from './context';
import { address } from './endpoint';
import { explainRedis } from './explain';
import { directionBy, requireNotServing } from './relay/switch/serving';
import { clear, hasBaseline } from './replication/baseline/baseline';
import { monotonicNow } from './replication/clock';
import { PATIENCE_MS } from './replication/health/patience';
import { readJournalled, whatGoesOn } from './replication/journalled-replication';
import { Replication } from './replication/replication';
import { type RememberedReplication, ReplicationFile } from './replication/replication-file';
import { COPY, FULL } from './replication/search/search';
import { TargetWritesJournal } from './replication/target-writes/target-writes-journal';
import { Connection } from './resp/connection';

const REPORT_EVERY_MS = 1000;
/** A side that is gone must not keep a task waiting. */
const ANSWERS_WITHIN_MS = 5000;
const SIDES: readonly Side[] = ['blue', 'green'];

/**
 * Copies `from` to `to` and goes on following it in the background of this process. Called again while it runs, it
 * waits for the one that runs: a task that is retried must not start over.
 */
export const replicate: Verb<RedisContext, 'redis.replicate'> = async (context, args, report) => {
  const began = monotonicNow();
  try {
    const replication = await context.replications.inTurn(
      async () => running(context, args) ?? (await begin(context, args, report)),
    );
    await copied(context, replication, report);
    const { method, lagMs } = replication.status();
    return {
      keys: replication.keysFound,
      bytes: replication.bytesApplied,
      durationMs: Math.round(monotonicNow() - began),
      lagMs,
      method,
    };
  } catch (error) {
    throw explainRedis(error, between(context, args));
  }
};

/**
 * One that has failed is as good as none: what made it fail may be mended by now. So is one that would write over clients,
 * where they are about to come to the target.
 */
function running(context: RedisContext, args: ReplicateArgs): Replication | undefined {
  const replication = alive(context, args);
  return args.overlap && replication?.targetWrites === undefined ? undefined : replication;
}

function alive(context: RedisContext, direction: Direction): Replication | undefined {
  const replication = context.replications.find(direction);
  return replication?.status().state === 'failed' ? undefined : replication;
}

async function copied(context: RedisContext, replication: Replication, report: Report): Promise<void> {
  const tell = () => report.progress({ phase: replication.status().state, done: replication.keysScanned });
  const timer = setInterval(tell, REPORT_EVERY_MS);
  try {
    await replication.catchUp(report.signal);
  } catch (error) {
    // Anyone who asked for a copy and is told that there is none must not find one growing in the background. When nobody
    // waits any more the task has lapsed and may be retried: what was copied must then still be known to be ours.
    // One that another has taken the place of is over already, and that other is not this task's to end.
    if (context.replications.find(replication.direction) === replication) {
      await (report.signal.aborted ? context.replications.stopAll() : forget(context));
    }
    throw error;
  } finally {
    clearInterval(timer);
    tell();
  }
}

/**
 * Goes on, by a resynchronisation, with what is to be replicated: by the migration's journal, or where there is none by
 * this agent's own notes. For the start of the process, and whenever nothing runs that should.
 */
export function resumeReplication(context: RedisContext, journal?: string): Promise<void> {
  return context.replications.inTurn(() => resume(context, journal));
}

async function resume(context: RedisContext, journal: string | undefined): Promise<void> {
  const remembered = await stateFile(context).read();
  const goesOn = journal === undefined ? remembered : await whatJournalSays(context, remembered, journal);
  if (goesOn === undefined) return forgetNotes(context);
  if (goesOn !== remembered) await forgetNotes(context);
  const direction = await directionBy(context, goesOn);
  await follow(context, direction);
  context.logger.info('Replication goes on.', {
    from: direction.from,
    to: direction.to,
    notes: remembered !== undefined,
  });
}

/** A host without notes of its own goes on where clients may be on `to`, if what was left there is noted there. */
async function whatJournalSays(
  context: RedisContext,
  remembered: RememberedReplication | undefined,
  journal: string,
): Promise<RememberedReplication | undefined> {
  const journalled = readJournalled(journal);
  const goesOn = whatGoesOn(remembered, journalled);
  if (goesOn !== undefined || journalled === undefined || !journalled.overlap) return goesOn;
  return (await isNoted(context, journalled)) ? journalled : undefined;
}

/** Starts following a direction whose two sides may have come apart in whatever way. */
export async function follow(
  context: RedisContext,
  { from, to, overlap }: RememberedReplication,
): Promise<Replication> {
  await requireNotServing(context, { to });
  return start(context, { from, to, overlap, targetIsOurs: true }, true);
}

/** Stops whatever is replicated, and will not go on with it after a restart. */
export function forget(context: RedisContext): Promise<number> {
  return context.replications.inTurn(async () => {
    context.replications.isToldToStop = true;
    await stateFile(context).forget();
    const stopped = await context.replications.stopAll();
    await targetWritesJournal(context).forget();
    if (context.consistency === 'LIVE') for (const side of SIDES) await forgetBaseline(context, side);
    return stopped;
  });
}

/** They are of what was ended while this host was away. */
async function forgetNotes(context: RedisContext): Promise<void> {
  await stateFile(context).forget();
  await targetWritesJournal(context).forget();
}

export function remember(context: RedisContext, remembered: RememberedReplication): Promise<void> {
  return stateFile(context).write(remembered);
}

async function begin(context: RedisContext, args: ReplicateArgs, { signal }: Report): Promise<Replication> {
  await requireNotServing(context, args);
  const unguarded = alive(context, args);
  if (unguarded !== undefined) return takeOver(context, args, unguarded, signal);
  // A copy that was interrupted has left keys on the target; they are ours.
  const before = await stateFile(context).read();
  const interrupted = before !== undefined && before.from === args.from && before.to === args.to;
  return start(context, { ...args, targetIsOurs: args.targetIsOurs || interrupted }, interrupted);
}

/**
 * Goes on with what another one followed while nobody was on the target, as in a rollback at LIVE: from here on what
 * clients write there stays. Nothing is copied again, for the one hears of changes before the other has ended.
 */
export async function takeOver(
  context: RedisContext,
  { from, to }: Direction,
  before: Replication,
  signal: AbortSignal,
): Promise<Replication> {
  // Conflicts of an earlier overlap are of an earlier night.
  const replication = new Replication(context, {
    ...{ from, to, targetIsOurs: true, overlap: true },
    ...{ initial: 'none', takesOver: true },
  });
  await replication.open();
  try {
    await before.catchUp(signal, PATIENCE_MS);
  } catch (error) {
    await replication.stop();
    throw error;
  }
  replication.learnStreams(before);
  await targetWritesJournal(context).forget();
  await context.replications.replace(replication);
  try {
    await replication.listen();
  } catch (error) {
    // What clients write there cannot be heard of, so nothing may be written there: asked again, it starts over.
    await context.replications.stopAll();
    throw error;
  }
  await remember(context, { from, to, overlap: true });
  replication.begin();
  return replication;
}

async function start(context: RedisContext, args: ReplicateArgs, resumed: boolean): Promise<Replication> {
  if (!resumed) await targetWritesJournal(context).forget();
  const initial = args.targetIsOurs ? FULL : COPY;
  const replication = new Replication(context, { ...args, initial, resumed });
  await replication.open();
  await context.replications.replace(replication);
  await remember(context, args);
  replication.begin();
  return replication;
}

/**
 * A replication of an overlap, as an agent that knows nothing of it takes it up: by what was left on the target. Already
 * begun. `undefined` where that is not noted.
 */
export async function recalled(context: RedisContext, { from, to }: Direction): Promise<Replication | undefined> {
  if (context.consistency !== 'LIVE' || !(await isNoted(context, { from, to }))) return undefined;
  return follow(context, { from, to, overlap: true });
}

async function isNoted(context: RedisContext, { from, to }: Direction): Promise<boolean> {
  const { migrationName } = context;
  return withTarget(context, to, (target) => hasBaseline(target, { migrationName, from, to }));
}

/** Clients are on one side only from here on. What cannot be removed now, the next copy removes. */
export async function forgetBaseline(context: RedisContext, side: Side): Promise<void> {
  await withTarget(context, side, clear).catch((error: unknown) => {
    const { message } = explainRedis(error, address(context.endpoints[side]));
    context.logger.warn('What was noted of the copy stays there.', { side, reason: message });
  });
}

async function withTarget<T>(
  { endpoints }: RedisContext,
  side: Side,
  work: (target: Connection) => Promise<T>,
): Promise<T> {
  const target = await Connection.open(endpoints[side], { purpose: 'baseline', timeoutMs: ANSWERS_WITHIN_MS });
  try {
    return await work(target);
  } finally {
    target.close();
  }
}

export function targetWritesJournal({ stateDirectory, migrationName }: RedisContext): TargetWritesJournal {
  return new TargetWritesJournal(stateDirectory, migrationName);
}

function stateFile({ stateDirectory, migrationName }: RedisContext): ReplicationFile {
  return new ReplicationFile(stateDirectory, migrationName);
}

export function between({ endpoints }: RedisContext, { from, to }: Direction): string {
  return `${address(endpoints[from])} → ${address(endpoints[to])}`;
}
