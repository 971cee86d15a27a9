import type { RehearsalRecord } from '../../../../rehearsal/report/result';
import { series } from './load';
import { figuresOf, runs, sample } from './record';

export const REASON =
  "Drain: The agent gave no answer to 'Drain: apply what is left' within 30 seconds. Clients stayed on blue; everything was put back.";

const phases = runs(
  18_400,
  ['Preflight', 290],
  ['Replicate', 8_730],
  ['Approve', 930],
  ['Quiesce', 1_550],
  ['Fence', 340],
  ['Drain', 31_020, { outcome: 'failed', error: 'Agent.Silent' }],
  ['Undo Fence', 212],
  ['Undo Quiesce', 1_310],
  ['Undo Replicate', 640],
);

const points = series({
  seed: 'rolled back',
  fromMs: 16_200,
  toMs: 65_000,
  disturbances: [
    { fromMs: 18_700, toMs: 27_400, slower: 2 },
    { fromMs: 30_000, toMs: 61_100, failing: 1 },
    { fromMs: 61_100, toMs: 62_000, failing: 0.3, slower: 120 },
  ],
});

/** The agent dies in Drain: client ingress is restored, and clients are where they were. */
export const rolledBack: RehearsalRecord = sample({
  phases,
  writeOutageMs: 0,
  series: points,
  figures: figuresOf(points, { longestWriteGapMs: 31_240 }),
  result: { outcome: 'rolledBack', serving: 'blue', reason: REASON },
  record: {
    durationMs: 71_000,
    seed: 'S1 night',
    weights: [{ atMs: 17_050, blue: 100, green: 0 }],
    incidents: [
      { atMs: 28_100, what: 'approved' },
      { atMs: 29_990, what: 'kill-agent at Drain: apply what is left' },
      { atMs: 60_990, what: 'the heartbeat lapsed' },
    ],
    writeOutages: [],
  },
});
