import type { RehearsalRecord } from '../../../../rehearsal/report/result';
import { series } from './load';
import { figuresOf, runs, sample } from './record';

const phases = runs(
  9_200,
  ['Preflight', 250],
  ['Save the state before Canary', 90],
  ['Canary', 9_800],
  ['Switch', 6_510],
  ['Evict', 2_040],
  ['Resume', 3],
  ['Watch', 2_100],
);

const points = series({ seed: 'canary', fromMs: 7_200, toMs: 32_000, disturbances: [] });

/** A pure cache: the weights move in steps, nobody is frozen out. */
export const gradualCanary: RehearsalRecord = sample({
  phases,
  writeOutageMs: 0,
  series: points,
  figures: figuresOf(points),
  record: {
    durationMs: 34_000,
    migration: 'PureCacheMigration-Pages-1C0FFEE0',
    weights: [
      { atMs: 8_000, blue: 100, green: 0 },
      { atMs: 9_600, blue: 95, green: 5 },
      { atMs: 12_900, blue: 75, green: 25 },
      { atMs: 16_100, blue: 50, green: 50 },
      { atMs: 19_400, blue: 0, green: 100 },
    ],
    writeOutages: [],
  },
});
