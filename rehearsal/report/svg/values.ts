import { bisector } from 'd3-array';
import type { SeriesPoint } from '../../clients/ledger/latency-series';
import { spanOf } from '../passes';
import { lengthOf } from '../span';
import { count, duration, instant } from '../units';
import type { Happened } from './timeline';

/** A value that the chart shows at a moment, as a person says it. */
export type Value = readonly [name: string, value: string];

const byTime = bisector(({ atMs }: { readonly atMs: number }) => atMs);

/** All that the chart shows at a moment, in milliseconds since its origin. */
export function valuesAt(happened: Happened, atMs: number): Value[] {
  const { phases, writeOutages, weights } = happened;
  const running = phases.filter((run) => spanOf(run).fromMs <= atMs && atMs <= spanOf(run).toMs);
  const outage = writeOutages.find(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs);
  const weight = weights[byTime.right(weights, atMs) - 1];
  return [
    ['at', instant(Math.round(atMs))],
    ...(running.length > 0 ? [['phase', running.map(({ name }) => name).join(', ')] as const] : []),
    ...ofClients(sliceAt(happened, atMs)),
    ...(outage === undefined ? [] : [['write outage', duration(lengthOf(outage))] as const]),
    ...(weight === undefined ? [] : [['weights', `blue ${weight.blue}, green ${weight.green}`] as const]),
  ];
}

function ofClients(slice: SeriesPoint | undefined): Value[] {
  if (slice === undefined) return [];
  const { p50Ms, p99Ms, operations, failed } = slice;
  const answered =
    p50Ms === undefined || p99Ms === undefined
      ? 'nothing was answered'
      : `half within ${duration(p50Ms)}, 99 of 100 within ${duration(p99Ms)}`;
  return [
    ['latency', answered],
    ['failed', `${count(failed)} of ${count(operations)} operations`],
  ];
}

function sliceAt({ series, startedAt, sliceMs }: Happened, atMs: number): SeriesPoint | undefined {
  const at = atMs + startedAt;
  const slice = series[byTime.right(series, at) - 1];
  return slice !== undefined && at < slice.atMs + sliceMs ? slice : undefined;
}
