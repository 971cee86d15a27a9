import { inflateSync } from 'node:zlib';
import { MAX_ANSWER } from '../../answer-limit';

const ALGORITHM_ZLIB = 0;

/** What MariaDB's log_bin_compress=ON packed: one byte of algorithm and length's length, the length, the data. */
export function inflateMariadb(packed: Buffer): Buffer {
  const first = packed[0] ?? 0;
  const algorithm = (first >> 4) & 0x07;
  if ((first & 0x80) === 0 || algorithm !== ALGORITHM_ZLIB) {
    throw new RangeError(`a compressed event uses algorithm ${algorithm}, which is not known here`);
  }
  // A thousandth of its size can be all that comes.
  return inflateSync(packed.subarray(1 + (first & 0x07)), { maxOutputLength: MAX_ANSWER });
}
