import type { Dialect } from '../dialect';
import type { Command } from '../resp/writer';
import { entriesOf, page, type StreamEntry, sameEntry } from './stream-entries';
import { Ghosts } from './stream-ghosts';
import { editGroups, groupCommands, groupsOf, named, type StreamGroup, sameGroups } from './stream-groups';
import { compareIds, next } from './stream-ids';
import { ARGUMENTS_PER_COMMAND, ask, Changed, type DataType, Diverged, type Place, sliced } from './value';

/** What XINFO STREAM says of a stream beside its entries. */
interface StreamHead {
  readonly lastId: Buffer;
  readonly entriesAdded?: number;
  readonly maxDeletedId?: Buffer;
}

export interface Stream extends StreamHead {
  readonly entries: readonly StreamEntry[];
  readonly groups: readonly StreamGroup[];
}

/** A group that exists only while its making makes an empty stream. */
const ASSEMBLING = 'cdk-cutover:assembling';
const NO_ID = '0-0';

/**
 * Streams with their consumer groups: entries, last id, counters, each group's position, consumers and pending entries.
 * A message that was deleted or trimmed away stays pending; XCLAIM accepts only ids that exist, so such a ghost is added
 * while the stream is built and removed again behind the claims.
 *
 * Groups are read first, then the head, then entries up to the head's last id: what is added meanwhile has an event of
 * its own, and the target's last id is never that of an entry which it does not hold.
 */
export const streams: DataType<Stream> = {
  async length(place) {
    const [length] = await ask(place, ['XLEN', place.key]);
    return Number(length);
  },

  async read(from) {
    const groups = await groupsOf(from);
    const top = await head(from);
    const [reply] = await ask(from, ['XRANGE', from.key, '-', top.lastId]);
    return consistent({ entries: entriesOf(reply), ...top, groups });
  },

  build(key, stream, dialect) {
    const ghosts = new Ghosts(stream.groups);
    const entries = [...ghosts.among(stream.entries), ...ghosts.rest()];
    return [...append(key, entries), ...finish(key, stream, ghosts, dialect, entries.length)];
  },

  equal(one, other) {
    return (
      sameHead(one, other) &&
      one.entries.length === other.entries.length &&
      one.entries.every((entry, i) => sameEntry(entry, other.entries[i])) &&
      sameGroups(one.groups, other.groups)
    );
  },

  async *reconcile(source, target, pieceLength) {
    const [exists] = await ask(target, ['EXISTS', target.key]);
    const groups = await groupsOf(source);
    const top = await head(source);
    const present = exists === 1 ? await head(target) : undefined;
    if (present !== undefined && compareIds(present.lastId, top.lastId) > 0) throw new Diverged('the stream is older');
    const ghosts = new Ghosts(groups);
    const [oldest] = await page(source, '-', top.lastId, 1);
    if (present !== undefined) yield* trim(target, oldest);
    let latest = oldest;
    let [length, added] = [0, 0];
    let after = '-';
    for (;;) {
      const [mine, theirs] = await Promise.all([
        page(source, after, top.lastId, pieceLength),
        page(target, after, top.lastId, pieceLength),
      ]);
      const kept = theirs.every((entry, i) => sameEntry(entry, mine[i]));
      // Entries never change and are only added behind the last: anything else is a stream made anew.
      if (!kept) throw new Diverged('the streams differ before their end');
      const withGhosts = ghosts.among(mine);
      const missing = present === undefined ? withGhosts : mine.slice(theirs.length);
      const [first] = missing;
      if (first !== undefined && present !== undefined && compareIds(first.id, present.lastId) <= 0) {
        throw new Diverged('the target has had later entries');
      }
      if (missing.length > 0) yield append(target.key, missing);
      added += missing.length;
      length += mine.length;
      latest = mine[mine.length - 1] ?? latest;
      if (latest === undefined || mine.length < pieceLength) break;
      after = next(latest.id);
    }
    const ends = [oldest, latest].filter((entry) => entry !== undefined);
    const wanted = consistent({ entries: ends, ...top, groups }, length);
    const late = ghosts.rest();
    if (present === undefined) {
      yield [...append(target.key, late), ...finish(target.key, wanted, ghosts, target.dialect, added + late.length)];
      return;
    }
    if (isZero(top.maxDeletedId) && !isZero(present.maxDeletedId ?? top.maxDeletedId)) {
      throw new Diverged('no entry was deleted');
    }
    const edits = [
      ...(added > 0 || !sameHead(present, top) ? position(target.key, top, target.dialect) : []),
      ...editGroups(target.key, groups, await groupsOf(target), ghosts.set(), target.dialect),
    ];
    if (edits.length > 0) yield edits;
  },
};

