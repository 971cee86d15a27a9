import { type Figures, figuresOfAny } from '../client-figures';
import type { LatencySeries } from '../ledger/latency-series';
import type { HitLedger } from './hit-ledger';

/** What clients of Memcached saw. */
export type MemcachedFigures = Figures<MemcachedFigureId>;
export type MemcachedFigureId = ReturnType<typeof judgeHits>['list'][number]['id'];

export function judgeHits(ledger: HitLedger, series: LatencySeries, stoppedMs: number, offset: number) {
  const { timeline } = ledger;
  return {
    list: [...figuresOfAny<'page'>({ series, timeline, stoppedMs, lost: [], kinds: ['page'] }), ...ledger.figures()],
    failures: series.failures,
    sides: timeline.spans().map((span) => ({ ...span, fromMs: span.fromMs + offset, toMs: span.toMs + offset })),
    samples: { lost: [], lockViolations: [] },
  };
}
