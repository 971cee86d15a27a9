import type { SeriesPoint } from '../../clients/ledger/latency-series';
import { SLICE_MS } from '../../clients/protocol';
import type { Span } from '../span';
import type { LatencyScale } from './latency-chart';
import { merged } from './slices';
import type { Happened } from './timeline';

/** A figure of the page: what is drawn, and from when to when. */
export interface DrawnFigure {
  readonly id: string;
  readonly title: string;
  readonly window: Span;
  readonly happened: Happened;
  readonly scale: LatencyScale;
}

/** What the script of the page draws again, zoomed. Figures share what happened, which is told once. */
export interface PageData {
  readonly happened: readonly Happened[];
  readonly figures: readonly (Omit<DrawnFigure, 'happened'> & { readonly happened: number })[];
}

/** Five minutes in slices of 100 ms; of what is longer, slices are told together: a page must not grow with the hours. */
const MAX_SLICES = 3_000;

export function pageData(figures: readonly DrawnFigure[]): PageData {
  const all = [...new Set(figures.map(({ happened }) => happened))];
  return {
    happened: all.map(thinned),
    figures: figures.map(({ happened, ...figure }) => ({ ...figure, happened: all.indexOf(happened) })),
  };
}

/** As far as a page needs it. */
export function thinned(happened: Happened): Happened {
  const { series } = happened;
  const together = Math.ceil(series.length / MAX_SLICES);
  if (together <= 1) return { ...happened, series: series.map(rounded) };
  const slices: SeriesPoint[] = [];
  for (let start = 0; start < series.length; start += together) {
    slices.push(rounded(merged(series.slice(start, start + together))));
  }
  return { ...happened, series: slices, sliceMs: together * SLICE_MS };
}

/** Latencies are known to 1 %. */
function rounded({ p50Ms, p99Ms, ...point }: SeriesPoint): SeriesPoint {
  return {
    ...point,
    ...(p50Ms !== undefined && { p50Ms: Number(p50Ms.toPrecision(3)) }),
    ...(p99Ms !== undefined && { p99Ms: Number(p99Ms.toPrecision(3)) }),
  };
}
