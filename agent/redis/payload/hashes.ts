import type { Dialect } from '../dialect';
import { type KeyName, nameOf } from '../key';
import type { Command } from '../resp/writer';
import {
  ARGUMENTS_PER_COMMAND,
  ask,
  buffers,
  Changed,
  type DataType,
  type Place,
  pairs,
  scanCollection,
  sliced,
} from './value';

/** Clocks of two servers, and the time between two reads. */
const EXPIRY_TOLERANCE_MS = 1000;

export interface HashField {
  readonly name: Buffer;
  readonly value: Buffer;
  /** Milliseconds since the epoch, where the field expires by itself (Redis 7.4, Valkey 9.0). */
  readonly expiresAt?: number;
}

export const hashes: DataType<HashField[]> = {
  async length(place) {
    const [length] = await ask(place, ['HLEN', place.key]);
    return Number(length);
  },

  async read(from) {
    const [reply] = await ask(from, ['HGETALL', from.key]);
    const fields = await withExpiry(pairs(buffers(reply)), from);
    if (fields.length === 0) throw new Changed('the hash is gone');
    return fields;
  },

  build(key, fields, dialect) {
    const verb = dialect.multiFieldHset ? 'HSET' : 'HMSET';
    const values = sliced(fields, ARGUMENTS_PER_COMMAND).map(
      (slice): Command => [verb, key, ...slice.flatMap(({ name, value }) => [name, value])],
    );
    return [...values, ...expiries(key, fields, dialect)];
  },

  equal(one, other) {
    if (one.length !== other.length) return false;
    const byName = new Map<KeyName, HashField>(one.map((field) => [nameOf(field.name), field]));
    return other.every((field) => sameField(byName.get(nameOf(field.name)), field));
  },

  async *reconcile(source, target, pieceLength) {
    for await (const page of scanCollection(source, 'HSCAN', pieceLength)) {
      const mine = await withExpiry(pairs(page), source);
      const theirs = await fieldsOf(target, mine);
      const different = mine.filter((field, i) => !sameField(theirs[i], field));
      if (different.length > 0) yield hashes.build(target.key, different, target.dialect);
    }
    if ((await hashes.length(target)) <= (await hashes.length(source))) return;
    for await (const page of scanCollection(target, 'HSCAN', pieceLength)) {
      const names = pairs(page).map(([name]) => name);
      const present = await ask(source, ...names.map((name) => ['HEXISTS', source.key, name]));
      const extra = names.filter((_, i) => present[i] === 0);
      if (extra.length > 0) yield [['HDEL', target.key, ...extra]];
    }
  },
};

function sameField(one: HashField | undefined, other: HashField): boolean {
  if (one === undefined || !one.value.equals(other.value)) return false;
  if (one.expiresAt === undefined || other.expiresAt === undefined) return one.expiresAt === other.expiresAt;
  return Math.abs(one.expiresAt - other.expiresAt) <= EXPIRY_TOLERANCE_MS;
}

async function withExpiry(fields: readonly [Buffer, Buffer][], place: Place): Promise<HashField[]> {
  if (!place.dialect.hashFieldExpiry || fields.length === 0) return fields.map(([name, value]) => ({ name, value }));
  const [times] = await ask(place, [
    'HPEXPIRETIME',
    place.key,
    'FIELDS',
    fields.length,
    ...fields.map(([name]) => name),
  ]);
  return fields.map(([name, value], i) => {
    const at = Array.isArray(times) ? Number(times[i]) : -1;
    return at > 0 ? { name, value, expiresAt: at } : { name, value };
  });
}

/** The same fields as another place has them, in the order asked; undefined where it has none. */
async function fieldsOf(place: Place, wanted: readonly HashField[]): Promise<(HashField | undefined)[]> {
  const [values] = await ask(place, ['HMGET', place.key, ...wanted.map(({ name }) => name)]);
  const present: [Buffer, Buffer][] = [];
  const found = wanted.map(({ name }, i) => {
    const value = Array.isArray(values) ? values[i] : null;
    if (!Buffer.isBuffer(value)) return undefined;
    present.push([name, value]);
    return present.length - 1;
  });
  const fields = await withExpiry(present, place);
  return found.map((index) => (index === undefined ? undefined : fields[index]));
}

/** Before Redis 7.4 and Valkey 9.0 a field cannot expire by itself; the preflight has said so. */
function expiries(key: Buffer, fields: readonly HashField[], dialect: Dialect): Command[] {
  if (!dialect.hashFieldExpiry) return [];
  return fields.flatMap(({ name, expiresAt }): Command[] =>
    expiresAt === undefined ? [] : [['HPEXPIREAT', key, expiresAt, 'FIELDS', 1, name]],
  );
}
