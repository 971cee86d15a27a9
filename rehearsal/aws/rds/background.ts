/** What RDS does after it has answered. */
export class Background {
  private readonly underWay = new Set<Promise<void>>();

  /** @param failed shows the failure as RDS would: as a status */
  start(work: () => Promise<void>, failed: (reason: string) => void): void {
    const running = work()
      .catch((error: unknown) => failed(error instanceof Error ? error.message : String(error)))
      .finally(() => this.underWay.delete(running));
    this.underWay.add(running);
  }

  /** Resolves once nothing is left to do: before the servers are stopped. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }
}
