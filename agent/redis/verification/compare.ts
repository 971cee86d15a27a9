import { isClientKey } from '../key';
import { DUMP_FOOTER_BYTES } from '../payload/dumped';
import { typeNamed } from '../payload/types';
import { Changed, Diverged, type Place, type Store } from '../payload/value';
import { pieceLength } from '../replication/moving/big-keys';
import { BIG_VALUE_BYTES } from '../replication/moving/mover';
import { type ProbedKey, probe } from '../replication/moving/probe';
import type { Reply } from '../resp/reply';
import { ReplyError } from '../resp/reply';
import type { Command } from '../resp/writer';

export interface Difference {
  readonly database: number;
  readonly key: Buffer;
  /** What differs, without showing any of it. */
  readonly difference: string;
}

/** Two servers' clocks, and the time between the two reads. Every expiry that is copied is copied absolute. */
const EXPIRY_TOLERANCE_MS = 1000;
/** Dumps of both sides in memory at a time. */
const SLICE_BYTES = 2 * 1024 * 1024;

/** One side's view of a key, next to the other's. */
interface Pair {
  readonly mine: ProbedKey;
  readonly theirs: ProbedKey;
}

/**
 * Compares the keys on both sides: existence, expiry, then the dumps. Equal dumps are equal values; unequal ones may
 * still be (another version's encoding, another order in a hash table), so those are compared by type.
 */
export async function compareKeys(
  source: Store,
  target: Store,
  database: number,
  keys: readonly Buffer[],
): Promise<Difference[]> {
  const compared = keys.filter(isClientKey);
  const [mine, theirs] = await Promise.all([
    probe(source, database, compared, false),
    probe(target, database, compared, false),
  ]);
  const differences: Difference[] = [];
  const alike: Pair[] = [];
  mine.forEach((one, i) => {
    const other = theirs[i];
    if (other === undefined) return;
    const difference = differenceAround(one, other);
    if (difference !== undefined) differences.push({ database, key: one.key, difference });
    else if (one.exists) alike.push({ mine: one, theirs: other });
  });
  const big = alike.filter((pair) => isBig(pair));
  const doubtful: Pair[] = [];
  for (const slice of slices(alike.filter((pair) => !isBig(pair)))) {
    doubtful.push(...(await withUnequalDumps(source, target, database, slice)));
  }
  const unequal = await Promise.all(
    doubtful.map(async ({ mine: { key } }) => ({
      key,
      difference: await differenceByType(source, target, database, key),
    })),
  );
  for (const { key, difference } of unequal) {
    if (difference !== undefined) differences.push({ database, key, difference });
  }
  for (const { mine: probed } of big) {
    const difference = await differenceInPieces(source, target, database, probed);
    if (difference !== undefined) differences.push({ database, key: probed.key, difference });
  }
  return differences;
}

function differenceAround(mine: ProbedKey, theirs: ProbedKey): string | undefined {
  if (mine.exists && !theirs.exists) return 'missing on the target';
  if (!mine.exists && theirs.exists) return 'only on the target';
  if (!mine.exists) return undefined;
  if ((mine.expiresAt === 0) !== (theirs.expiresAt === 0)) {
    return mine.expiresAt === 0 ? 'expires on the target only' : 'does not expire on the target';
  }
  const apart = Math.abs(mine.expiresAt - theirs.expiresAt);
  return apart > EXPIRY_TOLERANCE_MS ? `expires ${apart} ms apart` : undefined;
}

function isBig({ mine, theirs }: Pair): boolean {
  return mine.bytes > BIG_VALUE_BYTES || theirs.bytes > BIG_VALUE_BYTES;
}

function* slices(pairs: readonly Pair[]): Generator<Pair[]> {
  let slice: Pair[] = [];
  let bytes = 0;
  for (const pair of pairs) {
    if (bytes > SLICE_BYTES) {
      yield slice;
      slice = [];
      bytes = 0;
    }
    slice.push(pair);
    bytes += pair.mine.bytes + pair.theirs.bytes;
  }
  if (slice.length > 0) yield slice;
}

async function withUnequalDumps(
  source: Store,
  target: Store,
  database: number,
  pairs: readonly Pair[],
): Promise<Pair[]> {
  const commands = pairs.map(({ mine: { key } }): Command => ['DUMP', key]);
  const [mine, theirs] = await Promise.all([
    source.connection.batchIn(database, commands),
    target.connection.batchIn(database, commands),
  ]);
  return pairs.filter((_, i) => !sameDump(mine[i], theirs[i]));
}

function sameDump(one: Reply | undefined, other: Reply | undefined): boolean {
  return (
    Buffer.isBuffer(one) &&
    Buffer.isBuffer(other) &&
    one.length === other.length &&
    one.compare(other, 0, other.length - DUMP_FOOTER_BYTES, 0, one.length - DUMP_FOOTER_BYTES) === 0
  );
}

async function differenceByType(
  source: Store,
  target: Store,
  database: number,
  key: Buffer,
): Promise<string | undefined> {
  const from: Place = { ...source, database, key };
  const to: Place = { ...target, database, key };
  const [mine, theirs] = await Promise.all([typeOf(from), typeOf(to)]);
  if (mine !== theirs) return mine === 'none' || theirs === 'none' ? 'changing' : `${mine} here, ${theirs} there`;
  if (mine === 'none') return undefined;
  try {
    const [one, other] = await Promise.all([typeNamed(mine).read(from), typeNamed(mine).read(to)]);
    return one.equal(other) ? undefined : `${mine} of another value`;
  } catch (error) {
    if (error instanceof Changed) return 'changing';
    throw error;
  }
}

async function differenceInPieces(
  source: Store,
  target: Store,
  database: number,
  probed: ProbedKey,
): Promise<string | undefined> {
  const from: Place = { ...source, database, key: probed.key };
  const to: Place = { ...target, database, key: probed.key };
  const [mine, theirs] = await Promise.all([typeOf(from), typeOf(to)]);
  if (mine !== theirs) return `${mine} here, ${theirs} there`;
  try {
    const type = typeNamed(mine);
    const piece = await pieceLength(type, from, probed.bytes);
    for await (const repair of type.reconcile(from, to, piece)) {
      if (repair.length > 0) return `${mine} of another value`;
    }
    return undefined;
  } catch (error) {
    if (error instanceof Changed) return 'changing';
    if (error instanceof Diverged) return `${mine} of another value`;
    throw error;
  }
}

async function typeOf({ connection, database, key }: Place): Promise<string> {
  const [type] = await connection.batchIn(database, [['TYPE', key]]);
  if (type instanceof ReplyError) throw connection.explain(type);
  return String(type);
}
