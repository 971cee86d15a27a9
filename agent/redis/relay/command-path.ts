import type { CommandTable, KnownCommand } from './commands/kinds';
import type { Carried, Rule } from './commands/rule';
import { ruleOf } from './commands/rules';
import { CommandScanner } from './protocol/command-scanner';
import type { InFlight } from './protocol/in-flight';
import { splitInline } from './protocol/inline';
import { LongCommand } from './protocol/long-command';

const EMPTY = Buffer.alloc(0);
/** A command that matters is kept until it is whole: a script, the names of many channels. */
const MAX_MEANT_BYTES = 1024 * 1024;

export interface CommandHost extends Carried {
  /** Whether commands may go to the server now. */
  readonly mayForward: boolean;
  toServer(pieces: readonly Buffer[]): void;
  /** Bytes pass without being looked at from now on. */
  goUnseen(reason: string): void;
}

/**
 * From the client to the server: whole commands, or a long one piece by piece. What may not be forwarded yet stays
 * here, as bytes.
 */
export class CommandPath {
  private input: Buffer = EMPTY;
  private long: LongCommand | undefined;
  /** Nothing is forwarded until all replies have come. */
  private waiting = false;
  private readonly scanner = new CommandScanner();
  private out: Buffer[] = [];
  /** Of the bytes at hand: where those begin that are not in `out` yet, and how many commands they are. */
  private from = 0;
  private passing = 0;

  constructor(
    private readonly host: CommandHost,
    private readonly inFlight: InFlight,
    private readonly table: CommandTable,
    private readonly wholeBytes: number,
  ) {}

  get buffered(): number {
    return this.input.length;
  }

  /** Whether a command has been forwarded in part. */
  get midway(): boolean {
    return this.long !== undefined;
  }

  receive(chunk: Buffer): void {
    this.input = this.input.length === 0 ? chunk : Buffer.concat([this.input, chunk]);
    this.advance();
  }

  /** All replies have come. */
  answered(): void {
    if (!this.waiting) return;
    this.waiting = false;
    this.advance();
  }

  /** Nothing is forwarded until all replies have come. */
  wait(): void {
    this.waiting = true;
  }

  /** Whether commands are here that wait for replies to those before them. */
  get waits(): boolean {
    return this.waiting && this.input.length > 0;
  }

  advance(): void {
    if (this.input.length === 0 || !this.mayForward) return;
    const bytes = this.input;
    this.from = 0;
    let at = this.goOn(bytes, 0);
    while (at < bytes.length && this.mayForward) {
      const next = this.step(bytes, at);
      if (next === at) break;
      at = next;
    }
    this.keep(bytes, at);
    this.input = at === bytes.length ? EMPTY : bytes.subarray(at);
    if (this.out.length === 0) return;
    const { out } = this;
    this.out = [];
    this.host.toServer(out);
  }

  private get mayForward(): boolean {
    return this.host.mayForward && !this.waiting;
  }

  /** Forwards one command. Returns where the next one begins, or `at` where this one has to wait. */
  private step(bytes: Buffer, at: number): number {
    const { scanner } = this;
    const scanned = scanner.scan(bytes, at, this.wholeBytes);
    if (scanned === 'partial') return at;
    if (scanned === 'malformed') return this.unseen(bytes, at, 'a protocol error');
    const known = this.table.find(bytes, scanner.nameAt, scanner.nameEnd);
    if (scanned === 'long') {
      if (known !== undefined && bytes.length - at <= MAX_MEANT_BYTES) return at;
      return this.begin(bytes, at, known);
    }
    const { end } = scanner;
    if (scanner.argc === 0) return end;
    if (known !== undefined) return this.meant(known, bytes, at, end);
    const { sending, state } = this.host;
    if (sending !== undefined) sending.add(bytes.subarray(at, end));
    if (state.caching !== undefined) state.caching = undefined;
    this.passing += 1;
    return end;
  }

  /** A command that is more than its bytes. */
  private meant(known: KnownCommand, bytes: Buffer, at: number, end: number): number {
    const elements = this.scanner.inline ? splitInline(bytes.subarray(at, end)) : this.scanner.elements(bytes, at);
    if (elements === undefined) return this.unseen(bytes, at, 'a protocol error');
    this.count();
    const { sending, state } = this.host;
    const rule = ruleOf(known, elements, this.host);
    if (rule.afterReplies === true && !this.inFlight.empty) {
      this.waiting = true;
      return at;
    }
    if (sending !== undefined && this.host.sending === sending && rule.expectation?.immediate !== true) {
      sending.add(bytes.subarray(at, end));
    }
    state.caching = undefined;
    this.send(rule, bytes, at, end);
    if (rule.unseen !== undefined) return this.unseen(bytes, end, rule.unseen);
    this.waiting = rule.alone === true;
    return end;
  }

  private send(rule: Rule, bytes: Buffer, at: number, end: number): void {
    if (rule.before !== undefined) {
      this.keep(bytes, at);
      this.out.push(rule.before.command);
      this.inFlight.expect(rule.before.expectation);
    }
    if (rule.forward !== undefined) {
      this.keep(bytes, at);
      this.out.push(rule.forward);
      this.from = end;
    }
    // Where bytes pass unseen, what answers them is no reply to be counted.
    if (rule.unseen !== undefined) return;
    if (rule.expectation === undefined) this.inFlight.pass(1);
    else this.inFlight.expect(rule.expectation);
  }

  /** A command that is longer than is kept. */
  private begin(bytes: Buffer, at: number, known: KnownCommand | undefined): number {
    if (known !== undefined && known.kind !== 'script') {
      return this.unseen(bytes, at, `${known.name.toUpperCase()} with more than ${MAX_MEANT_BYTES} bytes`);
    }
    this.count();
    this.host.sending?.lose();
    this.inFlight.pass(1);
    this.long = new LongCommand();
    return this.goOn(bytes, at);
  }

  private goOn(bytes: Buffer, at: number): number {
    const { long } = this;
    if (long === undefined) return at;
    const end = long.take(bytes, at);
    if (long.malformed) return this.unseen(bytes, at, 'a protocol error');
    if (long.done) this.long = undefined;
    return end;
  }

  private unseen(bytes: Buffer, at: number, reason: string): number {
    this.keep(bytes, at);
    this.long = undefined;
    if (at < bytes.length) this.out.push(bytes.subarray(at));
    this.from = bytes.length;
    this.host.goUnseen(reason);
    return bytes.length;
  }

  /** What has passed so far goes to the server, before anything of the relay's own does. */
  private keep(bytes: Buffer, to: number): void {
    this.count();
    if (to > this.from) this.out.push(bytes.subarray(this.from, to));
    this.from = Math.max(this.from, to);
  }

  private count(): void {
    if (this.passing > 0) this.inFlight.pass(this.passing);
    this.passing = 0;
  }
}
