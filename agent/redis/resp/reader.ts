import { ProtocolError, type Reply, ReplyError } from './reply';

export interface ReaderLimits {
  /** Arrays within arrays. XINFO STREAM … FULL, the deepest reply there is, needs 6. @default 16 */
  readonly depth?: number;
  /** Bytes of one bulk string. @default 512 MiB, Redis's own limit of a value */
  readonly bulkBytes?: number;
  /** Elements of one array. @default 4,194,304 */
  readonly elements?: number;
  /** What all that is kept takes: bytes, and what each reply and element costs besides. @default 640 MiB */
  readonly heldBytes?: number;
  /** Bytes of a line (status, error, integer, length). @default 64 KiB */
  readonly lineBytes?: number;
}

interface OpenArray {
  readonly items: Reply[];
  readonly length: number;
}

const CR = 13;
const LF = 10;
const EMPTY = Buffer.alloc(0);
/** Memory of an element beside its bytes. */
const ELEMENT_BYTES = 256;
const HEAP_WEIGHT = 4;
/** A longer bulk string gets its memory as it comes, and not by the length that was announced. */
const GATHERED_BYTES = 1024 * 1024;

/**
 * Incremental RESP2 reader. A bulk string that arrived in one chunk is a view into that chunk, not a copy; one that
 * spans chunks is gathered once. Nothing that was parsed is parsed again when more arrives, so a reply cut into single
 * bytes costs linear time.
 */
export class ReplyReader {
  private readonly depth: number;
  private readonly bulkBytes: number;
  private readonly elements: number;
  private readonly lineBytes: number;
  private readonly heldBytes: number;
  private held = 0;
  private chunk: Buffer = EMPTY;
  private at = 0;
  /** The arrays being filled, outermost first. */
  private readonly open: OpenArray[] = [];
  /** The bulk string being gathered across chunks, its terminating CRLF included. */
  private gathered: Buffer | undefined;
  private gatheredBytes = 0;
  private wantedBytes = 0;
  private broken: ProtocolError | undefined;

  constructor(
    private readonly onReply: (reply: Reply) => void,
    limits: ReaderLimits = {},
  ) {
    this.depth = limits.depth ?? 16;
    this.bulkBytes = limits.bulkBytes ?? 512 * 1024 * 1024;
    this.elements = limits.elements ?? 4 * 1024 * 1024;
    this.lineBytes = limits.lineBytes ?? 64 * 1024;
    this.heldBytes = limits.heldBytes ?? 640 * 1024 * 1024;
  }

  /** Hands every reply that `bytes` completes to `onReply`. Throws `ProtocolError`, from then on forever. */
  push(bytes: Buffer): void {
    if (this.broken !== undefined) throw this.broken;
    let rest = bytes;
    if (this.gathered !== undefined) {
      rest = this.gather(bytes);
      if (this.gathered !== undefined) return;
    }
    this.chunk = this.at < this.chunk.length ? Buffer.concat([this.chunk.subarray(this.at), rest]) : rest;
    this.at = 0;
    while (this.at < this.chunk.length && this.parseOne());
    if (this.at >= this.chunk.length) this.chunk = EMPTY;
  }

  /** What was read so far is kept no longer. */
  release(): void {
    this.held = 0;
  }

  /** Parses one line, with its bulk string if it announces one. False when the bytes do not suffice yet. */
  private parseOne(): boolean {
    const end = this.lineEnd();
    if (end < 0) return false;
    const start = this.at + 1;
    switch (this.chunk[this.at]) {
      case 36: // $
        return this.bulk(start, end);
      case 58: // :
        this.at = end + 2;
        this.emit(this.integer(start, end));
        return true;
      case 42: // *
        this.at = end + 2;
        this.array(this.length(start, end, this.elements, 'array of', 'elements'));
        return true;
      case 43: // +
        this.at = end + 2;
        this.emit(this.chunk.toString('latin1', start, end));
        return true;
      case 45: // -
        this.at = end + 2;
        this.emit(new ReplyError(this.chunk.toString('utf8', start, end)));
        return true;
      default:
        throw this.fail(
          `unexpected protocol byte 0x${(this.chunk[this.at] ?? 0).toString(16)}; is this a RESP2 server?`,
        );
    }
  }

  /** Index of the CR that ends the line at the cursor, or -1 while it has not arrived. */
  private lineEnd(): number {
    const end = this.chunk.indexOf(CR, this.at);
    if (end < 0 || end + 1 >= this.chunk.length) {
      if (this.chunk.length - this.at > this.lineBytes)
        throw this.fail(`a line is longer than ${this.lineBytes} bytes`);
      return -1;
    }
    if (end - this.at > this.lineBytes) throw this.fail(`a line is longer than ${this.lineBytes} bytes`);
    if (this.chunk[end + 1] !== LF) throw this.fail('a line ends in CR without LF');
    return end;
  }

