import { type Markup, markup } from '../html/markup';
import { isLook, isUndo, passesOf, rowOf, spanOf } from '../passes';
import type { PhaseRun } from '../result';
import { within } from '../span';
import { type Frame, fitted, type Panel, px } from './frame';
import { BAR_HEIGHT, type Bar, barLabel, boxOf, drawnBar, isLabelled, lastedInWords } from './phase-bar';

const ROW = 20;
/** Stacked, the name stands above its bar. */
const STACKED_ROW = 32;
const HEADING = 20;
const BETWEEN = 10;

interface Row {
  readonly name: string;
  readonly bars: readonly Bar[];
}

/** A row a phase: the phases above, the undos below. A phase that ran twice has two bars in its row. */
export function phaseLanes(frame: Frame, phases: readonly PhaseRun[]): Panel {
  const bars = barsOf(frame, phases);
  const lanes = [
    { heading: 'Forward', rows: rowsOf(bars.filter(({ kind }) => kind !== 'undo')) },
    { heading: 'Undone', rows: rowsOf(bars.filter(({ kind }) => kind === 'undo')) },
  ].filter(({ rows }) => rows.length > 0);
  let y = 0;
  const drawn: Markup[] = [];
  for (const { heading, rows } of lanes) {
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
  const names = [...new Set(bars.map(({ run }) => rowOf(run)))];
  return names.map((name) => ({ name, bars: bars.filter(({ run }) => rowOf(run) === name) }));
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
  return markup`<path class="rail" d="M${px(frame.left)} ${px(middle)}H${px(frame.right)}"/><text class="name" x="${px(frame.left - 10)}" y="${px(middle + 4)}" text-anchor="end">${label}</text>${bars.map((bar) => drawnBar(frame, bar, middle - BAR_HEIGHT / 2))}${bars.map((bar, index) => barLabel(frame, bar, index, boxes, middle + 4))}`;
}

function stackedRow(frame: Frame, { name, bars }: Row, y: number): Markup {
  const lasted = bars
    .filter(isLabelled)
    .map(({ run }) => lastedInWords(run))
    .join(', then ');
  const label = fitted(`${name}  ${lasted}`, frame.right);
  return markup`<text class="name" x="0" y="${px(y + 11)}">${label}</text><path class="rail" d="M${px(frame.left)} ${px(y + 22)}H${px(frame.right)}"/>${bars.map((bar) => drawnBar(frame, bar, y + 22 - BAR_HEIGHT / 2))}`;
}
