/** Milliseconds of a clock that never jumps; only differences mean something. */
export function monotonicNow(): number {
  return performance.now();
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