/** Takes what the source has trimmed off the target's beginning. */
async function* trim({ key, ...target }: Place, oldest: StreamEntry | undefined): AsyncGenerator<Command[]> {
  const place: Place = { ...target, key };
  for (;;) {
    const first = (await page(place, '-', '+', ARGUMENTS_PER_COMMAND)).map(({ id }) => id);
    const trimmed = first.filter((id) => oldest === undefined || compareIds(id, oldest.id) < 0);
    if (trimmed.length === 0) return;
    if (oldest === undefined) yield [['XTRIM', key, 'MAXLEN', 0]];
    else if (target.dialect.streamTrimById) yield [['XTRIM', key, 'MINID', oldest.id]];
    else yield [['XDEL', key, ...trimmed]];
  }
}

/** Where a pending message or an entry is newer than the last id, the stream was made anew between two reads. */
function consistent(stream: Stream, length = stream.entries.length): Stream {
  const pending = stream.groups.flatMap((group) => group.pending.map(({ id }) => id));
  const ids = [...stream.entries.slice(-1).map(({ id }) => id), ...pending];
  const anew = ids.some((id) => compareIds(id, stream.lastId) > 0) || (stream.entriesAdded ?? length) < length;
  if (anew) throw new Changed('the stream was made anew while it was read');
  return stream;
}

function append(key: Buffer, entries: readonly StreamEntry[]): Command[] {
  return entries.map(({ id, fields }): Command => ['XADD', key, id, ...fields]);
}

/** Everything of a new stream but its entries, of which `added` were, ghosts among them. */
function finish(key: Buffer, stream: Stream, ghosts: Ghosts, dialect: Dialect, added: number): Command[] {
  // Before the groups, whose counters may not exceed the stream's; which in turn may not be below its length.
  const withGhosts = { ...stream, entriesAdded: Math.max(stream.entriesAdded ?? 0, added) };
  return [
    ...(added === 0 ? beginEmpty(key, stream, dialect) : []),
    ...position(key, ghosts.any ? withGhosts : stream, dialect),
    ...stream.groups.flatMap((group) => groupCommands(key, group, dialect)),
    ...withoutGhosts(key, stream, ghosts, dialect),
    ...(ghosts.any ? position(key, stream, dialect) : []),
  ];
}

/**
 * An empty stream. A group's making makes it; but where a group is destroyed again a table without one stays behind, of
 * which some versions die (`streamCrashes`): there it is made by an entry that is deleted.
 */
function beginEmpty(key: Buffer, { lastId }: Stream, dialect: Dialect): Command[] {
  if (dialect.streamCrashes) {
    const id = isZero(lastId) ? '0-1' : lastId;
    return [
      ['XADD', key, id, 'gone', ''],
      ['XDEL', key, id],
    ];
  }
  return [
    ['XGROUP', 'CREATE', key, ASSEMBLING, '0', 'MKSTREAM'],
    ['XGROUP', 'DESTROY', key, ASSEMBLING],
  ];
}

function position(key: Buffer, { lastId, entriesAdded, maxDeletedId }: StreamHead, dialect: Dialect): Command[] {
  if (!dialect.streamCounters || entriesAdded === undefined || maxDeletedId === undefined)
    return [['XSETID', key, lastId]];
  return [['XSETID', key, lastId, 'ENTRIESADDED', entriesAdded, 'MAXDELETEDID', maxDeletedId]];
}

/** XDEL leaves the id that it deleted in the head, from 7.0; XTRIM does not: where none was ever deleted, ghosts are trimmed. */
function withoutGhosts(
  key: Buffer,
  { entries: [oldest], maxDeletedId }: Stream,
  ghosts: Ghosts,
  { streamCounters }: Dialect,
): Command[] {
  if (!ghosts.any) return [];
  if (streamCounters && isZero(maxDeletedId)) {
    return [oldest === undefined ? ['XTRIM', key, 'MAXLEN', 0] : ['XTRIM', key, 'MINID', oldest.id]];
  }
  return sliced(ghosts.ids(), ARGUMENTS_PER_COMMAND).map((ids): Command => ['XDEL', key, ...ids]);
}

/** Counters are compared where both servers have them. */
function sameHead(one: StreamHead, other: StreamHead): boolean {
  if (!one.lastId.equals(other.lastId)) return false;
  if (one.entriesAdded === undefined || other.entriesAdded === undefined) return true;
  return (
    one.entriesAdded === other.entriesAdded && one.maxDeletedId?.equals(other.maxDeletedId ?? Buffer.alloc(0)) === true
  );
}

function isZero(id: Buffer | undefined): boolean {
  return id?.toString('latin1') === NO_ID;
}

async function head(place: Place): Promise<StreamHead> {
  const [reply] = await ask(place, ['XINFO', 'STREAM', place.key]);
  const fields = named(reply);
  const lastId = fields.get('last-generated-id');
  if (!Buffer.isBuffer(lastId)) throw new Changed('the stream is gone');
  const added = fields.get('entries-added');
  const deleted = fields.get('max-deleted-entry-id');
  return {
    lastId,
    ...(added === undefined ? {} : { entriesAdded: Number(added) }),
    ...(Buffer.isBuffer(deleted) ? { maxDeletedId: deleted } : {}),
  };
}
