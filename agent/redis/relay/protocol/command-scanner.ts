const CR = 13;
const LF = 10;
const MINUS = 45;
const ASTERISK = 42;
const DOLLAR = 36;
/** What Redis takes of a line without an end (`PROTO_INLINE_MAX_SIZE`, src/server.h). */
const MAX_LINE_BYTES = 64 * 1024;
const MAX_INT = 2 ** 31 - 1;

/** A length that has not arrived wholly, or that is none. */
const PARTIAL = -1;
const MALFORMED = -2;

/**
 * - `whole`: the command ends at `end`.
 * - `partial`: more bytes must come.
 * - `long`: more must come, and the command is longer than is kept.
 * - `malformed`: the server answers it with a protocol error.
 */
export type Scanned = 'whole' | 'partial' | 'long' | 'malformed';

/**
 * Finds where one command ends, as `processInputBuffer` of Redis does (src/networking.c): a line feed ends an inline
 * command, the two bytes after a bulk string are not looked at, and arrays of no element have no answer. Its fields
 * describe the command scanned last, so that a command that passes costs no object.
 */
export class CommandScanner {
  end = 0;
  /** Elements of the array; 0: an empty line or array, which has no answer. */
  argc = 0;
  inline = false;
  /** Where the first element stands; both 0 until it has arrived. */
  nameAt = 0;
  nameEnd = 0;
  private value = 0;

  /** @param longAfter how many bytes of a command are kept until it is whole */
  scan(bytes: Buffer, at: number, longAfter: number): Scanned {
    this.nameAt = 0;
    this.nameEnd = 0;
    this.inline = bytes[at] !== ASTERISK;
    return this.inline ? this.scanLine(bytes, at) : this.scanArray(bytes, at, longAfter);
  }

  /** The elements of the array that was scanned last, as views. */
  elements(bytes: Buffer, at: number): Buffer[] {
    const elements: Buffer[] = [];
    let next = this.integer(bytes, at + 1);
    for (let i = 0; i < this.argc; i += 1) {
      const body = this.integer(bytes, next + 1);
      elements.push(bytes.subarray(body, body + this.value));
      next = body + this.value + 2;
    }
    return elements;
  }

  private scanArray(bytes: Buffer, at: number, longAfter: number): Scanned {
    let next = this.integer(bytes, at + 1);
    if (next < 0) return next === PARTIAL ? 'partial' : 'malformed';
    const argc = this.value;
    if (argc > MAX_INT) return 'malformed';
    this.argc = Math.max(argc, 0);
    const length = bytes.length;
    for (let i = 0; i < argc; i += 1) {
      if (next >= length) return length - at > longAfter ? 'long' : 'partial';
      if (bytes[next] !== DOLLAR) return 'malformed';
      const body = this.integer(bytes, next + 1);
      if (body < 0) return body === PARTIAL ? 'partial' : 'malformed';
      if (this.value < 0) return 'malformed';
      next = body + this.value + 2;
      if (i === 0 && next <= length) {
        this.nameAt = body;
        this.nameEnd = body + this.value;
      }
      if (next > length) return next - at > longAfter ? 'long' : 'partial';
    }
    this.end = next;
    return 'whole';
  }

  private scanLine(bytes: Buffer, at: number): Scanned {
    const lf = bytes.indexOf(LF, at);
    if (lf < 0) return bytes.length - at > MAX_LINE_BYTES ? 'malformed' : 'partial';
    this.end = lf + 1;
    const end = lf > at && bytes[lf - 1] === CR ? lf - 1 : lf;
    let from = at;
    while (from < end && isBlank(bytes[from])) from += 1;
    let to = from;
    while (to < end && !isBlank(bytes[to])) to += 1;
    this.nameAt = from;
    this.nameEnd = to;
    this.argc = to > from ? 1 : 0;
    return 'whole';
  }

  /** Reads digits up to a carriage return into `value`, as strictly as `string2ll`. Tells where the next line begins. */
  private integer(bytes: Buffer, at: number): number {
    const negative = bytes[at] === MINUS;
    const first = negative ? at + 1 : at;
    let value = 0;
    let i = first;
    for (; ; i += 1) {
      const byte = bytes[i];
      if (byte === undefined) return PARTIAL;
      if (byte === CR) break;
      if (byte < 48 || byte > 57 || i - first > 15) return MALFORMED;
      value = value * 10 + byte - 48;
    }
    if (i === first || (bytes[first] === 48 && (i > first + 1 || negative))) return MALFORMED;
    if (i + 1 >= bytes.length) return PARTIAL;
    this.value = negative ? -value : value;
    return i + 2;
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === 32 || (byte !== undefined && byte >= 9 && byte <= 13) || byte === 0;
}
