import type { Socket } from 'node:net';

/**
 * Carries one direction of a connection, with a delay that may change meanwhile. Order is kept, and a slow receiver
 * holds up the sender.
 */
export class OneWay {
  private readonly delayed: { readonly chunk: Buffer | 'end'; readonly dueMs: number }[] = [];
  private timer?: NodeJS.Timeout;

  /**
   * @param passes - asked for every chunk; one that may not pass vanishes, and all after it
   */
  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly delayMs: () => number,
    private readonly passes: () => boolean,
  ) {
    from.on('data', (chunk) => this.take(chunk));
    from.on('end', () => this.take('end'));
    to.on('drain', () => {
      if (this.passes()) from.resume();
    });
  }

  stop(): void {
    clearTimeout(this.timer);
    this.delayed.length = 0;
  }

  /** Carries what was read before this was there to read it. */
  take(chunk: Buffer | 'end'): void {
    if (!this.passes()) return;
    const delay = this.delayMs();
    if (delay === 0 && this.delayed.length === 0) {
      this.give(chunk);
      return;
    }
    this.delayed.push({ chunk, dueMs: performance.now() + delay });
    this.timer ??= setTimeout(() => this.flush(), delay);
  }

  private flush(): void {
    this.timer = undefined;
    for (let next = this.delayed[0]; next; next = this.delayed[0]) {
      const wait = next.dueMs - performance.now();
      if (wait > 0) {
        this.timer = setTimeout(() => this.flush(), Math.ceil(wait));
        return;
      }
      this.delayed.shift();
      if (this.passes()) this.give(next.chunk);
    }
  }

  private give(chunk: Buffer | 'end'): void {
    if (chunk === 'end') this.to.end();
    else if (!this.to.write(chunk)) this.from.pause();
  }
}
