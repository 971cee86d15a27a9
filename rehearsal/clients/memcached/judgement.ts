import { type Figures, figuresOfAny } from '../client-figures';
import { figure } from '../figure';
import type { LatencySeries } from '../ledger/latency-series';
import type { HitLedger } from './hit-ledger';

/** Enough that chance does not decide, and few enough to show how a side fills itself. */
const READS = 500;

/** What clients of Memcached saw. */
export type MemcachedFigures = Figures<MemcachedFigureId>;
export type MemcachedFigureId = ReturnType<typeof judgeHits>['list'][number]['id'];

export function judgeHits(ledger: HitLedger, series: LatencySeries, stoppedMs: number, offset: number) {
  const { timeline } = ledger;
  return {
    list: [
      ...figuresOfAny<'page'>({ series, timeline, stoppedMs, lost: [], kinds: ['page'] }),
      figure('hitPercentBlue', 'Hit rate on blue, %', ledger.hitPercent('blue', 'all'), { shown: 'summary' }),
      figure(
        'hitPercentGreenFirst',
        `Hit rate on green, first ${READS} reads, %`,
        ledger.hitPercent('green', 'first', READS),
        {
          shown: 'summary',
        },
      ),
      figure(
        'hitPercentGreenLast',
        `Hit rate on green, last ${READS} reads, %`,
        ledger.hitPercent('green', 'last', READS),
        {
          shown: 'summary',
        },
      ),
    ],
    failures: series.failures,
    sides: timeline.spans().map((span) => ({ ...span, fromMs: span.fromMs + offset, toMs: span.toMs + offset })),
    samples: { lost: [], lockViolations: [] },
  };
}
