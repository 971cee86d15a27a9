import { SLICE_MS } from '../../../../rehearsal/clients/protocol';
import { Frame, LAYOUTS } from '../../../../rehearsal/report/svg/frame';
import { slicesIn } from '../../../../rehearsal/report/svg/slices';
import { fencedCutover } from '../samples/fenced-cutover';
import { STARTED_AT } from '../samples/load';
import { layoutOf } from './layouts';

const { series } = fencedCutover;
const of = (points: typeof series) => ({ series: points, startedAt: STARTED_AT, sliceMs: SLICE_MS });
const whole = { fromMs: 19_000, toMs: 48_600 };

test.each(LAYOUTS.map((layout) => [layout.name, layout] as const))(
  'a %s chart drops no operation and no failure',
  (_, layout) => {
    const slices = slicesIn(new Frame(layout, whole), of(series));
    const sum = (
      of: (one: { operations: number; failed: number }) => number,
      from: readonly { operations: number; failed: number }[],
    ) => from.reduce((total, one) => total + of(one), 0);
    expect(sum(({ operations }) => operations, slices)).toBe(sum(({ operations }) => operations, series));
    expect(sum(({ failed }) => failed, slices)).toBe(sum(({ failed }) => failed, series));
  },
);

test('a narrow chart takes slices together, and shows the worst p99 of them', () => {
  const [wide, narrow] = (['wide', 'narrow'] as const).map((name) =>
    slicesIn(new Frame(layoutOf(name), whole), of(series)),
  );
  expect(wide).toHaveLength(series.length);
  expect(narrow?.length).toBeLessThanOrEqual(series.length / 2);
  const worst = (slices: readonly { p99Ms?: number }[] = []) => Math.max(...slices.map(({ p99Ms = 0 }) => p99Ms));
  expect(worst(narrow)).toBe(worst(series));
});

test('a slice belongs to the window that its middle is in', () => {
  const frame = new Frame(layoutOf('wide'), { fromMs: 20_060, toMs: 20_340 });
  expect(slicesIn(frame, of(series)).map(({ fromMs }) => fromMs)).toEqual([20_100, 20_200]);
});

test('what was not answered has no latency', () => {
  const frame = new Frame(layoutOf('wide'), { fromMs: 34_400, toMs: 34_700 });
  for (const slice of slicesIn(frame, of(series))) expect(slice).not.toHaveProperty('p50Ms');
});
