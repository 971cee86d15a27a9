import { scaleLinear, scaleUtc } from 'd3-scale';
import { markup } from '../html/markup';
import type { Span } from '../span';
import { type Frame, type Panel, px, textWidth } from './frame';

const HEIGHT = 36;
const BETWEEN_LABELS = 26;
/** Of what is longer, ticks are round in minutes and hours, which powers of ten are not. */
const OF_SECONDS_MS = 120_000;

export interface Tick {
  readonly atMs: number;
  readonly label: string;
}

/** Round seconds, minutes and hours, as many as there is room for. */
export function ticksOf(frame: Frame): Tick[] {
  const { toMs } = frame.window;
  const room = textWidth(seconds(toMs, 1)) + BETWEEN_LABELS;
  for (let most = Math.floor(frame.plotWidth / room); most > 0; most--) {
    const ticks = roundTimes(frame.window, most);
    const [first = 0, second = first] = ticks;
    const hasRoom = ticks.length < 2 || frame.x(second) - frame.x(first) >= room;
    if (hasRoom) return ticks.map((atMs) => ({ atMs, label: seconds(atMs, second - first || first % 1000 || 1000) }));
  }
  return [];
}

/** About so many, or fewer. */
function roundTimes({ fromMs, toMs }: Span, most: number): number[] {
  if (toMs - fromMs < OF_SECONDS_MS) return scaleLinear([fromMs, toMs], []).ticks(most);
  return scaleUtc([fromMs, toMs], []).ticks(most).map(Number);
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
