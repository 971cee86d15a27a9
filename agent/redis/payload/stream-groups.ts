import type { Dialect } from '../dialect';
import { nameOf } from '../key';
import type { Reply } from '../resp/reply';
import type { Command } from '../resp/writer';
import { next } from './stream-ids';
import { ARGUMENTS_PER_COMMAND, ask, Diverged, type Place, sliced } from './value';

interface Pending {
  readonly id: Buffer;
  readonly consumer: Buffer;
  readonly deliveredAt: number;
  readonly deliveries: number;
}

export interface StreamGroup {
  readonly name: Buffer;
  readonly lastDelivered: Buffer;
  /** `null` where the server does not know it; absent where its version has none (before 7.0). */
  readonly entriesRead?: number | null;
  readonly consumers: readonly Buffer[];
  readonly pending: readonly Pending[];
}

/** Pending entries read at a time. */
const PAGE = 1000;

export async function groupsOf(place: Place): Promise<StreamGroup[]> {
  const [reply] = await ask(place, ['XINFO', 'GROUPS', place.key]);
  const groups: StreamGroup[] = [];
  for (const item of Array.isArray(reply) ? reply : []) {
    const fields = named(item);
    const [name, lastDelivered, entriesRead] = ['name', 'last-delivered-id', 'entries-read'].map((f) => fields.get(f));
    if (!Buffer.isBuffer(name) || !Buffer.isBuffer(lastDelivered))
      throw new Error('XINFO GROUPS lacks name or position.');
    const [consumers] = await ask(place, ['XINFO', 'CONSUMERS', place.key, name]);
    groups.push({
      name,
      lastDelivered,
      ...(entriesRead === undefined ? {} : { entriesRead: typeof entriesRead === 'number' ? entriesRead : null }),
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

/** The commands that give the stream this group, with those of its pending entries that the stream has. */
export function groupCommands(key: Buffer, group: StreamGroup, dialect: Dialect): Command[] {
  return [
    ['XGROUP', 'CREATE', key, group.name, ...positionOf(group, dialect)],
    ...group.consumers.map((consumer) => createConsumer(key, group, consumer, dialect)),
    ...group.pending.map((pending) => claim(key, group, pending)),
  ];
}

/** The group with those pending entries only for which `holds`. */
export function pendingOnly(group: StreamGroup, holds: (id: Buffer) => boolean): StreamGroup {
  return { ...group, pending: group.pending.filter(({ id }) => holds(id)) };
}

export function claims(key: Buffer, group: StreamGroup): Command[] {
  return group.pending.map((pending) => claim(key, group, pending));
}

/** What `editGroups` claims. */
export function claimedBy(wanted: readonly StreamGroup[], present: readonly StreamGroup[]): StreamGroup[] {
  return wanted.map((group) => {
    const old = present.find(({ name }) => name.equals(group.name));
    const held = new Map(old?.pending.map((pending) => [nameOf(pending.id), pending]));
    return {
      ...group,
      pending: group.pending.filter((pending) => !samePending(pending, held.get(nameOf(pending.id)))),
    };
  });
}

/** The commands that make the stream's groups those that are wanted, where it has all entries that are claimed. */
export function editGroups(
  key: Buffer,
  wanted: readonly StreamGroup[],
  present: readonly StreamGroup[],
  dialect: Dialect,
): Command[] {
  const gone = present.filter(({ name }) => !wanted.some((group) => group.name.equals(name)));
  if (gone.length > 0 && wanted.length === 0 && dialect.streamCrashes) throw new Diverged('the last group is gone');
  const claimed = claimedBy(wanted, present);
  return [
    ...gone.map(({ name }): Command => ['XGROUP', 'DESTROY', key, name]),
    ...wanted.flatMap((group, i) => {
      const old = present.find(({ name }) => name.equals(group.name));
      return old === undefined
        ? groupCommands(key, group, dialect)
        : editGroup(key, group, old, claimed[i]?.pending ?? [], dialect);
    }),
  ];
}

function editGroup(
  key: Buffer,
  group: StreamGroup,
  old: StreamGroup,
  claimed: readonly Pending[],
  dialect: Dialect,
): Command[] {
  const wanted = new Set(group.pending.map(({ id }) => nameOf(id)));
  const acknowledged = old.pending.map(({ id }) => id).filter((id) => !wanted.has(nameOf(id)));
  const lacks = (consumers: readonly Buffer[], one: Buffer) => !consumers.some((other) => other.equals(one));
  return [
    ...(samePosition(group, old)
      ? []
      : [['XGROUP', 'SETID', key, group.name, ...positionOf(group, dialect)] satisfies Command]),
    ...sliced(acknowledged, ARGUMENTS_PER_COMMAND).map((ids): Command => ['XACK', key, group.name, ...ids]),
    ...group.consumers
      .filter((consumer) => lacks(old.consumers, consumer))
      .map((consumer) => createConsumer(key, group, consumer, dialect)),
    ...claimed.map((pending) => claim(key, group, pending)),
    // Last: what it held is another consumer's by now.
    ...old.consumers
      .filter((consumer) => lacks(group.consumers, consumer))
      .map((consumer): Command => ['XGROUP', 'DELCONSUMER', key, group.name, consumer]),
  ];
}

function positionOf({ lastDelivered, entriesRead }: StreamGroup, { streamCounters }: Dialect): Command {
  return streamCounters && typeof entriesRead === 'number'
    ? [lastDelivered, 'ENTRIESREAD', entriesRead]
    : [lastDelivered];
}

/** Before 6.2 a consumer comes to be by reading; what it has read before is nothing yet. */
function createConsumer(key: Buffer, { name }: StreamGroup, consumer: Buffer, dialect: Dialect): Command {
  return dialect.streamCreateConsumer
    ? ['XGROUP', 'CREATECONSUMER', key, name, consumer]
    : ['XREADGROUP', 'GROUP', name, consumer, 'COUNT', 1, 'STREAMS', key, '0'];
}

function claim(key: Buffer, { name }: StreamGroup, { id, consumer, deliveredAt, deliveries }: Pending): Command {
  return [
    ...['XCLAIM', key, name, consumer, 0, id],
    ...['TIME', deliveredAt, 'RETRYCOUNT', deliveries, 'FORCE', 'JUSTID'],
  ];
}

/** Positions, consumers and pending entries; not idle times, which run on. */
export function sameGroups(one: readonly StreamGroup[], other: readonly StreamGroup[]): boolean {
  return (
    one.length === other.length &&
    one.every((group) => {
      const there = other.find(({ name }) => name.equals(group.name));
      return there !== undefined && sameGroup(group, there);
    })
  );
}

function sameGroup(one: StreamGroup, other: StreamGroup): boolean {
  const consumers = new Set(other.consumers.map(nameOf));
  return (
    samePosition(one, other) &&
    one.consumers.length === other.consumers.length &&
    one.consumers.every((consumer) => consumers.has(nameOf(consumer))) &&
    one.pending.length === other.pending.length &&
    one.pending.every((pending, i) => samePending(pending, other.pending[i]))
  );
}

/** What a group has read is compared where both servers count it. */
function samePosition(one: StreamGroup, other: StreamGroup): boolean {
  if (!one.lastDelivered.equals(other.lastDelivered)) return false;
  return one.entriesRead === undefined || other.entriesRead === undefined || one.entriesRead === other.entriesRead;
}

function samePending(one: Pending, other: Pending | undefined): boolean {
  return (
    other !== undefined &&
    one.id.equals(other.id) &&
    one.consumer.equals(other.consumer) &&
    one.deliveries === other.deliveries
  );
}

/** A reply of XINFO: names and values by turns. */
export function named(reply: Reply | undefined): Map<string, Reply> {
  const fields = new Map<string, Reply>();
  if (!Array.isArray(reply)) return fields;
  for (let i = 0; i + 1 < reply.length; i += 2) fields.set(String(reply[i]), reply[i + 1] ?? null);
  return fields;
}
