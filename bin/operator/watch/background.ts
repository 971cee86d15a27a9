/** What is asked for beside the execution: how that goes is shown whether or not it is answered. */
export class Background<T> {
  private latest?: T;
  private askedAt = Number.NEGATIVE_INFINITY;
  private isAsking = false;
  private hasFailed = false;
  private isOver = false;

  /**
   * @param everyMs how long after it was asked for it is asked for again; `Infinity`: once
   * @param failed told the first time that there is no answer
   */
  constructor(
    private readonly ask: () => Promise<T>,
    private readonly everyMs: number,
    private readonly failed: (problem: Error) => void,
  ) {}

  /** The latest answer. Asks for the next one, and does not wait for it. */
  value(now = Date.now()): T | undefined {
    if (!this.isAsking && now - this.askedAt >= this.everyMs) {
      this.askedAt = now;
      this.isAsking = true;
      void this.look().finally(() => {
        this.isAsking = false;
      });
    }
    return this.latest;
  }

  /** Nobody wants to know any more: what comes yet, or fails, is not told. */
  end(): void {
    this.isOver = true;
  }

  private async look(): Promise<void> {
    try {
      this.latest = await this.ask();
    } catch (error) {
      if (!this.hasFailed && !this.isOver) this.failed(error instanceof Error ? error : new Error(String(error)));
      this.hasFailed = true;
    }
  }
}
