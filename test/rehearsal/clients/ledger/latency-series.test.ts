import { LatencySeries } from '../../../../rehearsal/clients/ledger/latency-series';

test('slices in which nothing happened are part of the series', () => {
  const series = new LatencySeries();
  const slice = { kind: 'session', missed: 0 } as const;
  series.add({ ...slice, slice: 10, operations: 3, failures: {}, latenciesMs: [1, 1, 1] });
  series.add({ ...slice, slice: 13, operations: 2, failures: { 'timed out': 2 }, latenciesMs: [] });
  const points = series.series(5000);
  expect(points.map(({ atMs, operations, failed }) => [atMs, operations, failed])).toEqual([
    [6000, 3, 0],
    [6100, 0, 0],
    [6200, 0, 0],
    [6300, 2, 2],
  ]);
  expect(points[0]?.p50Ms).toBeCloseTo(1, 1);
  expect(points[1]).not.toHaveProperty('p99Ms');
});

test('processes and kinds add up, and quantiles are of all', () => {
  const series = new LatencySeries();
  const fast = Array.from({ length: 98 }, () => 1);
  series.add({ slice: 1, kind: 'session', operations: 98, failures: {}, missed: 1, latenciesMs: fast });
  series.add({
    slice: 1,
    kind: 'lock',
    operations: 3,
    failures: { READONLY: 1 },
    missed: 2,
    latenciesMs: [500, 500],
  });
  series.add({ slice: 2, kind: 'lock', operations: 5, failures: { 'timed out': 5 }, missed: 0, latenciesMs: [] });
  expect(series).toMatchObject({ operations: 106, failed: 6, missed: 3 });
  expect(Object.entries(series.failures)).toEqual([
    ['timed out', 5],
    ['READONLY', 1],
  ]);
  const [point] = series.series(0);
  expect(point).toMatchObject({ operations: 101, failed: 1 });
  expect(point?.p50Ms).toBeLessThan(2);
  expect(point?.p99Ms).toBeGreaterThan(400);
});
