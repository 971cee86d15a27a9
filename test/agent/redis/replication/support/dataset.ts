import type { Redis } from 'ioredis';
import type { Random } from './random';

export type Kind = 'string' | 'list' | 'set' | 'hash' | 'zset' | 'stream' | 'hyperloglog' | 'bitmap' | 'geo';
export const KINDS: readonly Kind[] = [
  ...(['string', 'list', 'set', 'hash', 'zset', 'stream', 'hyperloglog', 'bitmap', 'geo'] as const),
];
export const DATABASES = 16;

export type Call = readonly [command: string, ...args: (Buffer | string | number)[]];

/** A key of the data set: some binary, all of one kind by name, so that a load rarely runs into a wrong type. */
export function keyOf(kind: Kind, index: number): Buffer {
  const name = Buffer.from(`${kind}:${index}`);
  return index % 5 === 0 ? Buffer.concat([name, Buffer.from([0, 13, 10, 255, index & 255])]) : name;
}

/** What makes a key of this kind, from nothing. */
export function make(random: Random, kind: Kind, key: Buffer, elements = 1 + random.below(40)): Call[] {
  const several = <T>(one: (i: number) => T): T[] => Array.from({ length: elements }, (_, i) => one(i));
  switch (kind) {
    case 'string':
      return [['SET', key, random.value()]];
    case 'list':
      return [['RPUSH', key, ...several(() => random.value(40))]];
    case 'set':
      return [['SADD', key, ...several((i) => (random.chance(0.5) ? String(i) : random.value(40)))]];
    case 'hash':
      return [['HMSET', key, ...several((i) => [`field ${i}`, random.value(80)]).flat()]];
    case 'zset':
      return [['ZADD', key, ...several((i) => [score(random), `member ${i}`]).flat()]];
    case 'stream':
      return stream(random, key, elements);
    case 'hyperloglog':
      return [['PFADD', key, ...several(() => random.value(20))]];
    case 'bitmap':
      return several((): Call => ['SETBIT', key, random.below(20_000), random.below(2)]);
    case 'geo':
      return [
        ['GEOADD', key, ...several((i) => [random.next() * 180 - 90, random.next() * 80 - 40, `place ${i}`]).flat()],
      ];
  }
}

function score(random: Random): string {
  return random.pick(['0', '-1.5', '3.14159265358979', '1e20', '-inf', 'inf', '1e-9', String(random.next())]);
}

function stream(random: Random, key: Buffer, elements: number): Call[] {
  const calls: Call[] = [];
  for (let i = 0; i < elements; i += 1) calls.push(['XADD', key, '*', 'n', i, 'v', random.value(40)]);
  if (random.chance(0.5)) {
    calls.push(['XGROUP', 'CREATE', key, 'workers', '0']);
    calls.push(['XREADGROUP', 'GROUP', 'workers', 'first', 'COUNT', 3, 'STREAMS', key, '>']);
    calls.push(['XREADGROUP', 'GROUP', 'workers', 'second', 'COUNT', 2, 'STREAMS', key, '>']);
  }
  return calls;
}

export interface DatasetSize {
  /** Keys of each kind in each database. */
  readonly perKind: number;
  /** Elements of the big keys in database 0; one of each kind. */
  readonly bigElements: number;
}

/** Fills every database with keys of every kind, a third of them with an expiry, and database 0 with big ones. */
export async function fill(server: Redis, random: Random, { perKind, bigElements }: DatasetSize): Promise<void> {
  for (let database = 0; database < DATABASES; database += 1) {
    const calls: Call[] = [['SELECT', database]];
    for (const kind of KINDS) {
      for (let index = 0; index < perKind; index += 1) {
        const key = keyOf(kind, index);
        calls.push(...make(random, kind, key));
        if (random.chance(0.33)) calls.push(['PEXPIRE', key, 60_000 + random.below(3_600_000)]);
      }
    }
    await send(server, calls);
  }
  await send(server, [['SELECT', 0], ...bigKeys(random, bigElements)]);
}

export const BIG_KINDS = ['string', 'list', 'set', 'hash', 'zset', 'stream'] as const;

export function bigKeyOf(kind: (typeof BIG_KINDS)[number]): Buffer {
  return Buffer.from(`big:${kind}`);
}

/** Long enough that a few thousand of them are too big a value to be carried whole. */
export function elementOf(index: number): string {
  return `element ${index} `.padEnd(100, '.');
}

function bigKeys(random: Random, elements: number): Call[] {
  const calls: Call[] = [['SET', bigKeyOf('string'), Buffer.alloc(elements * 100, random.bytes(997))]];
  for (let i = 0; i < elements; i += 100) {
    const page = Array.from({ length: 100 }, (_, n) => ({ name: elementOf(i + n), value: random.value(100) }));
    calls.push(['RPUSH', bigKeyOf('list'), ...page.map(({ name }) => name)]);
    calls.push(['SADD', bigKeyOf('set'), ...page.map(({ name }) => name)]);
    calls.push(['HMSET', bigKeyOf('hash'), ...page.flatMap(({ name, value }) => [name, value])]);
    calls.push(['ZADD', bigKeyOf('zset'), ...page.flatMap(({ name }, n) => [i + n + 0.5, name])]);
    for (const { value } of page) calls.push(['XADD', bigKeyOf('stream'), '*', 'v', value]);
  }
  return calls;
}

/** Sends the commands in one go. Refusals are the caller's to expect: `WRONGTYPE` and the like are part of a load. */
export async function send(server: Redis, calls: readonly Call[]): Promise<void> {
  const refusals: unknown[] = [];
  for (let from = 0; from < calls.length; from += 2000) {
    const pipeline = server.pipeline();
    for (const [command, ...args] of calls.slice(from, from + 2000)) pipeline.call(command, ...args);
    for (const [error] of (await pipeline.exec()) ?? []) if (error) refusals.push(error);
  }
  if (refusals.length > 0) throw refusals[0];
}
