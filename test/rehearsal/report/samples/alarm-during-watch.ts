import type { RehearsalRecord } from '../../../../rehearsal/report/result';
import { series } from './load';
import { figuresOf, runs, sample } from './record';

const there = runs(
  19_800,
  ['Preflight', 305],
  ['Save the state before Replicate', 12],
  ['Replicate', 9_140],
  ['Approve', 840],
  ['Save the state before Quiesce', 18],
  ['Quiesce', 1_480],
  ['Save the state before Fence', 9],
  ['Fence', 296],
  ['Drain', 3],
  ['Verify', 38],
  ['Reverse', 11],
  ['Switch', 6_530],
  ['Evict', 2_180],
  ['Resume', 1_220],
  ['Watch', 1_060],
);
const back = runs(
  43_020,
  ['Save the state before Replicate', 11],
  ['Replicate', 6],
  ['Save the state before Quiesce', 15],
  ['Quiesce', 1_510],
  ['Save the state before Fence', 8],
  ['Fence', 301],
  ['Drain', 2],
  ['Verify', 21],
  ['Reverse', 10],
  ['Switch', 6_520],
  ['Evict', 2_050],
  ['Resume', 1_180],
);

const points = series({
  seed: 'alarm',
  fromMs: 17_900,
  toMs: 56_800,
  disturbances: [
    { fromMs: 20_100, toMs: 29_300, slower: 2.1 },
    { fromMs: 31_900, toMs: 33_000, silent: true },
    { fromMs: 33_000, toMs: 33_300, failing: 0.7, slower: 1200 },
    { fromMs: 40_900, toMs: 43_100, slower: 7 },
    { fromMs: 44_800, toMs: 45_900, silent: true },
    { fromMs: 45_900, toMs: 46_200, failing: 0.6, slower: 1100 },
  ],
});

/** An alarm goes off while clients are watched on green: the same phases, the other way. */
export const alarmDuringWatch: RehearsalRecord = sample({
  phases: [...there, ...back],
  writeOutageMs: 1_402,
  series: points,
  figures: figuresOf(points, { longestWriteGapMs: 1_466 }),
  result: { outcome: 'rolledBack', serving: 'blue', reason: 'Watch: In ALARM: LoginErrors. Clients are on blue.' },
  record: {
    durationMs: 63_700,
    seed: '20261121',
    weights: [
      { atMs: 18_800, blue: 100, green: 0 },
      { atMs: 32_420, blue: 0, green: 100 },
      { atMs: 45_230, blue: 100, green: 0 },
    ],
    incidents: [
      { atMs: 29_700, what: 'approved' },
      { atMs: 41_900, what: 'alarm at Wait before the next look' },
    ],
    writeOutages: [
      { fromMs: 31_880, toMs: 33_250 },
      { fromMs: 44_740, toMs: 46_142 },
    ],
  },
});
