import { MINUS } from '../protocol/bytes';
import { encodeCommand } from '../protocol/encode';

/** What the client sent between MULTI and EXEC, kept so that it can be queued on the other side. */
export class Transaction {
  /** The server said OK to MULTI. */
  confirmed = false;
  /** The server refused to queue a command: EXEC will answer EXECABORT. */
  aborted = false;
  private readonly commands: Buffer[] = [];
  private bytes = 0;
  private overflown = false;
  private queued = 0;
  /** What takes effect by EXEC, by the place in its answer. */
  private readonly effects: { readonly place: number; readonly confirm: () => void }[] = [];

  constructor(private readonly maxBytes: number) {}

  get hasEffects(): boolean {
    return this.effects.length > 0;
  }

  /** Keeps a copy: the bytes are a view into what the socket read. */
  add(command: Buffer): void {
    if (this.overflown) return;
    this.bytes += command.length;
    if (this.bytes > this.maxBytes) this.lose();
    else this.commands.push(Buffer.from(command));
  }

  /** It can no longer be queued elsewhere: after a switch EXEC answers EXECABORT. */
  lose(): void {
    this.overflown = true;
    this.commands.length = 0;
  }

  answered(first: number, confirm: (() => void) | undefined): void {
    if (first === MINUS) {
      this.aborted = true;
      return;
    }
    if (confirm !== undefined) this.effects.push({ place: this.queued, confirm });
    this.queued += 1;
  }

  /** Applies the effects of commands that EXEC answered without an error. */
  executed(answers: readonly Buffer[]): void {
    for (const { place, confirm } of this.effects) {
      const answer = answers[place];
      if (answer !== undefined && answer[0] !== MINUS) confirm();
    }
  }

  /** What queues the same on another connection, MULTI first. */
  restoring(): readonly Buffer[] {
    const multi = encodeCommand('MULTI');
    // GET without a key is refused by every version, and then EXEC answers EXECABORT (since 2.6.5).
    if (this.overflown || this.aborted) return [multi, encodeCommand('GET')];
    return [multi, ...this.commands];
  }
}
