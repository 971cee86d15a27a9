import type { Store } from '../../payload/value';
import { ReplyError } from '../../resp/reply';
import type { Command } from '../../resp/writer';
import { compareKeys } from '../../verification/compare';
import type { Links } from '../links';
import { BIG_VALUE_BYTES } from '../moving/mover';
import { type ProbedKey, probe } from '../moving/probe';
import { absentKeys } from '../search/absent-keys';
import { databasesInUse, scanKeys } from '../search/scan';
import type { TargetWrites } from '../target-writes/target-writes';
import type { Baseline, Known } from './baseline';
import { hasOriginChanged, isUntouched } from './note';

export interface RecallOptions {
  readonly source: Links;
  readonly target: Links;
  readonly baseline: Baseline;
  readonly targetWrites: TargetWrites;
}

/**
 * LIVE: for a while no agent listened to the target. Every key that is not what was left there, and differs from the
 * source's, a client has written; and where the source has changed as well since then, it is a conflict.
 */
export async function recallTargetWrites(options: RecallOptions): Promise<void> {
  const { source, target } = options;
  for (const database of await databasesInUse(target.scan)) {
    await source.scan.select(database);
    for await (const keys of scanKeys(target.scan, database)) await recallAmong(options, database, keys);
  }
  // What clients of the target deleted is met on the source only.
  for (const database of await databasesInUse(source.scan)) {
    await target.scan.select(database);
    for await (const keys of scanKeys(source.scan, database)) {
      const gone = await absentKeys({ connection: target.scan, dialect: target.dialect }, database, keys);
      await recallAmong(options, database, gone);
    }
  }
}

/** Where nothing is noted: a key that differs may have been written by either side's clients, or by both. */
export async function claimUnlike({ source, target, targetWrites }: Omit<RecallOptions, 'baseline'>): Promise<void> {
  const mine: Store = { connection: source.scan, dialect: source.dialect };
  const theirs: Store = { connection: target.values, dialect: target.dialect };
  for (const database of await databasesInUse(target.scan)) {
    await source.scan.select(database);
    for await (const keys of scanKeys(target.scan, database)) {
      for (const { key } of await compareKeys(mine, theirs, database, keys)) targetWrites.claim(database, key);
    }
  }
}

async function recallAmong(options: RecallOptions, database: number, keys: readonly Buffer[]): Promise<void> {
  const { source, target, baseline, targetWrites } = options;
  if (keys.length === 0) return;
  const known = await baseline.read(database, keys);
  const touched = new Map<Buffer, Known>();
  keys.forEach((key, i) => {
    const one = known[i];
    if (one !== undefined && !isUntouched(one.note, one.present, one.now)) touched.set(key, one);
  });
  if (touched.size === 0) return;
  const mine: Store = { connection: source.scan, dialect: source.dialect };
  const theirs: Store = { connection: target.scan, dialect: target.dialect };
  const unlike = await compareKeys(mine, theirs, database, [...touched.keys()]);
  const changed = await changedOnSource(
    mine,
    database,
    unlike.map(({ key }) => key),
    touched,
  );
  unlike.forEach(({ key }, i) => {
    targetWrites.recall(database, key, changed[i]);
  });
}

async function changedOnSource(
  source: Store,
  database: number,
  keys: readonly Buffer[],
  known: ReadonlyMap<Buffer, Known>,
): Promise<(boolean | undefined)[]> {
  const probed = await probe(source, database, keys, false);
  const small = probed.filter(({ exists, bytes }) => exists && bytes <= BIG_VALUE_BYTES);
  const dumps = await source.connection.batchIn(
    database,
    small.map(({ key }): Command => ['DUMP', key]),
  );
  const dumpOf = new Map<ProbedKey, Buffer>();
  small.forEach((one, i) => {
    const dump = dumps[i];
    if (dump instanceof ReplyError) throw source.connection.explain(dump);
    if (Buffer.isBuffer(dump)) dumpOf.set(one, dump);
  });
  return probed.map((one) => {
    const of = known.get(one.key);
    return of === undefined ? undefined : hasOriginChanged(of.note, one, dumpOf.get(one), of.now);
  });
}
