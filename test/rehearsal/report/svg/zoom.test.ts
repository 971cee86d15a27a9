import fc from 'fast-check';
import { between, CLOSEST_MS, moved, zoomed } from '../../../../rehearsal/report/svg/zoom';

const whole = { fromMs: 10_000, toMs: 70_000 };
const moment = fc.double({ min: whole.fromMs, max: whole.toMs, noNaN: true });

test('half is seen around a moment, which stays where it was', () => {
  expect(zoomed(whole, whole, 0.5, 40_000)).toEqual({ fromMs: 25_000, toMs: 55_000 });
  expect(zoomed(whole, whole, 0.5, 10_000)).toEqual({ fromMs: 10_000, toMs: 40_000 });
  expect(zoomed({ fromMs: 25_000, toMs: 55_000 }, whole, 2, 40_000)).toEqual(whole);
});

test('a window moves to the end of the whole, and no further', () => {
  const window = { fromMs: 50_000, toMs: 66_000 };
  expect(moved(window, whole, 0.25)).toEqual({ fromMs: 54_000, toMs: 70_000 });
  expect(moved(window, whole, -0.25)).toEqual({ fromMs: 46_000, toMs: 62_000 });
});

test('whatever is done, the window lies within the whole and shows a slice or two', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('in', 'out', 'earlier', 'later', 'drag'), moment, moment)),
      (acts) => {
        let window = whole;
        for (const [act, one, other] of acts) {
          const within = Math.min(window.toMs, Math.max(window.fromMs, one));
          if (act === 'in') window = zoomed(window, whole, 0.5, within);
          if (act === 'out') window = zoomed(window, whole, 2, within);
          if (act === 'earlier') window = moved(window, whole, -0.25);
          if (act === 'later') window = moved(window, whole, 0.25);
          if (act === 'drag') window = between(one, other, whole);
          expect(window.fromMs).toBeGreaterThanOrEqual(whole.fromMs - 0.01);
          expect(window.toMs).toBeLessThanOrEqual(whole.toMs + 0.01);
          expect(window.toMs - window.fromMs).toBeGreaterThanOrEqual(CLOSEST_MS - 0.01);
        }
      },
    ),
  );
});
