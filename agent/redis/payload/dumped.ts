import { nameOf } from '../key';
import type { Reply } from '../resp/reply';
import type { Command } from '../resp/writer';
import { ARGUMENTS_PER_COMMAND, ask, buffers, Changed, type DataType, Diverged, type Place, sliced } from './value';

/** The version of the RDB format and the checksum, which end every dump. */
export const DUMP_FOOTER_BYTES = 10;

/**
 * Types of modules, vector sets of Redis 8 among them: their values travel as dumps only, between servers that take each
 * other's. Two dumps of one vector set differ, for each holds the graph in the order in which it was built, so these are
 * compared by their elements.
 */
export function dumped(name: string): DataType<readonly string[]> {
  const type: DataType<readonly string[]> = {
    async length(place) {
      const [exists] = await ask(place, ['EXISTS', place.key]);
      return Number(exists);
    },
    read: name === 'vectorset' ? elementsOf : dumpOf,
    build() {
      throw onlyDumped(name);
    },
    equal: (one, other) => one.length === other.length && one.every((part, i) => part === other[i]),
    // biome-ignore lint/correctness/useYield: what differs cannot be edited.
    async *reconcile(source, target) {
      const [mine, theirs] = await Promise.all([type.read(source), type.read(target)]);
      if (!type.equal(mine, theirs)) throw new Diverged(`the ${name} differs`);
    },
  };
  return type;
}

export function onlyDumped(name: string): Error {
  return new Error(
    `A key is of the type "${name}", which belongs to a module and can only be copied between servers of one RDB ` +
      'version: load the module on the target, or delete these keys.',
  );
}

async function dumpOf(from: Place): Promise<readonly string[]> {
  const [dump] = await ask(from, ['DUMP', from.key]);
  if (!Buffer.isBuffer(dump)) throw new Changed('the key is gone');
  return [nameOf(dump.subarray(0, dump.length - DUMP_FOOTER_BYTES))];
}

/** Each element with what is stored of it: quantization, vector, norm, range (https://redis.io/commands/VEMB), attributes. */
async function elementsOf(from: Place): Promise<readonly string[]> {
  const [count] = await ask(from, ['VCARD', from.key]);
  const [members] = await ask(from, ['VRANDMEMBER', from.key, Number(count)]);
  const elements: string[] = [];
  for (const names of sliced(buffers(members), ARGUMENTS_PER_COMMAND)) {
    const questions = names.flatMap((name): Command[] => [
      ['VEMB', from.key, name, 'RAW'],
      ['VGETATTR', from.key, name],
    ]);
    const replies = await ask(from, ...questions);
    elements.push(...names.map((name, i) => text([name, replies[2 * i] ?? null, replies[2 * i + 1] ?? null])));
  }
  if (elements.length === 0) throw new Changed('the vector set is gone');
  return elements.sort();
}

function text(reply: Reply): string {
  if (Array.isArray(reply)) return JSON.stringify(reply.map(text));
  return Buffer.isBuffer(reply) ? nameOf(reply) : String(reply);
}
