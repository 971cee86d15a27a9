import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { markup } from '../html/markup';
import { count, duration, instant } from '../units';
import { type Frame, type Panel, px } from './frame';
import { headingHeight, panelHeading } from './panel-heading';
import { type DrawnSlice, slicesTogether } from './slices';

const HEIGHT = 48;
/** One failed operation among hundreds must be seen. */
const LOWEST = 2;

/** Failed operations, a bar a slice. */
export function failuresChart(frame: Frame, slices: readonly DrawnSlice[], sliceMs: number): Panel {
  const top = headingHeight(frame) + 6;
  const most = max(slices, ({ failed }) => failed) ?? 0;
  const bottom = top + HEIGHT;
  const heightOf = scaleLinear([0, Math.max(1, most)], [0, HEIGHT]);
  const bars = slices
    .filter(({ failed }) => failed > 0)
    .map(({ fromMs, toMs, failed, operations }) => {
      const height = Math.max(LOWEST, heightOf(failed));
      const left = Math.max(frame.left, frame.x(fromMs));
      const width = Math.max(1, Math.min(frame.right, frame.x(toMs)) - left);
      const title = `${count(failed)} of ${count(operations)} operations failed, from ${instant(fromMs)}`;
      return markup`<rect class="failed" x="${px(left)}" y="${px(bottom - height)}" width="${px(width)}" height="${px(height)}"><title>${title}</title></rect>`;
    });
  const per = duration(slicesTogether(frame, sliceMs) * sliceMs);
  const none = markup`<text class="note" x="${px(frame.left + 8)}" y="${px(bottom - 6)}">none</text>`;
  const scale = markup`<text class="tick" x="${px(frame.left - 6)}" y="${px(top + 5)}" text-anchor="end">${count(most)}</text>`;
  return {
    height: bottom + 12,
    body: markup`${panelHeading(frame, `Failed, per ${per}`)}<path class="axis" d="M${px(frame.left)} ${px(bottom)}H${px(frame.right)}"/>${most === 0 ? none : scale}${bars}`,
  };
}
