import { type Markup, markup } from '../html/markup';
import type { PhaseRun } from '../result';
import { lengthOf, type Span } from '../span';
import { duration, instant, several } from '../units';
import type { DrawnFigure } from './chart-data';
import { LAYOUTS } from './frame';
import { type Happened, timeline } from './timeline';

/** A figure once for every width of page: the page's style shows the one that fits. */
export function drawings({ id, title, window, happened, scale }: DrawnFigure): Markup {
  const description = described(happened, window);
  return markup`${LAYOUTS.map((layout) => timeline(happened, { window, layout, scale, id: `${id}-${layout.name}`, title, description }))}`;
}

function described(
  { phases, series, startedAt, origin, incidents, writeOutages }: Happened,
  { fromMs, toMs }: Span,
): string {
  const seen = phases.filter(({ startedMs, durationMs }) => startedMs <= toMs && startedMs + durationMs >= fromMs);
  const failed = series
    .filter(({ atMs }) => atMs - startedAt >= fromMs && atMs - startedAt <= toMs)
    .reduce((sum, point) => sum + point.failed, 0);
  const sentences = [
    `From ${instant(fromMs)} to ${instant(toMs)} since ${origin}.`,
    seen.length > 0 && `Phases in order: ${seen.map(phaseInWords).join(', ')}.`,
    writeOutages.length > 0 &&
      `Write outages: ${writeOutages.map((writeOutage) => `${duration(lengthOf(writeOutage))} from ${instant(writeOutage.fromMs)}`).join(', ')}.`,
    `${several(failed, 'operation')} failed.`,
    incidents.length > 0 &&
      `Incidents: ${incidents.map(({ atMs, what }) => `${what} at ${instant(atMs)}`).join('; ')}.`,
  ];
  return sentences.filter((sentence) => sentence !== undefined && sentence !== false).join(' ');
}

function phaseInWords({ name, durationMs, outcome }: PhaseRun): string {
  return `${name} ${duration(durationMs)}${outcome === 'succeeded' ? '' : ` ${outcome}`}`;
}
