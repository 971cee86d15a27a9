/** Keys a second until something was measured: what one core does with small values. */
const ASSUMED_PER_SECOND = 20_000;
/** Below, a measurement is of the way there and back. */
const FEWEST_KEYS = 200;

/** How fast this pair of servers copies and compares, as measured last. */
export class Pace {
  private copyPerSecond = ASSUMED_PER_SECOND;
  private comparePerSecond = ASSUMED_PER_SECOND;
  private againPerSecond = ASSUMED_PER_SECOND;
  private fullMs: number | undefined;
  private searchMs = 0;

  copied(keys: number, tookMs: number): void {
    if (keys >= FEWEST_KEYS) this.copyPerSecond = perSecond(keys, tookMs);
  }

  searched(tookMs: number): void {
    this.searchMs = tookMs;
  }

  /** Every key. */
  compared(keys: number, tookMs: number): void {
    this.fullMs = tookMs;
    if (keys >= FEWEST_KEYS) this.comparePerSecond = perSecond(keys, tookMs);
  }

  /** Those that had changed. */
  comparedAgain(keys: number, tookMs: number): void {
    if (keys >= FEWEST_KEYS) this.againPerSecond = perSecond(keys, tookMs);
  }

  msToCopy(keys: number): number {
    return (keys / this.copyPerSecond) * 1000;
  }

  /** A search for what no event told of. */
  msToSearch(): number {
    return this.searchMs;
  }

  msToCompare(changedKeys: number): number {
    return (changedKeys / this.againPerSecond) * 1000;
  }

  /** @param keys - how many there are, should nothing have compared them yet */
  msToCompareAll(keys: number): number {
    return this.fullMs ?? (keys / this.comparePerSecond) * 1000;
  }
}

function perSecond(keys: number, tookMs: number): number {
  return (keys / Math.max(1, tookMs)) * 1000;
}
