import fc from 'fast-check';
import { Frame, LAYOUTS } from '../../../../rehearsal/report/svg/frame';
import { OutageBands } from '../../../../rehearsal/report/svg/outage-bands';
import { layoutOf } from './layouts';

const window = { fromMs: 0, toMs: 60_000 };

function drawn(bands: OutageBands) {
  const text = bands
    .draw(0, 500)
    .map((band) => band.text)
    .join('');
  const number = (value: string | undefined) => Number(value);
  return {
    bands: [...text.matchAll(/class="outage" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g)].map(([, x, y, width]) => ({
      x: number(x),
      y: number(y),
      width: number(width),
    })),
    labels: [...text.matchAll(/class="outage-label" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</g)].map(
      ([, x, y, label = '']) => ({ x: number(x), y: number(y), label }),
    ),
  };
}

test('a band lies where the write outage was, and says how long it was', () => {
  const frame = new Frame(layoutOf('wide'), window);
  const { bands, labels } = drawn(new OutageBands(frame, [{ fromMs: 10_000, toMs: 12_500 }]));
  expect(bands[0]?.x).toBeCloseTo(frame.x(10_000), 0);
  expect(bands[0]?.width).toBeCloseTo(frame.x(12_500) - frame.x(10_000), 0);
  expect(labels.map(({ label }) => label)).toEqual(['write outage 2.50 s']);
});

test('a write outage of milliseconds is seen', () => {
  const frame = new Frame(layoutOf('narrow'), window);
  expect(drawn(new OutageBands(frame, [{ fromMs: 10_000, toMs: 10_003 }])).bands[0]?.width).toBe(2);
});

test('a write outage outside the window takes no room', () => {
  const frame = new Frame(layoutOf('wide'), { fromMs: 0, toMs: 5_000 });
  const bands = new OutageBands(frame, [{ fromMs: 10_000, toMs: 12_500 }]);
  expect(bands.height).toBe(0);
  expect(drawn(bands).bands).toEqual([]);
});

test('labels keep apart, and within the chart', () => {
  const writeOutages = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 59_000 }), fc.integer({ min: 1, max: 5_000 }))
      .map(([fromMs, length]) => ({ fromMs, toMs: fromMs + length })),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(writeOutages, fc.constantFrom(...LAYOUTS), (all, layout) => {
      const { labels } = drawn(new OutageBands(new Frame(layout, window), all));
      expect(labels).toHaveLength(all.length);
      for (const [index, { x, y, label }] of labels.entries()) {
        const half = label.length * 3.5;
        expect(x - half).toBeGreaterThanOrEqual(0);
        expect(x + half).toBeLessThanOrEqual(layout.width);
        for (const other of labels.slice(index + 1)) {
          expect(y !== other.y || Math.abs(x - other.x) >= half + other.label.length * 3.5).toBe(true);
        }
      }
    }),
  );
});
