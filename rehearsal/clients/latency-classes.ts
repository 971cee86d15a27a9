/** Classes per doubling: a latency is known to 9 %. */
const PER_OCTAVE = 8;
const LOWEST_MS = 0.01;

export function latencyClass(ms: number): number {
  return Math.max(0, Math.round(Math.log2(Math.max(ms, LOWEST_MS) / LOWEST_MS) * PER_OCTAVE));
}

export function classMs(index: number): number {
  return LOWEST_MS * 2 ** (index / PER_OCTAVE);
}

/** Latencies by class; what they are is known to 9 %. */
export class LatencyHistogram {
  private readonly counts = new Map<number, number>();
  private total = 0;

  add(index: number, count = 1): void {
    this.counts.set(index, (this.counts.get(index) ?? 0) + count);
    this.total += count;
  }

  entries(): [number, number][] {
    return [...this.counts];
  }

  /** @param share - 0.99 for p99. @returns undefined without any latency */
  quantileMs(share: number): number | undefined {
    let rest = Math.ceil(this.total * share);
    const classes = [...this.counts].sort(([a], [b]) => a - b);
    for (const [index, count] of classes) {
      rest -= count;
      if (rest <= 0) return classMs(index);
    }
    return undefined;
  }

  get highestMs(): number | undefined {
    return this.total === 0 ? undefined : classMs(Math.max(...this.counts.keys()));
  }
}
