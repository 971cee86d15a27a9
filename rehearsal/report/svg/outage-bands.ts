import { type Markup, markup } from '../html/markup';
import { lengthOf, type Span, within } from '../span';
import { duration } from '../units';
import { type Frame, px, textWidth } from './frame';

const ROW = 18;
const NARROWEST = 2;
const BETWEEN = 6;

interface Band {
  readonly x: number;
  readonly width: number;
  readonly label: string;
  readonly labelFrom: number;
  readonly labelTo: number;
  /** Counted upwards from the chart. */
  readonly row: number;
}

/** Write outages as bands behind everything, with their lengths above them. */
export class OutageBands {
  readonly height: number;
  private readonly bands: readonly Band[];

  constructor(frame: Frame, writeOutages: readonly Span[]) {
    const bands: Band[] = [];
    for (const writeOutage of writeOutages) {
      const visible = within(writeOutage, frame.window);
      if (visible !== undefined) bands.push(placed(frame, writeOutage, visible, bands));
    }
    this.bands = bands;
    this.height = bands.reduce((most, { row }) => Math.max(most, row + 1), 0) * ROW;
  }

  /** @param top - where the labels begin; the bands reach from below them to `bottom` */
  draw(top: number, bottom: number): Markup[] {
    return this.bands.map(({ x, width, label, labelFrom, labelTo, row }) => {
      const from = top + this.height - row * ROW;
      return markup`<rect class="outage" x="${px(x)}" y="${px(from)}" width="${px(width)}" height="${px(bottom - from)}"/><text class="outage-label" x="${px((labelFrom + labelTo) / 2)}" y="${px(from - 6)}" text-anchor="middle">${label}</text>`;
    });
  }
}

function placed(frame: Frame, writeOutage: Span, visible: Span, others: readonly Band[]): Band {
  const x = frame.x(visible.fromMs);
  const width = Math.max(NARROWEST, frame.x(visible.toMs) - x);
  const label = `write outage ${duration(lengthOf(writeOutage))}`;
  const half = textWidth(label) / 2;
  const middle = Math.min(frame.right - half, Math.max(half, x + width / 2));
  const [labelFrom, labelTo] = [middle - half, middle + half];
  const meets = (row: number) =>
    others.some(
      (other) => other.row === row && labelFrom < other.labelTo + BETWEEN && other.labelFrom < labelTo + BETWEEN,
    );
  let row = 0;
  while (meets(row)) row++;
  return { x, width, label, labelFrom, labelTo, row };
}
