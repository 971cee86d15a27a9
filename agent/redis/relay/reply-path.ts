import { ProtocolError } from '../resp/reply';
import type { Carried } from './commands/rule';
import { ASTERISK, endOfHead, lastOfHead, MINUS, PLUS, PUSH } from './protocol/bytes';
import type { Expectation, InFlight, Look } from './protocol/in-flight';
import { endOfReply, ReplyScanner } from './protocol/reply-scanner';

const LF = 10;
const EMPTY = Buffer.alloc(0);
/** A reply of which more than its beginning matters is kept until it is whole: CLIENT LIST of 15,000 clients is 4 MB. */
const MAX_KEPT_BYTES = 8 * 2 ** 20;
/** Kinds of arrays and pushes that answer a command; every other one was sent unasked. */
const CONFIRMATION = /^[ps]?(un)?subscribe$/;

/**
 * From the server to the client. A reply that only passes is not kept and not copied; one that matters is looked at as
 * far as it must be.
 */
export class ReplyPath {
  private scanner = new ReplyScanner();
  private stash: Buffer = EMPTY;
  /** Whether the reply under way was sent unasked. */
  private unasked = false;
  /** The rest of the reply under way is not for the client. */
  private dropping = false;

  constructor(
    private readonly carried: Carried,
    private readonly inFlight: InFlight,
    private readonly toClient: (bytes: Buffer) => void,
    private readonly onAnswered: () => void,
  ) {}

  /** Whether no reply is under way. */
  get idle(): boolean {
    return this.scanner.idle && this.stash.length === 0;
  }

  /** Goes on with a connection whose replies somebody else has read so far: the rest of one under way is dropped. */
  follow(scanner: ReplyScanner): void {
    this.scanner = scanner;
    this.stash = EMPTY;
    this.dropping = !scanner.idle;
    this.unasked = this.dropping;
  }

  /** Throws `ProtocolError`. */
  receive(chunk: Buffer): void {
    const bytes = this.stash.length === 0 ? chunk : Buffer.concat([this.stash, chunk]);
    this.stash = EMPTY;
    let at = 0;
    let from = 0;
    while (at < bytes.length) {
      if (this.scanner.idle) {
        const seen = this.endOfSeen(bytes, at);
        if (seen === undefined) {
          this.stash = this.kept(bytes.subarray(at));
          break;
        }
        const replacement = this.settle(bytes.subarray(at, seen));
        if (replacement !== undefined) {
          if (at > from) this.toClient(bytes.subarray(from, at));
          if (replacement.length > 0) this.toClient(replacement);
          from = seen;
        }
      }
      at = this.scanner.skip(bytes, at);
      if (this.dropping) from = at;
      if (this.scanner.idle) this.completed();
    }
    if (at > from) this.toClient(bytes.subarray(from, at));
  }

  private kept(bytes: Buffer): Buffer {
    if (bytes.length > MAX_KEPT_BYTES) {
      throw new ProtocolError(`A reply that must be looked at as a whole is longer than ${MAX_KEPT_BYTES} bytes.`);
    }
    return bytes;
  }

  /** The end of what has to be looked at before anything of the reply is passed on. Undefined: not here yet. */
  private endOfSeen(bytes: Buffer, at: number): number | undefined {
    const first = bytes[at];
    this.unasked = false;
    if (first === PUSH || (first === ASTERISK && this.carried.state.messagesAreArrays)) {
      const end = endOfHead(bytes, at);
      if (end === undefined) return undefined;
      const kind = lastOfHead(bytes.subarray(at, end));
      this.unasked = first === PUSH ? !CONFIRMATION.test(kind) : /^[ps]?message$/.test(kind);
      if (this.unasked) return end;
    }
    const look = this.expectation()?.look() ?? 'first';
    return endOf(look, bytes, at);
  }

  /** Of the reply at hand; undefined where it only passes, or is queued. */
  private expectation(): Expectation | undefined {
    const expectation = this.inFlight.next();
    return this.carried.replying === undefined || expectation?.immediate ? expectation : undefined;
  }

  private settle(seen: Buffer): Buffer | undefined {
    if (this.unasked) return undefined;
    const [first] = seen;
    const { replying } = this.carried;
    const next = this.inFlight.next();
    if (replying !== undefined && !next?.immediate) {
      const confirm = next?.confirm?.bind(next);
      if (first === PLUS || first === MINUS) replying.answered(first, confirm);
      return undefined;
    }
    const replacement = next?.settle?.(seen);
    if (first !== MINUS) next?.confirm?.();
    return replacement;
  }

  private completed(): void {
    this.dropping = false;
    if (this.unasked) return;
    if (this.inFlight.next()?.more?.() !== true) this.inFlight.answered();
    this.onAnswered();
  }
}

function endOf(look: Look, bytes: Buffer, at: number): number | undefined {
  if (look === 'first') return at + 1;
  if (look === 'whole') return endOfReply(bytes, at);
  if (look === 'head') return endOfHead(bytes, at);
  const end = bytes.indexOf(LF, at);
  return end < 0 ? undefined : end + 1;
}
