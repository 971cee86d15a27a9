import { SLICE_MS } from '../../clients/protocol';
import type { RehearsalRecord } from '../result';
import { lengthOf, padded, type Span } from '../span';
import type { DrawnFigure } from '../svg/chart-data';
import { drawings } from '../svg/drawings';
import { numbered } from '../svg/incident-marks';
import { latencyScale } from '../svg/latency-chart';
import type { Happened } from '../svg/timeline';
import { closeUps, wholeWindow } from '../svg/windows';
import { duration } from '../units';
import { legend } from './legend';
import { type Markup, markup } from './markup';

/** The whole rehearsal, what is too small to be seen in it, and the switch by hand, all to one scale of latency. */
export function figuresOf(record: RehearsalRecord): DrawnFigure[] {
  const { result, series, startedAt, weights, writeOutages = [], byHand } = record;
  const happened = {
    phases: result.cutover.phases,
    series,
    startedAt,
    sliceMs: SLICE_MS,
    origin: 'the rehearsal began',
    weights,
    incidents: numbered(record.incidents),
    writeOutages,
  };
  const scale = latencyScale([...series, ...(byHand?.series ?? [])]);
  return [
    { id: 'whole', title: 'The whole rehearsal', window: wholeWindow(record), happened, scale },
    ...closeUps(record).map((closeUp, index) => ({ ...closeUp, id: `close-up-${index + 1}`, happened, scale })),
    ...(byHand === undefined ? [] : [byHandFigure(byHand, scale)]),
  ];
}

export function charts(record: RehearsalRecord, figures: readonly DrawnFigure[]): Markup {
  return markup`<section><h2>What happened when</h2>
${legend(record)}
${figures.map(figure)}
</section>`;
}

/** Once for every width of page; all but one are hidden, from screen readers too. */
function figure(drawn: DrawnFigure): Markup {
  const { id, title, window } = drawn;
  return markup`<figure id="${id}"><figcaption>${title} <small>${duration(lengthOf(window))}</small></figcaption>
<div class="plot">${drawings(drawn)}</div>
</figure>`;
}

type ByHand = NonNullable<RehearsalRecord['byHand']>;

function byHandFigure(byHand: ByHand, scale: DrawnFigure['scale']): DrawnFigure {
  const title = 'The same load, switched by hand';
  return { id: 'by-hand', title, window: byHandWindow(byHand), happened: byHandHappened(byHand), scale };
}

function byHandHappened({ series, startedAt }: ByHand): Happened {
  return {
    sliceMs: SLICE_MS,
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
