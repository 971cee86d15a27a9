import type { RehearsalRecord } from '../../../../rehearsal/report/result';
import { series } from './load';
import { figuresOf, runs, sample } from './record';

export const FENCE_MS = 33_930;
export const OUTAGE_MS = 1_534;
export const PARTS = { workMs: 402, dnsMs: 1_154 };

const phases = runs(
  21_310,
  ['Preflight', 312],
  ['Save the state before Replicate', 14],
  ['Replicate', 9_420],
  ['Approve', 1_205],
  ['Save the state before Quiesce', 21],
  ['Quiesce', 1_604],
  ['Save the state before Fence', 11],
  ['Fence', 316],
  ['Drain', 4],
  ['Verify', 42],
  ['Reverse', 9],
  ['Switch', 6_540],
  ['Evict', 2_210],
  ['Resume', 1_390],
  ['Watch', 2_140],
);

const points = series({
  seed: 'fenced',
  fromMs: 19_000,
  toMs: 48_600,
  disturbances: [
    { fromMs: 21_650, toMs: 31_000, slower: 2.2 },
    { fromMs: 34_000, toMs: 34_300, failing: 0.3, slower: 5 },
    { fromMs: 34_300, toMs: 35_200, silent: true },
    { fromMs: 35_200, toMs: 35_500, failing: 0.8, slower: 900 },
    { fromMs: 35_500, toMs: 35_900, slower: 40 },
  ],
});

/** A clean cutover of a FENCED cache: 27 s in all, a write outage of 1.5 s, phases of a few milliseconds. */
export const fencedCutover: RehearsalRecord = sample({
  phases,
  writeOutageMs: OUTAGE_MS,
  parts: PARTS,
  series: points,
  figures: figuresOf(points, { longestWriteGapMs: OUTAGE_MS }),
  record: {
    weights: [
      { atMs: 20_010, blue: 100, green: 0 },
      { atMs: 34_440, blue: 0, green: 100 },
    ],
    incidents: [{ atMs: 32_150, what: 'approved' }],
    writeOutages: [{ fromMs: FENCE_MS + 22, toMs: FENCE_MS + 22 + OUTAGE_MS }],
  },
});
