import { ask, Changed, type DataType, Diverged } from './value';

const HYPERLOGLOG = Buffer.from('HYLL');

/** Strings, with the bitmaps, counters and HyperLogLogs that are kept in them. */
export const strings: DataType<Buffer> = {
  async length(place) {
    const [length] = await ask(place, ['STRLEN', place.key]);
    return Number(length);
  },

  async read(from) {
    const [bytes] = await ask(from, ['GET', from.key]);
    if (!Buffer.isBuffer(bytes)) throw new Changed('the string is gone');
    return bytes;
  },

  build: (key, bytes) => [['SET', key, bytes]],

  equal: (one, other) => one.equals(other) || withoutCachedCount(one).equals(withoutCachedCount(other)),

  async *reconcile(source, target, pieceLength) {
    const [length, targetLength] = await Promise.all([strings.length(source), strings.length(target)]);
    if (targetLength > length) throw new Diverged('a string cannot be shortened in place');
    for (let from = 0; from < length; from += pieceLength) {
      const to = Math.min(from + pieceLength, length) - 1;
      const [[mine], [theirs]] = await Promise.all([
        ask(source, ['GETRANGE', source.key, from, to]),
        ask(target, ['GETRANGE', target.key, from, to]),
      ]);
      if (!Buffer.isBuffer(mine) || mine.length <= to - from) throw new Changed('the string was shortened');
      const same = Buffer.isBuffer(theirs) && (from === 0 ? strings.equal(mine, theirs) : mine.equals(theirs));
      if (!same) yield [['SETRANGE', target.key, from, mine]];
    }
  },
};

/**
 * PFCOUNT, a read, rewrites the cached count in bytes 8–15 of a HyperLogLog, and emits no event. Two that differ only
 * there are equal.
 */
function withoutCachedCount(bytes: Buffer): Buffer {
  if (bytes.length < 16 || HYPERLOGLOG.compare(bytes, 0, 4) !== 0) return bytes;
  return Buffer.concat([bytes.subarray(0, 8), bytes.subarray(16)]);
}
