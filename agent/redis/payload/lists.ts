import type { Command } from '../resp/writer';
import { ARGUMENTS_PER_COMMAND, ask, buffers, Changed, type DataType, Diverged, type Place, sliced } from './value';

/** Elements at one end of which a window is searched at the same end of the other list. */
const WINDOW = 8;

export const lists: DataType<Buffer[]> = {
  async length(place) {
    const [length] = await ask(place, ['LLEN', place.key]);
    return Number(length);
  },

  async read(from) {
    const [items] = await ask(from, ['LRANGE', from.key, 0, -1]);
    const elements = buffers(items);
    if (elements.length === 0) throw new Changed('the list is gone');
    return elements;
  },

  build: (key, items) => sliced(items, ARGUMENTS_PER_COMMAND).map((slice) => ['RPUSH', key, ...slice]),

  equal: (one, other) => one.length === other.length && one.every((item, i) => other[i]?.equals(item)),

  async *reconcile(source, target, pieceLength) {
    let targetLength = await lists.length(target);
    if (targetLength > 0) {
      const head = await alignHeads(source, target, pieceLength);
      if (head.commands.length > 0) yield head.commands;
      targetLength += head.growth;
    }
    const length = await lists.length(source);
    if (targetLength > length) {
      yield [['LTRIM', target.key, 0, length - 1]];
      targetLength = length;
    }
    for (let from = 0; from < length; from += pieceLength) {
      const to = from + pieceLength - 1;
      const [mine, theirs] = await Promise.all([range(source, from, to), range(target, from, to)]);
      const kept = theirs.every((item, i) => mine[i]?.equals(item));
      // LSET costs the distance from the list's end, each: for more than a few, assembling it again is cheaper.
      if (!kept) {
        const edits: Command[] = [];
        theirs.forEach((item, i) => {
          const wanted = mine[i];
          if (wanted !== undefined && !wanted.equals(item)) edits.push(['LSET', target.key, from + i, wanted]);
        });
        if (edits.length > WINDOW) throw new Diverged('the lists differ in the middle');
        if (edits.length > 0) yield edits;
      }
      const missing = mine.slice(theirs.length);
      if (missing.length > 0) yield lists.build(target.key, missing, target.dialect);
    }
  },
};

/**
 * A queue changes at its ends. What was popped from or pushed to the head shifts every index, so the heads are
 * aligned first: the start of either list is searched near the start of the other.
 */
async function alignHeads(
  source: Place,
  target: Place,
  pieceLength: number,
): Promise<{ commands: Command[]; growth: number }> {
  const [mine, theirs] = await Promise.all([range(source, 0, pieceLength - 1), range(target, 0, pieceLength - 1)]);
  const popped = find(mine.slice(0, WINDOW), theirs);
  if (popped === 0) return { commands: [], growth: 0 };
  if (popped > 0) return { commands: [['LTRIM', target.key, popped, -1]], growth: -popped };
  const pushed = find(theirs.slice(0, WINDOW), mine);
  if (pushed < 0) throw new Diverged('the lists have no common head');
  const missing = mine.slice(0, pushed).reverse();
  return {
    commands: sliced(missing, ARGUMENTS_PER_COMMAND).map((slice) => ['LPUSH', target.key, ...slice]),
    growth: pushed,
  };
}

function find(window: readonly Buffer[], within: readonly Buffer[]): number {
  for (let at = 0; at + window.length <= within.length; at += 1) {
    if (window.every((item, i) => within[at + i]?.equals(item))) return at;
  }
  return -1;
}

async function range(place: Place, from: number, to: number): Promise<Buffer[]> {
  const [items] = await ask(place, ['LRANGE', place.key, from, to]);
  return buffers(items);
}
