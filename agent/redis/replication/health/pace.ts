/** Keys a second until something was measured: what one core does with small values. */
const ASSUMED_PER_SECOND = 20_000;
/** Of so many keys each half, what was measured before counts half as much. */
const HALF_LIFE_KEYS = 20_000;

/** Keys a second, of what was measured lately. */
class Rate {
  private keys = HALF_LIFE_KEYS / 10;
  private ms = (1000 * this.keys) / ASSUMED_PER_SECOND;

  measured(keys: number, tookMs: number): void {
    const left = 2 ** (-keys / HALF_LIFE_KEYS);
    this.keys = this.keys * left + keys;
    this.ms = this.ms * left + tookMs;
  }

  msFor(keys: number): number {
    return (keys * this.ms) / this.keys;
  }
}

/** How fast this pair of servers copies and compares. */
export class Pace {
  private readonly copy = new Rate();
  private readonly follow = new Rate();
  private readonly compare = new Rate();
  private full: { readonly keys: number; readonly tookMs: number } | undefined;
  private searchMs = 0;

  copied(keys: number, tookMs: number): void {
    this.copy.measured(keys, tookMs);
  }

  /** Changed keys. */
  followed(keys: number, tookMs: number): void {
    this.follow.measured(keys, tookMs);
  }

  searched(tookMs: number): void {
    this.searchMs = tookMs;
  }

  /** Every key. */
  compared(keys: number, tookMs: number): void {
    this.full = { keys, tookMs };
  }

  /** Those that had changed. */
  comparedAgain(keys: number, tookMs: number): void {
    this.compare.measured(keys, tookMs);
  }

  msToCopy(keys: number): number {
    return this.copy.msFor(keys);
  }

  msToFollow(changedKeys: number): number {
    return this.follow.msFor(changedKeys);
  }

  /** A search for what no event told of. */
  msToSearch(): number {
    return this.searchMs;
  }

  msToCompare(changedKeys: number): number {
    return this.compare.msFor(changedKeys);
  }

  /** @param keys - how many there are now: many may have expired since all were compared */
  msToCompareAll(keys: number): number {
    const { full } = this;
    return full === undefined ? this.compare.msFor(keys) : (full.tookMs * keys) / Math.max(1, full.keys);
  }
}
