import type { Dialect } from '../dialect';
import { nameOf } from '../key';
import type { Reply } from '../resp/reply';
import type { Command } from '../resp/writer';
import { ARGUMENTS_PER_COMMAND, ask, buffers, Changed, type DataType, Diverged, type Place, sliced } from './value';

interface Entry {
  readonly id: Buffer;
  readonly fields: readonly Buffer[];
}

interface Pending {
  readonly id: Buffer;
  readonly consumer: Buffer;
  readonly deliveredAt: number;
  readonly deliveries: number;
}

interface Group {
  readonly name: Buffer;
  readonly lastDelivered: Buffer;
  readonly entriesRead?: number;
  readonly consumers: readonly Buffer[];
  readonly pending: readonly Pending[];
}

export interface Stream {
  readonly entries: readonly Entry[];
  readonly lastId: Buffer;
  readonly entriesAdded?: number;
  readonly maxDeletedId?: Buffer;
  readonly groups: readonly Group[];
}

/** Entries of one command, and pending entries read at a time. */
const PAGE = 1000;
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
    let newest: Entry[] = [];
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

/** Ids that are pending in some group without an entry of the stream. */
class Ghosts {
  private readonly pending: Buffer[];
  private readonly found: Buffer[] = [];
  private at = 0;

  constructor(groups: readonly Group[]) {
    const ids = new Map(groups.flatMap(({ pending }) => pending.map(({ id }) => [nameOf(id), id] as const)));
    this.pending = [...ids.values()].sort(compareIds);
  }

  get any(): boolean {
    return this.found.length > 0;
  }

  ids(): readonly Buffer[] {
    return this.found;
  }

  /** The next entries of the stream with the ghosts between them, in order. */
  among(entries: readonly Entry[]): Entry[] {
    const result: Entry[] = [];
    for (const entry of entries) {
      for (let id = this.pending[this.at]; id !== undefined; id = this.pending[this.at]) {
        const order = compareIds(id, entry.id);
        if (order > 0) break;
        this.at += 1;
        if (order < 0) result.push(this.ghost(id));
      }
      result.push(entry);
    }
    return result;
  }

  /** Those behind the last entry. */
  rest(): Entry[] {
    const ids = this.pending.slice(this.at);
    this.at = this.pending.length;
    return ids.map((id) => this.ghost(id));
  }

  private ghost(id: Buffer): Entry {
    this.found.push(id);
    return { id, fields: [Buffer.from('gone'), Buffer.from('')] };
  }
}

function compareIds(one: Buffer, other: Buffer): number {
  const [ms = '0', sequence = '0'] = one.toString('latin1').split('-');
  const [otherMs = '0', otherSequence = '0'] = other.toString('latin1').split('-');
  if (ms !== otherMs) return Number(BigInt(ms) - BigInt(otherMs));
  return Number(BigInt(sequence) - BigInt(otherSequence));
}

