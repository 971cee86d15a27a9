import type { RehearsalRecord } from '../../../../rehearsal/report/result';
import { fencedCutover } from './fenced-cutover';
import { STARTED_AT, series } from './load';
import { figuresOf } from './record';

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

const figures = figuresOf(
  points,
  {
    longestWriteGapMs: 212,
    lostWrites: 1_284,
    'lostWrites.session': 611,
    'lostWrites.profile': 220,
    'lostWrites.cache': 390,
    'lostWrites.queue': 41,
    'lostWrites.counter': 22,
    lockViolations: 17,
    sessionsLost: 402,
    locksAcquired: 590,
    jobsPushed: 790,
    jobsTaken: 748,
    jobsWaiting: 1,
    jobsDoneTwice: 9,
    jobsLost: 32,
  },
  {
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
);

/** The clean cutover, and the same load through copy, flip, hope. */
export const withByHand: RehearsalRecord = {
  ...fencedCutover,
  result: { ...fencedCutover.result, byHand: { clients: figures.list } },
  byHand: { figures, series: points, startedAt },
};
