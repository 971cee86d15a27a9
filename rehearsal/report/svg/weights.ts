import { scaleLinear } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import { type Markup, markup } from '../html/markup';
import type { Side, WeightChange } from '../result';
import { type Span, within } from '../span';
import { instant } from '../units';
import { type Frame, type Panel, px, textWidth } from './frame';
import { headingHeight, panelHeading } from './panel-heading';

const LANE = 26;
const BETWEEN = 6;
/** From a step's line to its number, which stands above a low line and below a high one. */
const ABOVE_LINE = -4;
const BELOW_LINE = 13;
const SIDES: readonly Side[] = ['blue', 'green'];

/**
 * The record's weights as steps, a lane a side: drawn apart, both at 0 and both above 0 are seen at a glance, which in
 * one chart would hide behind each other.
 */
export function weightsChart(frame: Frame, weights: readonly WeightChange[]): Panel {
  const top = headingHeight(frame) + 4;
  const most = Math.max(1, ...weights.flatMap(({ blue, green }) => [blue, green]));
  const lanes = SIDES.map((side, index) =>
    lane(frame, side, steps(frame, side, weights), most, top + index * (LANE + BETWEEN)),
  );
  return {
    height: top + 2 * LANE + BETWEEN + 10,
    body: markup`${panelHeading(frame, 'Weights')}${lanes}`,
  };
}

interface Step extends Span {
  readonly weight: number;
}

interface Point {
  readonly atMs: number;
  readonly weight: number;
}

/** A weight stands until the next change, the last one to the end; what it was before the first is not known. */
function steps(frame: Frame, side: Side, weights: readonly WeightChange[]): Step[] {
  return weights.flatMap((change, index): Step[] => {
    const next = weights[index + 1];
    const span = within({ fromMs: change.atMs, toMs: next?.atMs ?? Number.POSITIVE_INFINITY }, frame.window);
    return span === undefined ? [] : [{ ...span, weight: change[side] }];
  });
}

function lane(frame: Frame, side: Side, drawn: readonly Step[], most: number, top: number): Markup {
  const bottom = top + LANE;
  const y = scaleLinear([0, most], [bottom, top + 4]);
  // A step's line runs to its end, where the next begins: the last end is a point of its own.
  const points = drawn.flatMap(({ fromMs, toMs, weight }, index) => [
    { atMs: fromMs, weight },
    ...(index === drawn.length - 1 ? [{ atMs: toMs, weight }] : []),
  ]);
  const x = ({ atMs }: Point) => frame.x(atMs);
  const height = ({ weight }: Point) => y(weight);
  const filled = area<Point>(x, bottom, height).curve(curveStepAfter).digits(1)(points);
  const outline = line<Point>(x, height).curve(curveStepAfter).digits(1)(points);
  const labels = drawn.map(({ fromMs, toMs, weight }) => {
    const text = String(weight);
    const from = frame.x(fromMs);
    if (textWidth(text) + 8 > frame.x(toMs) - from) return undefined;
    const title = `${side} has weight ${weight} from ${instant(fromMs)}`;
    const isHigh = bottom - y(weight) > LANE / 2;
    return markup`<text class="weight" x="${px(from + 5)}" y="${px(y(weight) + (isHigh ? BELOW_LINE : ABOVE_LINE))}">${text}<title>${title}</title></text>`;
  });
  return markup`<g class="${side}"><text class="side" x="${px(frame.left - 6)}" y="${px(top + LANE / 2 + 5)}" text-anchor="end">${side}</text><path class="axis" d="M${px(frame.left)} ${px(bottom)}H${px(frame.right)}"/><path class="step-area" d="${filled ?? ''}"/><path class="step" d="${outline ?? ''}"/>${labels}</g>`;
}
