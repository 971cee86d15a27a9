import { ProtocolError } from '../../resp/reply';

const LF = 10;
const MINUS = 45;

type Phase = 'type' | 'line' | 'length' | 'bulk';

const [LINE, BULK, ARRAY, MAP, ATTRIBUTE] = [1, 2, 3, 4, 5];

/** What each first byte of RESP2 and RESP3 announces: https://github.com/redis/redis-specifications/blob/master/protocol/RESP3.md */
const SHAPE = new Uint8Array(256);
for (const byte of Buffer.from('+-:_#,(')) SHAPE[byte] = LINE;
for (const byte of Buffer.from('$=!')) SHAPE[byte] = BULK;
for (const byte of Buffer.from('*~>')) SHAPE[byte] = ARRAY;
for (const byte of Buffer.from('%')) SHAPE[byte] = MAP;
for (const byte of Buffer.from('|')) SHAPE[byte] = ATTRIBUTE;

/** Finds where replies end, in bytes that come in pieces, and keeps none of them. */
export class ReplyScanner {
  /** Values that the reply under way still lacks; 0 between two replies. */
  private lacking = 0;
  private phase: Phase = 'type';
  private shape = 0;
  private value = 0;
  private negative = false;
  private body = 0;

  /** Whether the next byte begins a reply. */
  get idle(): boolean {
    return this.lacking === 0;
  }

  /** Goes on from `at` to the end of one reply, at most. Tells where that is; `idle` tells whether it was reached. */
  skip(bytes: Buffer, at: number): number {
    if (this.lacking === 0) this.lacking = 1;
    let i = at;
    while (i < bytes.length) {
      if (this.phase === 'type') {
        this.begin(bytes[i] ?? 0);
        i += 1;
      } else if (this.phase === 'bulk') {
        const taken = Math.min(this.body, bytes.length - i);
        this.body -= taken;
        i += taken;
        if (this.body === 0) this.endValue();
      } else if (this.phase === 'line') {
        const lf = endOfLine(bytes, i);
        if (lf < 0) return bytes.length;
        i = lf + 1;
        this.endValue();
      } else {
        this.digit(bytes[i] ?? 0);
        i += 1;
      }
      if (this.lacking === 0) return i;
    }
    return i;
  }

  private begin(byte: number): void {
    this.shape = SHAPE[byte] ?? 0;
    if (this.shape === 0) throw new ProtocolError(`The server sent a reply that begins with byte ${byte}.`);
    this.value = 0;
    this.negative = false;
    this.phase = this.shape === LINE ? 'line' : 'length';
  }

  private digit(byte: number): void {
    if (byte >= 48 && byte <= 57) this.value = this.value * 10 + byte - 48;
    else if (byte === MINUS) this.negative = true;
    else if (byte === LF) this.endLength();
  }

  private endLength(): void {
    if (this.negative) {
      this.endValue();
      return;
    }
    if (this.shape === BULK) {
      this.body = this.value + 2;
      this.phase = 'bulk';
      return;
    }
    this.lacking += this.shape === ARRAY ? this.value : this.value * 2;
    // An attribute stands before the value that it is of, and is none itself.
    if (this.shape === ATTRIBUTE) this.phase = 'type';
    else this.endValue();
  }

  private endValue(): void {
    this.lacking -= 1;
    this.phase = 'type';
  }
}

/** Where the reply that begins at `at` ends; undefined where it has not arrived wholly. */
export function endOfReply(bytes: Buffer, at: number): number | undefined {
  const scanner = new ReplyScanner();
  const end = scanner.skip(bytes, at);
  return scanner.idle && end > at ? end : undefined;
}

/** Most lines are a few bytes, which a loop finds sooner than a call into the runtime. */
function endOfLine(bytes: Buffer, at: number): number {
  const near = Math.min(at + 24, bytes.length);
  for (let i = at; i < near; i += 1) if (bytes[i] === LF) return i;
  return bytes.indexOf(LF, near);
}
