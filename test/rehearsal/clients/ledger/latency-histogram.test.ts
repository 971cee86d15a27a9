import fc from 'fast-check';
import { LatencyHistogram } from '../../../../rehearsal/clients/ledger/latency-histogram';

test('a latency is known to 1 %, from microseconds to minutes', () => {
  for (const ms of [0.05, 0.3, 1, 7.7, 100, 2_500, 240_000]) {
    const histogram = new LatencyHistogram();
    histogram.add(ms);
    for (const known of [histogram.percentileMs(50), histogram.percentileMs(100), histogram.highestMs]) {
      expect(Math.abs((known ?? 0) - ms)).toBeLessThanOrEqual(0.001 + 0.01 * ms);
    }
  }
});

test('so many of all took as long at the most, whatever they are', () => {
  const latencies = fc.array(fc.double({ min: 0.01, max: 10_000, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(latencies, fc.constantFrom(50, 99), (all, percent) => {
      const histogram = new LatencyHistogram();
      for (const ms of all) histogram.add(ms);
      const exact = all.toSorted((a, b) => a - b)[Math.ceil((all.length * percent) / 100) - 1] ?? 0;
      // A microsecond, and 1 %.
      expect(Math.abs((histogram.percentileMs(percent) ?? 0) - exact)).toBeLessThanOrEqual(0.001 + exact * 0.01);
    }),
  );
});

test('without any latency there is none, and one that a clock took back is 0', () => {
  const histogram = new LatencyHistogram();
  expect(histogram.percentileMs(50)).toBeUndefined();
  expect(histogram.highestMs).toBeUndefined();
  histogram.add(-0.2);
  expect(histogram.percentileMs(99)).toBe(0);
});
