/** Lets its entrants through one after the other, in the order in which they entered, each once the one before has left. */
export class Turnstile {
  private last: Promise<void> = Promise.resolve();

  enter(): Turn {
    const come = this.last;
    let leave: () => void = () => undefined;
    this.last = new Promise((resolve) => {
      leave = resolve;
    });
    return { come, leave };
  }
}

export interface Turn {
  readonly come: Promise<void>;
  /** May be called twice; must be called, or everyone behind waits forever. */
  leave(): void;
}