function append(key: Buffer, entries: readonly Entry[]): Command[] {
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

function groupCommands(key: Buffer, group: Group, dialect: Dialect): Command[] {
  const create: Command = ['XGROUP', 'CREATE', key, group.name, group.lastDelivered];
  const read = dialect.streamCounters && group.entriesRead !== undefined ? ['ENTRIESREAD', group.entriesRead] : [];
  const consumers = dialect.streamCreateConsumer ? group.consumers : [];
  return [
    [...create, ...read],
    ...consumers.map((consumer): Command => ['XGROUP', 'CREATECONSUMER', key, group.name, consumer]),
    ...group.pending.map(
      ({ id, consumer, deliveredAt, deliveries }): Command => [
        ...['XCLAIM', key, group.name, consumer, 0, id],
        ...['TIME', deliveredAt, 'RETRYCOUNT', deliveries, 'FORCE', 'JUSTID'],
      ],
    ),
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

async function groupsOf(place: Place): Promise<Group[]> {
  const [reply] = await ask(place, ['XINFO', 'GROUPS', place.key]);
  const groups: Group[] = [];
  for (const item of Array.isArray(reply) ? reply : []) {
    const fields = named(item);
    const [name, lastDelivered, entriesRead] = ['name', 'last-delivered-id', 'entries-read'].map((f) => fields.get(f));
    if (!Buffer.isBuffer(name) || !Buffer.isBuffer(lastDelivered))
      throw new Error('XINFO GROUPS lacks name or position.');
    const [consumers] = await ask(place, ['XINFO', 'CONSUMERS', place.key, name]);
    groups.push({
      name,
      lastDelivered,
      ...(typeof entriesRead === 'number' ? { entriesRead } : {}),
      consumers: (Array.isArray(consumers) ? consumers : [])
        .map((consumer) => named(consumer).get('name'))
        .filter((consumer) => Buffer.isBuffer(consumer)),
      pending: Number(fields.get('pending')) > 0 ? await pendingOf(place, name) : [],
    });
  }
  return groups;
}

async function pendingOf(place: Place, group: Buffer): Promise<Pending[]> {
  const pending: Pending[] = [];
  for (let from = '-'; ; ) {
    const [reply] = await ask(place, ['XPENDING', place.key, group, from, '+', PAGE]);
    const now = Date.now();
    const page = (Array.isArray(reply) ? reply : []).map((item): Pending => {
      const [id, consumer, idle, deliveries] = Array.isArray(item) ? item : [];
      if (!Buffer.isBuffer(id) || !Buffer.isBuffer(consumer)) throw new Error('XPENDING lacks an id or a consumer.');
      return { id, consumer, deliveredAt: now - Number(idle), deliveries: Number(deliveries) };
    });
    pending.push(...page);
    const last = page[page.length - 1];
    if (last === undefined || page.length < PAGE) return pending;
    from = next(last.id);
  }
}

async function page(place: Place, from: string, count: number): Promise<Entry[]> {
  const [reply] = await ask(place, ['XRANGE', place.key, from, '+', 'COUNT', count]);
  return entriesOf(reply);
}

function entriesOf(reply: Reply | undefined): Entry[] {
  return (Array.isArray(reply) ? reply : []).map((item) => {
    const [id, fields] = Array.isArray(item) ? item : [];
    if (!Buffer.isBuffer(id)) throw new Error('XRANGE answered with an entry without an id.');
    return { id, fields: buffers(fields) };
  });
}

/** The id right behind this one; 6.2's exclusive `(` is not there before. */
function next(id: Buffer): string {
  const [milliseconds = '0', sequence = '0'] = id.toString('latin1').split('-');
  return `${milliseconds}-${BigInt(sequence) + 1n}`;
}

function named(reply: Reply | undefined): Map<string, Reply> {
  const fields = new Map<string, Reply>();
  if (!Array.isArray(reply)) return fields;
  for (let i = 0; i + 1 < reply.length; i += 2) fields.set(String(reply[i]), reply[i + 1] ?? null);
  return fields;
}

function sameEntry(one: Entry, other: Entry | undefined): boolean {
  return (
    other !== undefined &&
    one.id.equals(other.id) &&
    one.fields.length === other.fields.length &&
    one.fields.every((field, i) => other.fields[i]?.equals(field))
  );
}

/** Positions and pending entries; not idle times, which run on, nor consumers that hold nothing. */
function sameGroups(one: readonly Group[], other: readonly Group[]): boolean {
  const print = (group: Group) =>
    JSON.stringify([
      group.name.toString('latin1'),
      group.lastDelivered.toString('latin1'),
      group.pending.map(({ id, consumer, deliveries }) => [nameOf(id), nameOf(consumer), deliveries]),
    ]);
  const prints = new Set(one.map(print));
  return one.length === other.length && other.every((group) => prints.has(print(group)));
}
