import { createHash } from 'node:crypto';
import { BASELINE_KEY } from '../../key';

/** So many notes a bucket on average: few enough for the server to keep them packed (hash-max-listpack-entries 128). */
const NOTES_PER_BUCKET = 32;
const MAX_WIDTH = 6;
const FIELD_BYTES = 8;

/** How many hexadecimal digits tell the buckets of a database apart. */
export function widthFor(keys: number): number {
  const digits = Math.ceil(Math.log(Math.max(1, keys / NOTES_PER_BUCKET)) / Math.log(16));
  return Math.min(MAX_WIDTH, Math.max(1, digits));
}

export interface Spot {
  readonly bucket: string;
  readonly field: Buffer;
}

/** Where the note of a key stands. Two keys of one field would be taken for each other: one chance in 10^19 a pair. */
export function spotOf(key: Buffer, width: number): Spot {
  const hash = createHash('sha1').update(key).digest();
  return {
    bucket: `${BASELINE_KEY}:${hash.toString('hex', 0, Math.ceil(width / 2)).slice(0, width)}`,
    field: hash.subarray(hash.length - FIELD_BYTES),
  };
}

export function* buckets(width: number): Generator<string> {
  const count = 16 ** width;
  for (let i = 0; i < count; i += 1) yield `${BASELINE_KEY}:${i.toString(16).padStart(width, '0')}`;
}
