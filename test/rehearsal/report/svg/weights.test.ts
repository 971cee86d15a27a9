import { Frame } from '../../../../rehearsal/report/svg/frame';
import { weightsChart } from '../../../../rehearsal/report/svg/weights';
import { gradualCanary } from '../samples/gradual-canary';
import { layoutOf } from './layouts';

const frame = new Frame(layoutOf('wide'), { fromMs: 8_000, toMs: 32_000 });

interface Step {
  readonly from: number;
  readonly to: number;
  readonly height: number;
}

function stepsOf(markup: string, side: 'blue' | 'green'): Step[] {
  const lane = markup.split(`<g class="${side}">`)[1]?.split('</g>')[0] ?? '';
  const bottom = Number(/class="axis" d="M[\d.]+ ([\d.]+)H/.exec(lane)?.[1]);
  const line = /class="step" d="([^"]*)"/.exec(lane)?.[1] ?? '';
  const points = [...line.matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
  // From a step to the next the line runs up or down: the last point is the end of the last step, twice.
  return points.slice(0, -1).flatMap(({ x, y }, index) => {
    const end = points[index + 1];
    return index % 2 === 0 && end !== undefined ? [{ from: x, to: end.x, height: bottom - y }] : [];
  });
}

test('each weight stands from its change until the next, the last one to the end', () => {
  const { text } = weightsChart(frame, gradualCanary.weights).body;
  for (const side of ['blue', 'green'] as const) {
    const steps = stepsOf(text, side);
    expect(steps).toHaveLength(gradualCanary.weights.length);
    for (const [index, { atMs }] of gradualCanary.weights.entries()) {
      const next = gradualCanary.weights[index + 1];
      expect(steps[index]?.from).toBeCloseTo(frame.x(atMs), 0);
      expect(steps[index]?.to).toBeCloseTo(next ? frame.x(next.atMs) : frame.right, 0);
    }
  }
});

test('steps are as high as the weights, on one scale for both sides', () => {
  const { text } = weightsChart(frame, gradualCanary.weights).body;
  for (const side of ['blue', 'green'] as const) {
    const highest = Math.max(...stepsOf(text, 'blue').map(({ height }) => height));
    const shares = stepsOf(text, side).map(({ height }) => Math.round((100 * height) / highest));
    const weights = gradualCanary.weights.map((change) => change[side]);
    for (const [index, share] of shares.entries()) expect(Math.abs(share - (weights[index] ?? -1))).toBeLessThan(2);
  }
});

test('weights are written where there is room for them', () => {
  const { text } = weightsChart(frame, gradualCanary.weights).body;
  const written = (side: string) =>
    [...(text.split(`<g class="${side}">`)[1]?.split('</g>')[0] ?? '').matchAll(/class="weight"[^>]*>(\d+)</g)].map(
      ([, weight]) => weight,
    );
  expect(written('blue')).toEqual(['100', '95', '75', '50', '0']);
  expect(written('green')).toEqual(['0', '5', '25', '50', '100']);
});

test('two sides that both have no weight are two empty lanes', () => {
  const { text } = weightsChart(frame, [{ atMs: 9_000, blue: 0, green: 0 }]).body;
  expect([...stepsOf(text, 'blue'), ...stepsOf(text, 'green')].map(({ height }) => height)).toEqual([0, 0]);
});

test('a weight that was set before the window stands in it from its left edge', () => {
  const { text } = weightsChart(frame, [{ atMs: 10, blue: 100, green: 0 }]).body;
  expect(stepsOf(text, 'blue')).toEqual([{ from: frame.left, to: frame.right, height: 22 }]);
});

test('no line runs through a number', () => {
  const { text } = weightsChart(frame, gradualCanary.weights).body;
  for (const side of ['blue', 'green'] as const) {
    const group = text.split(`<g class="${side}">`)[1]?.split('</g>')[0] ?? '';
    const bottom = Number(/class="axis" d="M[\d.]+ ([\d.]+)H/.exec(group)?.[1]);
    const tops = stepsOf(text, side).map(({ height }) => bottom - height);
    const baselines = [...group.matchAll(/class="weight" x="[\d.]+" y="([\d.]+)"/g)].map(([, y]) => Number(y));
    expect(baselines).toHaveLength(tops.length);
    for (const [index, baseline] of baselines.entries()) {
      const top = tops[index] ?? 0;
      expect(top > baseline || top < baseline - 9).toBe(true);
    }
  }
});
