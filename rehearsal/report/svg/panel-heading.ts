import { type Markup, markup } from '../html/markup';
import { type Frame, px } from './frame';

/** Room that a stacked layout needs above a panel for its name; elsewhere that stands in the gutter. */
export function headingHeight(frame: Frame): number {
  return frame.layout.stacked ? 20 : 0;
}

export function panelHeading(frame: Frame, title: string): Markup {
  if (frame.layout.stacked) return markup`<text class="heading" x="0" y="13">${title}</text>`;
  const lines = title.split(', ');
  return markup`<text class="heading" x="${px(frame.left - 10 - tickRoom)}" y="0" text-anchor="end">${lines.map(
    (line, index) => markup`<tspan x="${px(frame.left - 10 - tickRoom)}" y="${11 + 14 * index}">${line}</tspan>`,
  )}</text>`;
}

const tickRoom = 48;
