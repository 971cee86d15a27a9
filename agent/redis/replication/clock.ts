/** Milliseconds of a clock that never jumps; only differences mean something. */
export function monotonicNow(): number {
  return performance.now();
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Resolves with `work`, or without it after so long; the waiting alone keeps no process from ending. */
export function atMost(milliseconds: number, work: Promise<unknown>): Promise<unknown> {
  const limit = new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
  return Promise.race([work, limit]);
}
