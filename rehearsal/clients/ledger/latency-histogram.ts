// Not the whole package: its WebAssembly and its compression would be a hundredth of what is published.
import PackedHistogram from 'hdr-histogram-js/dist/PackedHistogram';

/** A latency is known to 1 %. */
const SIGNIFICANT_DIGITS = 2;
const US_PER_MS = 1000;
/** Microseconds. A longer one makes it grow. */
const [LOWEST, HIGHEST_AT_FIRST] = [1, 2];

/** How long answers took. */
export class LatencyHistogram {
  // Packed: of an hour there are 36,000 of these, and most of what each could count stays 0.
  private readonly microseconds = new PackedHistogram(LOWEST, HIGHEST_AT_FIRST, SIGNIFICANT_DIGITS);

  constructor() {
    this.microseconds.autoResize = true;
  }

  add(ms: number): void {
    this.microseconds.recordValue(Math.max(0, Math.round(ms * US_PER_MS)));
  }

  addAll({ microseconds }: LatencyHistogram): void {
    this.microseconds.add(microseconds);
  }

  /** @param percentile - 99 for p99. @returns undefined without any latency */
  percentileMs(percentile: number): number | undefined {
    return this.isEmpty ? undefined : this.microseconds.getValueAtPercentile(percentile) / US_PER_MS;
  }

  get highestMs(): number | undefined {
    return this.isEmpty ? undefined : this.microseconds.maxValue / US_PER_MS;
  }

  private get isEmpty(): boolean {
    return this.microseconds.totalCount === 0;
  }
}
