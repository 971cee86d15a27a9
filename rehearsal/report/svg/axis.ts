import { markup } from '../html/markup';
import { lengthOf } from '../span';
import { type Frame, type Panel, px, textWidth } from './frame';

const STEPS_MS = [1, 2, 5].flatMap((step) => [1, 10, 100, 1_000, 10_000].map((scale) => step * scale));
const LONG_STEPS_MS = [60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400].map((seconds) => seconds * 1000);
const HEIGHT = 36;
const BETWEEN_LABELS = 26;

export interface Tick {
  readonly atMs: number;
  readonly label: string;
}

/** Round seconds, as many as there is room for. */
export function ticksOf(frame: Frame): Tick[] {
  const { fromMs, toMs } = frame.window;
  const room = textWidth(seconds(toMs, 1)) + BETWEEN_LABELS;
  const least = (lengthOf(frame.window) / frame.plotWidth) * room;
  const steps = [...STEPS_MS, ...LONG_STEPS_MS].sort((a, b) => a - b);
  const step = steps.find((candidate) => candidate >= least) ?? least;
  const ticks: Tick[] = [];
  for (let at = Math.ceil(fromMs / step); at * step <= toMs; at++) {
    ticks.push({ atMs: at * step, label: seconds(at * step, step) });
  }
  return ticks;
}

/** Seconds, with the digits that tell one tick from the next. */
function seconds(ms: number, stepMs: number): string {
  return (ms / 1000).toFixed(Math.max(0, Math.ceil(-Math.log10(stepMs / 1000))));
}

export function gridLines(frame: Frame, ticks: readonly Tick[], height: number): Panel['body'] {
  return markup`<path class="grid" d="${ticks.map(({ atMs }) => `M${px(frame.x(atMs))} 0V${px(height)}`).join('')}"/>`;
}

export function timeAxis(frame: Frame, ticks: readonly Tick[], origin: string): Panel {
  const labels = ticks.map(
    ({ atMs, label }) =>
      markup`<text class="tick" x="${px(frame.x(atMs))}" y="15" text-anchor="middle">${label}</text>`,
  );
  const title = markup`<text class="tick" x="${px((frame.left + frame.right) / 2)}" y="31" text-anchor="middle">seconds since ${origin}</text>`;
  return {
    height: HEIGHT,
    body: markup`<path class="axis" d="M${px(frame.left)} .5H${px(frame.right)}"/>${labels}${title}`,
  };
}
