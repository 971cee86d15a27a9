import type { Dialect } from '../dialect';
import { nameOf } from '../key';
import type { Command } from '../resp/writer';
import { entriesOf, page, type StreamEntry, sameEntry } from './stream-entries';
import { claimGhosts, Ghosts, ghostsAmong, pendingIds } from './stream-ghosts';
import {
  claimedBy,
  claims,
  editGroups,
  groupCommands,
  groupsOf,
  named,
  pendingOnly,
  type StreamGroup,
  sameGroups,
} from './stream-groups';
import { compareIds, next } from './stream-ids';
import { ARGUMENTS_PER_COMMAND, ask, Changed, type DataType, Diverged, type Place } from './value';

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
 * Streams with their consumer groups: entries, last id, counters, each group's position, consumers and pending entries,
 * also of messages that are gone (`Ghosts`).
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
    const entries = entriesOf(reply);
    requireOne({ ...top, groups }, entries[entries.length - 1], entries.length);
    return { entries, ...top, groups };
  },

  build(key, stream, dialect) {
    const present = new Set(stream.entries.map(({ id }) => nameOf(id)));
    const ghosts = new Ghosts(pendingIds(stream.groups).filter((id) => !present.has(nameOf(id))));
    return [
      ...begin(key, stream, stream.groups, ghosts, dialect),
      ...append(key, stream.entries),
      ...finish(key, stream, stream.groups, ghosts, dialect, stream.entries.length),
    ];
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
    const ghosts = present === undefined ? await ghostsAmong(source, pendingIds(groups)) : new Ghosts([]);
    if (present === undefined && ghosts.ids.length > 0) yield begin(target.key, top, groups, ghosts, target.dialect);
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
      // Entries never change and are only added behind the last: anything else is a stream created again.
      if (!kept) throw new Diverged('the streams differ before their end');
      const missing = mine.slice(theirs.length);
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
    requireOne({ ...top, groups }, latest, length);
    if (present === undefined) {
      yield finish(target.key, top, groups, ghosts, target.dialect, added);
      return;
    }
    if (isZero(top.maxDeletedId) && !isZero(present.maxDeletedId ?? top.maxDeletedId)) {
      throw new Diverged('no entry was deleted');
    }
    const held = await groupsOf(target);
    if ((await ghostsAmong(source, pendingIds(claimedBy(groups, held)))).ids.length > 0) {
      throw new Diverged('a pending message is gone, and can be claimed in a new stream only');
    }
    const edits = [
      ...(added > 0 || !sameHead(present, top) ? position(target.key, top, target.dialect) : []),
      ...editGroups(target.key, groups, held, target.dialect),
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

/** Where a pending message or an entry is newer than the last id, the stream was created again between two reads. */
function requireOne(stream: Omit<Stream, 'entries'>, latest: StreamEntry | undefined, length: number): void {
  const ids = [...(latest === undefined ? [] : [latest.id]), ...pendingIds(stream.groups)];
  const restarted = ids.some((id) => compareIds(id, stream.lastId) > 0) || (stream.entriesAdded ?? length) < length;
  if (restarted) throw new Changed('the stream was created again while it was read');
}

function append(key: Buffer, entries: readonly StreamEntry[]): Command[] {
  return entries.map(({ id, fields }): Command => ['XADD', key, id, ...fields]);
}

/** What of a new stream comes before its entries: pending messages that are gone. */
function begin(
  key: Buffer,
  { entriesAdded = 0 }: StreamHead,
  groups: readonly StreamGroup[],
  ghosts: Ghosts,
  dialect: Dialect,
): Command[] {
  const gone = groups.map((group) => pendingOnly(group, (id) => ghosts.has(id)));
  const commands = gone.flatMap((group) => groupCommands(key, group, dialect));
  return claimGhosts(key, ghosts, entriesAdded, dialect, commands);
}

/** What of a new stream comes behind its entries, of which there are `added`. */
function finish(
  key: Buffer,
  head: StreamHead,
  groups: readonly StreamGroup[],
  ghosts: Ghosts,
  dialect: Dialect,
  added: number,
): Command[] {
  const begun = ghosts.ids.length > 0;
  const here = groups.map((group) => pendingOnly(group, (id) => !ghosts.has(id)));
  return [
    ...(added === 0 && !begun ? beginEmpty(key, head, dialect) : []),
    // Before the groups, none of which may have read more than was ever added.
    ...position(key, head, dialect),
    ...here.flatMap((group) => (begun ? claims(key, group) : groupCommands(key, group, dialect))),
  ];
}

/**
 * An empty stream. A group's making makes it; but where a group is destroyed again a table without one stays behind, of
 * which some versions die (`streamCrashes`): there it is made by an entry that is deleted.
 */
function beginEmpty(key: Buffer, { lastId }: StreamHead, dialect: Dialect): Command[] {
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
