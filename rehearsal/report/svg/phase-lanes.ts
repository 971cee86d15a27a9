import { type Markup, markup } from '../html/markup';
import type { PhaseRun } from '../result';
import { duration, instant } from '../units';
import { FONT_SIZE, type Frame, fitted, type Panel, px, textWidth } from './frame';
import { isLook, isUndo, passesOf, phaseOf, spanOf } from './passes';
import { type Span, within } from './span';

/** A phase of a few milliseconds must be seen too. */
const NARROWEST = 3;
const BAR = 12;
const CORNER = 1.5;
const ROW = 20;
/** Stacked, the name stands above its bar. */
const STACKED_ROW = 32;
const HEADING = 20;
const BETWEEN = 10;

interface Bar {
  readonly run: PhaseRun;
  readonly kind: 'forward' | 'again' | 'undo' | 'look';
  readonly visible: Span;
}

interface Row {
  readonly name: string;
  readonly bars: readonly Bar[];
}

/** A row a phase: the forward rail above, the undos below. A phase that ran twice has two bars in its row. */
export function phaseLanes(frame: Frame, phases: readonly PhaseRun[]): Panel {
  const bars = barsOf(frame, phases);
  const rails = [
    { heading: 'Forward', rows: rowsOf(bars.filter(({ kind }) => kind !== 'undo')) },
    { heading: 'Undone', rows: rowsOf(bars.filter(({ kind }) => kind === 'undo')) },
  ].filter(({ rows }) => rows.length > 0);
  let y = 0;
  const drawn: Markup[] = [];
  for (const { heading, rows } of rails) {
    drawn.push(
      markup`<text class="heading" x="${headingX(frame)}" y="${px(y + 13)}"${anchor(frame)}>${heading}</text>`,
    );
    y += HEADING;
    for (const row of rows) {
      drawn.push(frame.layout.stacked ? stackedRow(frame, row, y) : gutterRow(frame, row, y));
      y += frame.layout.stacked ? STACKED_ROW : ROW;
    }
    y += BETWEEN;
  }
  return { height: y, body: markup`${drawn}` };
}

function barsOf(frame: Frame, phases: readonly PhaseRun[]): Bar[] {
  return passesOf(phases).flatMap((pass, index) =>
    pass.flatMap((run): Bar[] => {
      const visible = within(spanOf(run), frame.window);
      if (visible === undefined) return [];
      return [{ run, kind: kindOf(run, index), visible }];
    }),
  );
}

function kindOf(run: PhaseRun, pass: number): Bar['kind'] {
  if (isLook(run)) return 'look';
  if (isUndo(run)) return 'undo';
  return pass === 0 ? 'forward' : 'again';
}

/** In the order in which they first ran. A look before a phase stands in the row of its phase. */
function rowsOf(bars: readonly Bar[]): Row[] {
  const names = [...new Set(bars.map(({ run }) => phaseOf(run)))];
  return names.map((name) => ({ name, bars: bars.filter(({ run }) => phaseOf(run) === name) }));
}

function headingX(frame: Frame): string {
  return px(frame.layout.stacked ? 0 : frame.left - 10);
}

function anchor(frame: Frame): Markup | undefined {
  return frame.layout.stacked ? undefined : markup` text-anchor="end"`;
}

function gutterRow(frame: Frame, { name, bars }: Row, y: number): Markup {
  const middle = y + ROW / 2;
  const label = fitted(name, frame.left - 12);
  const boxes = bars.map((bar) => boxOf(frame, bar));
  return markup`<path class="rail" d="M${px(frame.left)} ${px(middle)}H${px(frame.right)}"/><text class="name" x="${px(frame.left - 10)}" y="${px(middle + 4)}" text-anchor="end">${label}</text>${bars.map((bar) => drawnBar(frame, bar, middle - BAR / 2))}${bars.map((bar, index) => barLabel(frame, bar, index, boxes, middle + 4))}`;
}

function stackedRow(frame: Frame, { name, bars }: Row, y: number): Markup {
  const lasted = bars
    .filter(isLabelled)
    .map(({ run }) => lastedInWords(run))
    .join(', then ');
  const label = fitted(`${name}  ${lasted}`, frame.right);
  return markup`<text class="name" x="0" y="${px(y + 11)}">${label}</text><path class="rail" d="M${px(frame.left)} ${px(y + 22)}H${px(frame.right)}"/>${bars.map((bar) => drawnBar(frame, bar, y + 22 - BAR / 2))}`;
}

interface Box {
  readonly from: number;
  readonly to: number;
}

function boxOf(frame: Frame, { visible }: Bar): Box {
  const from = frame.x(visible.fromMs);
  const to = Math.max(frame.x(visible.toMs), from + NARROWEST);
  const over = Math.max(0, to - frame.right);
  return { from: from - over, to: to - over };
}

function drawnBar(frame: Frame, bar: Bar, y: number): Markup {
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
    `M${px(from + left)} ${px(y)}H${px(to - right)}${arc(right, right, right)}V${px(y + BAR - right)}${arc(right, -right, right)}`,
    `H${px(from + left)}${arc(left, -left, -left)}V${px(y + left)}${arc(left, left, -left)}Z`,
  ].join('');
}

/** Right of the bar, else in it, else left of it; nowhere rather than on another bar. The table has every duration. */
function barLabel(frame: Frame, bar: Bar, index: number, boxes: readonly Box[], y: number): Markup | undefined {
  const box = boxes[index];
  if (box === undefined || !isLabelled(bar)) return undefined;
  const text = lastedInWords(bar.run);
  const room = textWidth(text, FONT_SIZE) + 10;
  const next = Math.min(frame.right + 10, ...boxes.filter(({ from }) => from > box.from).map(({ from }) => from));
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
function isLabelled({ run, kind }: Bar): boolean {
  return kind !== 'look' || run.outcome !== 'succeeded';
}

function labelAt(x: number, y: number, side: 'start' | 'end', text: string, outcome: string): Markup {
  return markup`<text class="lasted ${outcome}" x="${px(x)}" y="${px(y)}" text-anchor="${side}">${text}</text>`;
}

function lastedInWords({ durationMs, outcome }: PhaseRun): string {
  const lasted = duration(durationMs);
  return outcome === 'succeeded' ? lasted : `${lasted}, ${outcome}`;
}
