import { type Markup, markup } from '../html/markup';
import type { PhaseRun, WeightChange } from '../result';
import type { Span } from '../span';
import { gridLines, ticksOf, timeAxis } from './axis';
import { failuresChart } from './failures-chart';
import { Frame, type Layout, type Panel, px } from './frame';
import { IncidentMarks, type NumberedIncident } from './incident-marks';
import { type LatencyScale, latencyChart } from './latency-chart';
import { OutageBands } from './outage-bands';
import { phaseLanes } from './phase-lanes';
import { type Series, slicesIn } from './slices';
import { weightsChart } from './weights';

/** What happened, as the charts draw it. */
export interface Happened extends Series {
  /** Empty for the switch by hand, which has none. */
  readonly phases: readonly PhaseRun[];
  /** What began when it started, from where all times but those of the series count, e.g. `the rehearsal began`. */
  readonly origin: string;
  /** Empty where they were not recorded. */
  readonly weights: readonly WeightChange[];
  readonly incidents: readonly NumberedIncident[];
  readonly writeOutages: readonly Span[];
}

export interface TimelineOptions {
  readonly window: Span;
  readonly layout: Layout;
  readonly scale: LatencyScale;
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What the picture shows, for those who cannot see it. */
  readonly description: string;
}

/** Incidents, phases, latency, failures and weights over one time axis. */
export function timeline(
  happened: Happened,
  { window, layout, scale, id, title, description }: TimelineOptions,
): Markup {
  const frame = new Frame(layout, window);
  const ticks = ticksOf(frame);
  const slices = slicesIn(frame, happened);
  const marks = new IncidentMarks(frame, happened.incidents);
  const writeOutages = new OutageBands(frame, happened.writeOutages);
  const top = marks.height + writeOutages.height;
  const stack = stacked(
    [
      ...(happened.phases.length > 0 ? [phaseLanes(frame, happened.phases)] : []),
      latencyChart(frame, slices, scale),
      failuresChart(frame, slices, happened.sliceMs),
      ...(happened.weights.length > 0 ? [weightsChart(frame, happened.weights)] : []),
    ],
    top,
  );
  const axis = timeAxis(frame, ticks, happened.origin);
  const height = stack.bottom + axis.height;
  return markup`<svg class="${layout.name}" role="img" viewBox="0 0 ${layout.width} ${px(height)}" aria-labelledby="${id}-title ${id}-description"><title id="${id}-title">${title}</title><desc id="${id}-description">${description}</desc>
${writeOutages.draw(marks.height, stack.bottom)}
<g transform="translate(0 ${px(top)})">${gridLines(frame, ticks, stack.bottom - top)}</g>
${marks.lines(stack.bottom)}
${stack.body}
<g transform="translate(0 ${px(stack.bottom)})">${axis.body}</g>
${marks.marks()}
</svg>`;
}

function stacked(panels: readonly Panel[], top: number): { readonly body: Markup; readonly bottom: number } {
  let bottom = top;
  const body = panels.map((panel) => {
    const placed = markup`<g transform="translate(0 ${px(bottom)})">${panel.body}</g>\n`;
    bottom += panel.height;
    return placed;
  });
  return { body: markup`${body}`, bottom };
}
