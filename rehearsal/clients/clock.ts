/**
 * Milliseconds of the machine's monotonic clock. All processes of a machine read the same one (CLOCK_MONOTONIC), so
 * that what different clients saw can be put in order; the wall clock may be set meanwhile.
 */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** What makes a time of the monotonic clock one since the epoch, for people and charts. */
export function epochOffsetMs(): number {
  return Date.now() - nowMs();
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
