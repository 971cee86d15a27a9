import { inflateSync } from 'node:zlib';

const ALGORITHM_ZLIB = 0;

/** What MariaDB's log_bin_compress=ON packed: one byte of algorithm and length's length, the length, the data. */
export function inflateMariadb(packed: Buffer): Buffer {
  const first = packed[0] ?? 0;
  const algorithm = (first >> 4) & 0x07;
  if ((first & 0x80) === 0 || algorithm !== ALGORITHM_ZLIB) {
    throw new RangeError(`a compressed event uses algorithm ${algorithm}, which is not known here`);
  }
  return inflateSync(packed.subarray(1 + (first & 0x07)));
}
