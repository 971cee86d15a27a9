import fc from 'fast-check';
import { ticksOf } from '../../../../rehearsal/report/svg/axis';
import { Frame, LAYOUTS, textWidth } from '../../../../rehearsal/report/svg/frame';
import { layoutOf } from './layouts';

const windows = fc
  .tuple(fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: 200, max: 7_200_000 }))
  .map(([fromMs, length]) => ({ fromMs, toMs: fromMs + length }));

test('ticks are within the window, told apart by their labels, and labels have room', () => {
  fc.assert(
    fc.property(windows, fc.constantFrom(...LAYOUTS), (window, layout) => {
      const frame = new Frame(layout, window);
      const ticks = ticksOf(frame);
      expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
      for (const [index, { atMs, label }] of ticks.entries()) {
        expect(atMs).toBeGreaterThanOrEqual(window.fromMs);
        expect(atMs).toBeLessThanOrEqual(window.toMs);
        expect(Number(label)).toBeCloseTo(atMs / 1000, 3);
        const next = ticks[index + 1];
        if (next) expect(frame.x(next.atMs) - frame.x(atMs)).toBeGreaterThan(textWidth(next.label, 11));
      }
    }),
  );
});

test.each([
  ['half a minute', 19_000, 49_000, ['20', '25', '30', '35', '40', '45']],
  [
    'two seconds',
    31_400,
    33_400,
    ['31.4', '31.6', '31.8', '32.0', '32.2', '32.4', '32.6', '32.8', '33.0', '33.2', '33.4'],
  ],
])('%s has round seconds', (_, fromMs, toMs, labels) => {
  expect(ticksOf(new Frame(layoutOf('wide'), { fromMs, toMs })).map(({ label }) => label)).toEqual(labels);
});
