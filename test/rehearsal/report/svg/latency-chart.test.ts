import { Frame } from '../../../../rehearsal/report/svg/frame';
import { latencyChart, latencyScale } from '../../../../rehearsal/report/svg/latency-chart';
import { withByHand } from '../samples/with-by-hand';
import { layoutOf } from './layouts';

const frame = new Frame(layoutOf('wide'), { fromMs: 0, toMs: 10_000 });
const scale = { lowest: -1, highest: 3 };
const slice = (fromMs: number, p50Ms?: number, p99Ms = p50Ms) => ({
  ...{ fromMs, toMs: fromMs + 100, operations: 100, failed: 0 },
  ...(p50Ms !== undefined && { p50Ms, p99Ms }),
});

/** Points of a line, stretch by stretch. */
function line(markup: string, name: 'p50' | 'p99'): { x: number; y: number }[][] {
  const path = new RegExp(`class="${name}" d="([^"]*)"`).exec(markup)?.[1] ?? '';
  return path
    .split('M')
    .slice(1)
    .map((run) => [...run.matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) })));
}

/** Where the chart says that a latency is. */
function tickY(markup: string, label: string): number {
  return Number(new RegExp(`y="([\\d.]+)" text-anchor="end">${label}<`).exec(markup)?.[1]) - 4;
}

test('a latency is drawn at its tick, and half way between ticks in powers of ten', () => {
  const { text } = latencyChart(frame, [slice(0, 1), slice(100, 100), slice(200, 10 ** 1.5)], scale).body;
  const [run = []] = line(text, 'p50');
  const ys = run.map(({ y }) => y);
  expect(ys[0]).toBeCloseTo(tickY(text, '1 ms'), 0);
  expect(ys[1]).toBeCloseTo(tickY(text, '100 ms'), 0);
  expect(ys[2]).toBeCloseTo((tickY(text, '10 ms') + tickY(text, '100 ms')) / 2, 0);
});

test('points are at the middle of their slices', () => {
  const [run = []] = line(latencyChart(frame, [slice(0, 1), slice(5_000, 1)], scale).body.text, 'p50');
  expect(run[0]?.x).toBeCloseTo(frame.x(50), 0);
  expect(run[1]?.x).toBeCloseTo(frame.x(5_050), 0);
});

test('p99 is drawn above p50', () => {
  const { text } = latencyChart(frame, [slice(0, 1, 50)], scale).body;
  expect(line(text, 'p99')[0]?.[0]?.y).toBeLessThan(line(text, 'p50')[0]?.[0]?.y ?? 0);
});

test('a line ends where nothing was answered, and a single answer is a dot', () => {
  const { text } = latencyChart(frame, [slice(0, 1), slice(100, 1), slice(200), slice(300, 1)], scale).body;
  expect(line(text, 'p50').map((run) => run.length)).toEqual([2, 1]);
  expect(text).toMatch(/class="p50" d="[^"]*M[\d.]+,[\d.]+Z"/);
});

test('the scale reaches from below the least to above the most of all that is compared', () => {
  const point = (p50Ms: number, p99Ms: number) => ({ atMs: 0, operations: 1, failed: 0, p50Ms, p99Ms });
  expect(latencyScale([point(0.4, 3), point(0.06, 1_500)])).toEqual({ lowest: -2, highest: 4 });
  expect(latencyScale([point(2, 3)])).toEqual({ lowest: 0, highest: 2 });
  expect(latencyScale([])).toEqual({ lowest: -1, highest: 3 });
  expect(latencyScale([...withByHand.series, point(1, 20_000)])).toEqual({ lowest: -1, highest: 5 });
});
