/**
 * How much of a reply is looked at before the client gets it: its first byte, its first line, an array up to the end of
 * its first element, or all of it.
 */
export type Look = 'first' | 'line' | 'head' | 'whole';

/** What is done with the reply to a command that is more than its bytes. */
export interface Expectation {
  /** Asked when the reply begins. */
  look(): Look;
  /** The server does it at once, also between MULTI and EXEC. */
  readonly immediate?: true;
  /** Gets what was looked at. Returns what the client gets in its place. @returns undefined: as it is */
  settle?(seen: Buffer): Buffer | undefined;
  /** The server has done it: at once, or by EXEC. */
  confirm?(): void;
  /** Whether further replies to the same command follow. */
  more?(): boolean;
  /** The connection ended before the reply: the server may have done it all the same. */
  lost?(): void;
}

/**
 * Commands whose replies are due, in order. Those that only pass are counted, so that the usual command costs no
 * object.
 */
export class InFlight {
  private passing = 0;
  private readonly special: { readonly expectation: Expectation; passingAfter: number }[] = [];

  get empty(): boolean {
    return this.passing === 0 && this.special.length === 0;
  }

  /** Whether one reply is due, and no more. */
  get single(): boolean {
    const [first] = this.special;
    return this.passing === 0 && this.special.length === 1 && first?.passingAfter === 0;
  }

  pass(commands: number): void {
    const last = this.special.at(-1);
    if (last === undefined) this.passing += commands;
    else last.passingAfter += commands;
  }

  expect(expectation: Expectation): void {
    this.special.push({ expectation, passingAfter: 0 });
  }

  /** What the next reply is awaited for. Undefined: it only passes, or nothing is due. */
  next(): Expectation | undefined {
    return this.passing > 0 ? undefined : this.special[0]?.expectation;
  }

  /** The connection has ended, and nothing will be answered. */
  abandon(): void {
    for (const { expectation } of this.special.splice(0)) expectation.lost?.();
    this.passing = 0;
  }

  answered(): void {
    if (this.passing > 0) {
      this.passing -= 1;
      return;
    }
    const answered = this.special.shift();
    this.passing = answered?.passingAfter ?? 0;
  }
}

/** Of a command of the relay's own: the client sees nothing of its reply. */
export class OwnCommand implements Expectation {
  constructor(private readonly answered: (reply: Buffer) => void = () => undefined) {}

  look(): Look {
    return 'whole';
  }

  settle(reply: Buffer): Buffer {
    this.answered(reply);
    return Buffer.alloc(0);
  }
}