  private bulk(start: number, end: number): boolean {
    const length = this.length(start, end, this.bulkBytes, 'bulk string of', 'bytes');
    const from = end + 2;
    if (length < 0) {
      this.at = from;
      this.emit(null);
      return true;
    }
    const to = from + length;
    if (to + 2 <= this.chunk.length) {
      if (this.chunk[to] !== CR || this.chunk[to + 1] !== LF) throw this.fail('a bulk string does not end in CRLF');
      this.at = to + 2;
      this.emit(this.chunk.subarray(from, to));
      return true;
    }
    this.wantedBytes = length + 2;
    this.gathered = Buffer.allocUnsafe(Math.min(this.wantedBytes, GATHERED_BYTES));
    this.gatheredBytes = 0;
    this.keep(this.chunk.subarray(from));
    this.at = this.chunk.length;
    return false;
  }

  /** Goes on filling the bulk string that spans chunks; returns the bytes that are not its own. */
  private gather(bytes: Buffer): Buffer {
    const own = bytes.subarray(0, this.wantedBytes - this.gatheredBytes);
    const bulk = this.keep(own);
    if (this.gatheredBytes < this.wantedBytes) return EMPTY;
    if (bulk[bulk.length - 2] !== CR || bulk[bulk.length - 1] !== LF) {
      throw this.fail('a bulk string does not end in CRLF');
    }
    this.gathered = undefined;
    this.emit(bulk.subarray(0, bulk.length - 2));
    return bytes.subarray(own.length);
  }

  /** Twice as much memory each time that it does not suffice, up to what was announced. */
  private keep(bytes: Buffer): Buffer {
    const bulk = this.gathered ?? EMPTY;
    const needed = this.gatheredBytes + bytes.length;
    const room = needed <= bulk.length ? bulk : Buffer.allocUnsafe(Math.min(this.wantedBytes, needed * 2));
    if (room !== bulk) bulk.copy(room, 0, 0, this.gatheredBytes);
    bytes.copy(room, this.gatheredBytes);
    this.gathered = room;
    this.gatheredBytes = needed;
    return room;
  }

  private array(length: number): void {
    if (length <= 0) {
      this.emit(length < 0 ? null : []);
      return;
    }
    if (this.open.length >= this.depth) throw this.fail(`arrays are nested deeper than ${this.depth}`);
    // Not pre-sized: a hostile length must not allocate before its elements have arrived.
    this.open.push({ items: [], length });
  }

  private emit(reply: Reply): void {
    this.held += ELEMENT_BYTES + bytesOf(reply);
    if (this.held > this.heldBytes) throw this.fail(`replies take more than ${this.heldBytes} bytes of memory`);
    let value = reply;
    for (;;) {
      const array = this.open[this.open.length - 1];
      if (array === undefined) {
        this.onReply(value);
        return;
      }
      array.items.push(value);
      if (array.items.length < array.length) return;
      this.open.pop();
      value = array.items;
    }
  }

  private length(start: number, end: number, most: number, what: string, unit: string): number {
    const length = this.integer(start, end);
    if (typeof length !== 'number' || length < -1 || length > most) {
      throw this.fail(`${what} ${length} ${unit}; accepted is -1 to ${most}`);
    }
    return length;
  }

  private integer(start: number, end: number): number | bigint {
    const negative = this.chunk[start] === 45;
    const first = negative ? start + 1 : start;
    if (first >= end || end - first > 19) throw this.fail('an integer of no or too many digits');
    let value = 0;
    for (let i = first; i < end; i += 1) {
      const digit = (this.chunk[i] ?? 0) - 48;
      if (digit < 0 || digit > 9) throw this.fail('an integer that holds something else than digits');
      value = value * 10 + digit;
    }
    if (value > Number.MAX_SAFE_INTEGER) return BigInt(this.chunk.toString('latin1', start, end));
    return negative ? -value : value;
  }

  private fail(message: string): ProtocolError {
    this.broken = new ProtocolError(`The server's reply is not understood: ${message}.`);
    this.chunk = EMPTY;
    this.gathered = undefined;
    this.open.length = 0;
    return this.broken;
  }
}

/** Texts are on the heap, which has less room than there is beside it for buffers. */
function bytesOf(reply: Reply): number {
  if (Buffer.isBuffer(reply)) return reply.length;
  const text = reply instanceof ReplyError ? reply.message : reply;
  return typeof text === 'string' ? text.length * HEAP_WEIGHT : 0;
}
