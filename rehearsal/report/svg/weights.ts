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

/** A weight stands until the next change, the last one to the end; what it was before the first is not known. */
function steps(frame: Frame, side: Side, weights: readonly WeightChange[]): Step[] {
  return weights.flatMap((change, index): Step[] => {
    const next = weights[index + 1];
    const span = within({ fromMs: change.atMs, toMs: next?.atMs ?? Number.POSITIVE_INFINITY }, frame.window);
    return span === undefined ? [] : [{ ...span, weight: change[side] }];
  });
}

function lane(frame: Frame, side: Side, drawn: readonly Step[], most: number, y: number): Markup {
  const bottom = y + LANE;
  const height = ({ weight }: Step) => (weight / most) * (LANE - 4);
  const areas = drawn.map((step) => {
    const [from, to] = [frame.x(step.fromMs), frame.x(step.toMs)];
    return `M${px(from)} ${px(bottom)}V${px(bottom - height(step))}H${px(to)}V${px(bottom)}Z`;
  });
  const [first] = drawn;
  const outline =
    first === undefined
      ? ''
      : `M${px(frame.x(first.fromMs))} ${px(bottom - height(first))}${drawn
          .map((step) => `V${px(bottom - height(step))}H${px(frame.x(step.toMs))}`)
          .join('')}`;
  const labels = drawn.map((step) => {
    const text = String(step.weight);
    const from = frame.x(step.fromMs);
    if (textWidth(text) + 8 > frame.x(step.toMs) - from) return undefined;
    const title = `${side} has weight ${step.weight} from ${instant(step.fromMs)}`;
    return markup`<text class="weight" x="${px(from + 5)}" y="${px(bottom - height(step) + (height(step) > LANE / 2 ? BELOW_LINE : ABOVE_LINE))}">${text}<title>${title}</title></text>`;
  });
  return markup`<g class="${side}"><text class="side" x="${px(frame.left - 6)}" y="${px(y + LANE / 2 + 5)}" text-anchor="end">${side}</text><path class="axis" d="M${px(frame.left)} ${px(bottom)}H${px(frame.right)}"/><path class="step-area" d="${areas.join('')}"/><path class="step" d="${outline}"/>${labels}</g>`;
}
