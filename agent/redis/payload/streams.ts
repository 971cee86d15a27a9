import type { Dialect } from '../dialect';
import type { Command } from '../resp/writer';
import { entriesOf, page, type StreamEntry, sameEntry } from './stream-entries';
import { Ghosts } from './stream-ghosts';
import { groupCommands, groupsOf, named, type StreamGroup, sameGroups } from './stream-groups';
import { compareIds, next } from './stream-ids';
import { ARGUMENTS_PER_COMMAND, ask, Changed, type DataType, Diverged, type Place, sliced } from './value';

export interface Stream {
  readonly entries: readonly StreamEntry[];
  readonly lastId: Buffer;
  readonly entriesAdded?: number;
  readonly maxDeletedId?: Buffer;
  readonly groups: readonly StreamGroup[];
}

/** A group that exists only while its making makes an empty stream. */
const ASSEMBLING = 'cdk-cutover:assembling';

/**
 * Streams with their consumer groups: entries, last id, each group's position, consumers and pending entries. A message
 * that was deleted or trimmed away stays pending; XCLAIM accepts only ids that exist, so such a ghost is added while
 * the stream is built and deleted again behind the claims.
 */
export const streams: DataType<Stream> = {
  async length(place) {
    const [length] = await ask(place, ['XLEN', place.key]);
    return Number(length);
  },

  async read(from) {
    const groups = await groupsOf(from);
    const [reply] = await ask(from, ['XRANGE', from.key, '-', '+']);
    return consistent({ entries: entriesOf(reply), ...(await head(from)), groups });
  },

  build(key, stream, dialect) {
    const ghosts = new Ghosts(stream.groups);
    return [
      ...append(key, [...ghosts.among(stream.entries), ...ghosts.rest()]),
      ...finish(key, stream, ghosts, dialect),
    ];
  },

  equal(one, other) {
    return (
      one.lastId.equals(other.lastId) &&
      one.entries.length === other.entries.length &&
      one.entries.every((entry, i) => sameEntry(entry, other.entries[i])) &&
      sameGroups(one.groups, other.groups)
    );
  },

  async *reconcile(source, target, pieceLength) {
    const [exists] = await ask(target, ['EXISTS', target.key]);
    const groups = await groupsOf(source);
    const ghosts = new Ghosts(groups);
    let newest: StreamEntry[] = [];
    let length = 0;
    let after = '-';
    for (;;) {
      const [mine, theirs] = await Promise.all([page(source, after, pieceLength), page(target, after, pieceLength)]);
      const kept = theirs.every((entry, i) => sameEntry(entry, mine[i]));
      // Entries never change and are only added behind the last: anything else is a stream made anew or trimmed.
      if (!kept) throw new Diverged('the streams differ before their end');
      const withGhosts = ghosts.among(mine);
      const missing = exists === 1 ? mine.slice(theirs.length) : withGhosts;
      if (missing.length > 0) yield append(target.key, missing);
      const last = mine[mine.length - 1];
      if (last !== undefined) newest = [last];
      length += mine.length;
      if (last === undefined || mine.length < pieceLength) break;
      after = next(last.id);
    }
    const wanted = consistent({ entries: newest, ...(await head(source)), groups }, length);
    const late = ghosts.rest();
    if (exists === 1) {
      const present = { ...(await head(target)), groups: await groupsOf(target) };
      if (present.lastId.equals(wanted.lastId) && sameGroups(present.groups, wanted.groups)) return;
      if (ghosts.any) throw new Diverged('a pending message is gone, and can be added before the others only');
      const old = present.groups.map(({ name }): Command => ['XGROUP', 'DESTROY', target.key, name]);
      yield [...old, ...finish(target.key, wanted, ghosts, target.dialect)];
      return;
    }
    yield [...append(target.key, late), ...finish(target.key, wanted, ghosts, target.dialect)];
  },
};

/**
 * Groups are read first, then entries, then the last id: what is added meanwhile makes each at most newer than the one
 * before. Where that does not hold, the stream was made anew between two of the reads.
 */
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

/** Everything of a stream but its entries. A group's making also makes the stream, where it holds no entry. */
function finish(key: Buffer, stream: Stream, ghosts: Ghosts, dialect: Dialect): Command[] {
  const counters: Command =
    dialect.streamCounters && stream.entriesAdded !== undefined && stream.maxDeletedId !== undefined
      ? ['XSETID', key, stream.lastId, 'ENTRIESADDED', stream.entriesAdded, 'MAXDELETEDID', stream.maxDeletedId]
      : ['XSETID', key, stream.lastId];
  return [
    ['XGROUP', 'CREATE', key, ASSEMBLING, '0', 'MKSTREAM'],
    ['XGROUP', 'DESTROY', key, ASSEMBLING],
    ...stream.groups.flatMap((group) => groupCommands(key, group, dialect)),
    ...(ghosts.any ? sliced(ghosts.ids(), ARGUMENTS_PER_COMMAND).map((ids): Command => ['XDEL', key, ...ids]) : []),
    counters,
  ];
}

async function head(place: Place): Promise<Pick<Stream, 'lastId' | 'entriesAdded' | 'maxDeletedId'>> {
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
