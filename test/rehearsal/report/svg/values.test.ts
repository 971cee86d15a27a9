import { figuresOf } from '../../../../rehearsal/report/html/charts';
import { pageData } from '../../../../rehearsal/report/svg/chart-data';
import { valuesAt } from '../../../../rehearsal/report/svg/values';
import { fencedCutover } from '../samples/fenced-cutover';
import { STARTED_AT, series } from '../samples/load';
import { withByHand } from '../samples/with-by-hand';

const [whole] = figuresOf(fencedCutover);
if (whole === undefined) throw new Error('The sample has no figure.');

test('a moment has its phase, latency, failures, write outage and weights', () => {
  const outage = fencedCutover.writeOutages?.[0];
  const values = Object.fromEntries(valuesAt(whole.happened, (outage?.toMs ?? 0) - 10));
  expect(values).toEqual({
    at: expect.stringMatching(/ s$/),
    phase: 'Switch',
    latency: expect.stringMatching(/^half within .+, 99 of 100 within .+$/),
    failed: expect.stringMatching(/^\d+ of \d+ operations$/),
    'write outage': '1.53 s',
    weights: 'blue 0, green 100',
  });
});

test('where nothing was answered it says so, and before anything happened it says nothing', () => {
  const silent = fencedCutover.series.find(({ p50Ms }) => p50Ms === undefined);
  const values = Object.fromEntries(valuesAt(whole.happened, (silent?.atMs ?? 0) - fencedCutover.startedAt + 50));
  expect(values.latency).toBe('nothing was answered');
  expect(valuesAt(whole.happened, -1_000)).toEqual([['at', '-1.0 s']]);
});

test('the script of the page has what happened once, with the figures that show it', () => {
  const { happened, figures } = pageData(figuresOf(withByHand));
  expect(happened).toHaveLength(2);
  expect(figures.map(({ id, happened: index }) => [id, index])).toEqual(
    expect.arrayContaining([
      ['whole', 0],
      ['by-hand', 1],
    ]),
  );
});

test('hours are told in longer slices, and none of their operations and worst latencies is lost', () => {
  const long = { ...fencedCutover, series: series({ seed: 'h', fromMs: 0, toMs: 3_600_000, disturbances: [] }) };
  const { happened } = pageData(figuresOf({ ...long, startedAt: STARTED_AT }));
  const [{ series: told, sliceMs } = { series: [], sliceMs: 0 }] = happened;
  expect(told.length).toBeLessThanOrEqual(3_000);
  expect(sliceMs).toBe(1_200);
  const operations = (points: readonly { readonly operations: number }[]) =>
    points.reduce((sum, point) => sum + point.operations, 0);
  expect(operations(told)).toBe(operations(long.series));
  const worst = (points: readonly { readonly p99Ms?: number }[]) => Math.max(...points.map(({ p99Ms = 0 }) => p99Ms));
  expect(worst(told)).toBeCloseTo(worst(long.series), 0);
});
