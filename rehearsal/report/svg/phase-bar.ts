import { type Markup, markup } from '../html/markup';
import { spanOf } from '../passes';
import type { PhaseRun } from '../result';
import type { Span } from '../span';
import { duration, instant } from '../units';
import { type Frame, px, textWidth } from './frame';

export const BAR_HEIGHT = 12;
/** A phase of a few milliseconds must be seen too. */
const NARROWEST = 3;
const CORNER = 1.5;

export interface Bar {
  readonly run: PhaseRun;
  readonly kind: 'forward' | 'again' | 'undo' | 'look';
  /** What of the run lies in the window. */
  readonly visible: Span;
}

export interface Box {
  readonly from: number;
  readonly to: number;
}

export function boxOf(frame: Frame, { visible }: Bar): Box {
  const from = frame.x(visible.fromMs);
  const to = Math.max(frame.x(visible.toMs), from + NARROWEST);
  const over = Math.max(0, to - frame.right);
  return { from: from - over, to: to - over };
}

export function drawnBar(frame: Frame, bar: Bar, y: number): Markup {
  const { from, to } = boxOf(frame, bar);
  const { run, kind, visible } = bar;
  const whole = spanOf(run);
  const [beginsHere, endsHere] = [whole.fromMs === visible.fromMs, whole.toMs === visible.toMs];
  const error = run.error === undefined ? '' : `: ${run.error}`;
  const title = `${run.name}, ${run.outcome} after ${duration(run.durationMs)}, from ${instant(run.startedMs)}${error}`;
  return markup`<path class="bar ${kind} ${run.outcome}" d="${outline(from, to, y, beginsHere, endsHere)}"><title>${title}</title></path>`;
}

/** Rounded where the phase begins and ends, square where the window cuts it off. */
function outline(from: number, to: number, y: number, beginsHere: boolean, endsHere: boolean): string {
  const [left, right] = [beginsHere ? CORNER : 0, endsHere ? CORNER : 0];
  const arc = (radius: number, x: number, down: number) => `a${radius} ${radius} 0 0 1 ${x} ${down}`;
  return [
    `M${px(from + left)} ${px(y)}H${px(to - right)}${arc(right, right, right)}V${px(y + BAR_HEIGHT - right)}${arc(right, -right, right)}`,
    `H${px(from + left)}${arc(left, -left, -left)}V${px(y + left)}${arc(left, left, -left)}Z`,
  ].join('');
}

/** Right of the bar, else in it, else left of it; nowhere rather than on another bar. The table has every duration. */
export function barLabel(frame: Frame, bar: Bar, index: number, boxes: readonly Box[], y: number): Markup | undefined {
  const box = boxes[index];
  if (box === undefined || !isLabelled(bar)) return undefined;
  const text = lastedInWords(bar.run);
  const room = textWidth(text) + 10;
  // By their ends: one that begins with it may be longer.
  const next = Math.min(frame.right + 10, ...boxes.filter(({ to }) => to > box.to).map(({ from }) => from));
  const previous = Math.max(frame.left, ...boxes.filter(({ from }) => from < box.from).map(({ to }) => to));
  // A label at the left of the second bar and one at the right of the first would share the space between them.
  const roomAtLeft = index === 0 ? box.from - previous : (box.from - previous) / 2;
  const roomAtRight = index === boxes.length - 1 ? next - box.to : (next - box.to) / 2;
  if (room <= roomAtRight) return labelAt(box.to + 5, y, 'start', text, bar.run.outcome);
  if (room <= box.to - box.from) {
    return markup`<text class="lasted inside ${bar.kind}" x="${px((box.from + box.to) / 2)}" y="${px(y)}" text-anchor="middle">${text}</text>`;
  }
  if (room <= roomAtLeft) return labelAt(box.from - 5, y, 'end', text, bar.run.outcome);
  return undefined;
}

/** How long a look took is of no interest, unless it failed. */
export function isLabelled({ run, kind }: Bar): boolean {
  return kind !== 'look' || run.outcome !== 'succeeded';
}

function labelAt(x: number, y: number, side: 'start' | 'end', text: string, outcome: string): Markup {
  return markup`<text class="lasted ${outcome}" x="${px(x)}" y="${px(y)}" text-anchor="${side}">${text}</text>`;
}

export function lastedInWords({ durationMs, outcome }: PhaseRun): string {
  const lasted = duration(durationMs);
  return outcome === 'succeeded' ? lasted : `${lasted}, ${outcome}`;
}
