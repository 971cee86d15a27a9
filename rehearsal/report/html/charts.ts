import type { PhaseRun, RehearsalRecord } from '../result';
import { lengthOf, padded, type Span } from '../span';
import { LAYOUTS } from '../svg/frame';
import { numbered } from '../svg/incident-marks';
import { latencyScale } from '../svg/latency-chart';
import { type Happened, timeline } from '../svg/timeline';
import { closeUps, wholeWindow } from '../svg/windows';
import { duration, instant, several } from '../units';
import { legend } from './legend';
import { type Markup, markup } from './markup';

/** The whole rehearsal, what is too small to be seen in it, and the switch by hand, all to one scale of latency. */
export function charts(record: RehearsalRecord): Markup {
  const { result, series, startedAt, weights, writeOutages = [], byHand } = record;
  const incidents = numbered(record.incidents);
  const happened = {
    phases: result.cutover.phases,
    series,
    startedAt,
    origin: 'the rehearsal began',
    weights,
    incidents,
    writeOutages,
  };
  const scale = latencyScale([...series, ...(byHand?.series ?? [])]);
  const whole = wholeWindow(record);
  return markup`<section><h2>What happened when</h2>
${legend(record)}
${figure(happened, { title: 'The whole rehearsal', window: whole, scale, id: 'whole' })}
${closeUps(record).map(({ title, window }, index) => figure(happened, { title, window, scale, id: `close-up-${index + 1}` }))}
${byHand && figure(byHandHappened(byHand), { title: 'The same load, switched by hand', window: byHandWindow(byHand), scale, id: 'by-hand' })}
</section>`;
}

interface FigureOptions {
  readonly title: string;
  readonly window: Span;
  readonly scale: ReturnType<typeof latencyScale>;
  readonly id: string;
}

/** Once for every width of page; all but one are hidden, from screen readers too. */
function figure(happened: Happened, { title, window, scale, id }: FigureOptions): Markup {
  const description = described(happened, window);
  return markup`<figure><figcaption>${title} <small>${duration(lengthOf(window))}</small></figcaption>
${LAYOUTS.map((layout) => timeline(happened, { window, layout, scale, id: `${id}-${layout.name}`, title, description }))}
</figure>`;
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

type ByHand = NonNullable<RehearsalRecord['byHand']>;

function byHandHappened({ series, startedAt }: ByHand): Happened {
  return {
    phases: [],
    series,
    startedAt,
    origin: 'the switch by hand began',
    weights: [],
    incidents: [],
    writeOutages: [],
  };
}

function byHandWindow({ series, startedAt }: ByHand): Span {
  const first = series[0]?.atMs ?? startedAt;
  const last = series.at(-1)?.atMs ?? startedAt;
  return padded({ fromMs: first - startedAt, toMs: last - startedAt }, 0.01, 100);
}
