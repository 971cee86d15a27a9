import type { Random } from '../../random';

export type DataType = 'string' | 'list' | 'set' | 'hash' | 'zset' | 'stream';

/** One key and how it is made. */
export interface GeneratedKey {
  readonly database: number;
  readonly key: Buffer;
  readonly type: DataType;
  /** Command and arguments. */
  readonly commands: readonly (readonly (string | number | Buffer)[])[];
}

/** Keys of a type in 100. */
const MIX: readonly (readonly [DataType, number])[] = [
  ['string', 55],
  ['hash', 18],
  ['list', 9],
  ['set', 8],
  ['zset', 7],
  ['stream', 3],
];

/** Elements of a big key. */
const BIG = 20_000;
/** Elements written by one command. */
const PER_COMMAND = 500;

const DAY_MS = 86_400_000;

export interface GeneratorOptions {
  readonly keys: number;
  readonly databases: readonly number[];
  readonly types: readonly DataType[];
  /** How many of the keys have 20,000 elements, or some megabytes. */
  readonly bigKeys: number;
}

/** The same keys for the same seed, one after another. */
export function* generatedKeys(random: Random, options: GeneratorOptions): Generator<GeneratedKey> {
  const mix = MIX.filter(([type]) => options.types.includes(type));
  const every =
    options.bigKeys > 0 ? Math.max(1, Math.floor(options.keys / options.bigKeys)) : Number.POSITIVE_INFINITY;
  for (let index = 0; index < options.keys; index++) {
    // Spread over the keyspace, and each of another type than the last.
    const bigIndex = index % every === 0 && index / every < options.bigKeys ? index / every : undefined;
    const type = bigIndex === undefined ? weighted(random, mix) : (mix[bigIndex % mix.length]?.[0] ?? 'string');
    const key = keyOf(random, index, type);
    const commands = contentOf(random, key, type, bigIndex !== undefined);
    const ttlMs = ttlOf(random);
    if (ttlMs !== undefined) commands.push(['PEXPIRE', key, ttlMs]);
    yield { database: random.pick(options.databases), key, type, commands };
  }
}

function weighted(random: Random, mix: readonly (readonly [DataType, number])[]): DataType {
  let rest = random.next() * mix.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [type, weight] of mix) {
    rest -= weight;
    if (rest < 0) return type;
  }
  return 'string';
}

/** Names as applications give them; some with bytes that are no text, a few long. */
function keyOf(random: Random, index: number, type: DataType): Buffer {
  const name = `data:${type}:${index}`;
  if (random.chance(0.03))
    return Buffer.concat([Buffer.from(`${name}:`), random.bytes(8), Buffer.from([0, 13, 10, 255])]);
  return Buffer.from(random.chance(0.01) ? `${name}:${'k'.repeat(300)}` : name);
}

/** A third expires: most in hours or days, some while the rehearsal runs. */
function ttlOf(random: Random): number | undefined {
  if (!random.chance(0.33)) return undefined;
  if (random.chance(0.06)) return random.between(5_000, 90_000);
  return random.between(DAY_MS / 24, 7 * DAY_MS);
}

function contentOf(random: Random, key: Buffer, type: DataType, big: boolean): (string | number | Buffer)[][] {
  if (type === 'string') return [['SET', key, stringOf(random, big)]];
  const count = big ? BIG : random.between(1, 12);
  const elements = Array.from({ length: count }, (_, index) => elementOf(random, type, index));
  // Entries get ids of their own instead of the time, or no two runs would be equal.
  if (type === 'stream')
    return elements.map(([field = '', value = ''], index) => ['XADD', key, `${index + 1}-1`, field, value]);
  const command = { list: 'RPUSH', set: 'SADD', hash: 'HMSET', zset: 'ZADD' }[type];
  const commands: (string | number | Buffer)[][] = [];
  for (let start = 0; start < count; start += PER_COMMAND) {
    commands.push([command, key, ...elements.slice(start, start + PER_COMMAND).flat()]);
  }
  return commands;
}

function stringOf(random: Random, big: boolean): string | Buffer {
  if (big) return 'v'.repeat(random.between(1 << 20, 4 << 20));
  // Numbers and short texts are stored in encodings of their own.
  if (random.chance(0.1)) return String(random.between(-1_000_000, 1_000_000));
  if (random.chance(0.05)) return random.bytes(random.between(1, 64));
  return `${random.integer(2 ** 31).toString(36)}-${'v'.repeat(random.between(4, 160))}`;
}

function elementOf(random: Random, type: Exclude<DataType, 'string'>, index: number): (string | number | Buffer)[] {
  const value = random.chance(0.05) ? random.bytes(12) : `value-${random.integer(2 ** 31).toString(36)}`;
  switch (type) {
    case 'list':
    case 'set':
      return [value];
    case 'hash':
    case 'stream':
      return [`field-${index}`, value];
    case 'zset':
      return [scoreOf(random), `member-${index}`];
  }
}

/** Scores that a copy through text gets wrong: large, tiny, infinite, many digits. */
function scoreOf(random: Random): number | string {
  if (random.chance(0.02))
    return random.pick(['+inf', '-inf', '0.1', '1e-300', '9007199254740993', '17179869184.000001']);
  return random.chance(0.5) ? random.integer(1000) : random.next() * 1e6;
}
