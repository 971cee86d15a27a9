import type { Dialect } from '../dialect';
import { nameOf } from '../key';
import type { Reply } from '../resp/reply';
import type { Command } from '../resp/writer';
import { next } from './stream-ids';
import { ask, type Place } from './value';

interface Pending {
  readonly id: Buffer;
  readonly consumer: Buffer;
  readonly deliveredAt: number;
  readonly deliveries: number;
}

export interface StreamGroup {
  readonly name: Buffer;
  readonly lastDelivered: Buffer;
  readonly entriesRead?: number;
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

/** The commands that give the stream, whose entries are there, this group. */
export function groupCommands(key: Buffer, group: StreamGroup, dialect: Dialect): Command[] {
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

/** Positions and pending entries; not idle times, which run on, nor consumers that hold nothing. */
export function sameGroups(one: readonly StreamGroup[], other: readonly StreamGroup[]): boolean {
  const print = (group: StreamGroup) =>
    JSON.stringify([
      group.name.toString('latin1'),
      group.lastDelivered.toString('latin1'),
      group.pending.map(({ id, consumer, deliveries }) => [nameOf(id), nameOf(consumer), deliveries]),
    ]);
  const prints = new Set(one.map(print));
  return one.length === other.length && other.every((group) => prints.has(print(group)));
}

/** A reply of XINFO: names and values by turns. */
export function named(reply: Reply | undefined): Map<string, Reply> {
  const fields = new Map<string, Reply>();
  if (!Array.isArray(reply)) return fields;
  for (let i = 0; i + 1 < reply.length; i += 2) fields.set(String(reply[i]), reply[i + 1] ?? null);
  return fields;
}
