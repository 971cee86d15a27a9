import { fencedCutover } from './fenced-cutover';
import { STARTED_AT, series } from './load';
import { type CacheRecord, clientsOf, figuresOf } from './record';

const startedAt = STARTED_AT + 75_000;
const points = series({
  seed: 'by hand',
  fromMs: 75_200,
  toMs: 96_000,
  disturbances: [
    { fromMs: 77_000, toMs: 81_500, slower: 2.6 },
    { fromMs: 88_300, toMs: 88_800, failing: 0.25, slower: 60 },
    { fromMs: 89_900, toMs: 90_200, failing: 0.2, slower: 60 },
    { fromMs: 91_400, toMs: 91_800, failing: 0.3, slower: 80 },
  ],
});

const figures = figuresOf(points, {
  longestWriteGapMs: 212,
  lostWrites: 1_284,
  lostWritesByKind: { session: 611, profile: 220, cache: 390, queue: 41, counter: 22 },
  lockViolations: 17,
  sessionsLost: 402,
  locksAcquired: 590,
  queue: { pushed: 790, popped: 748, waiting: 1, duplicated: 9, lost: 32, uncertain: 0 },
  samples: {
    lost: [
      {
        kind: 'session',
        key: 'session:4711',
        side: 'blue',
        ackedMs: 81_404,
        what: 'id 4711.9 was acknowledged, and id 4711.7 stands',
      },
    ],
    lockViolations: [
      {
        lock: 'lock:hourly-report',
        holders: ['watcher-1', 'watcher-2'],
        atMs: 84_200,
        what: 'two holders',
        forMs: 1_840,
      },
    ],
  },
});

/** The clean cutover, and the same load through copy, flip, hope. */
export const withByHand: CacheRecord = {
  ...fencedCutover,
  result: { ...fencedCutover.result, byHand: { clients: clientsOf(figures) } },
  byHand: { figures, series: points, startedAt },
};
