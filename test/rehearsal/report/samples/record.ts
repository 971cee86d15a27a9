import type { PhaseRole } from '../../../../contract/manifest';
import { SEEN } from '../../../../lib/cutover/manifest';
import type { CacheFigures } from '../../../../rehearsal/clients/figures';
import type { SeriesPoint } from '../../../../rehearsal/clients/ledger/latency-series';
import type {
  CacheClientFigures,
  PartOfPhase,
  PhaseRun,
  RehearsalRecord,
  RehearsalResult,
} from '../../../../rehearsal/report/result';
import { INVARIANTS } from '../../../../rehearsal/stage/invariants';
import { STARTED_AT, totals } from './load';

/** Figures of a run without harm; a sample says what differs. */
export function figuresOf(points: readonly SeriesPoint[], differing: Partial<CacheFigures> = {}): CacheFigures {
  const { operations, failed } = totals(points);
  return {
    of: 'cache',
    operations,
    failed,
    failures: failed === 0 ? {} : { 'ECONNREFUSED on connect': failed - 3, 'command timed out': 3 },
    missed: 61,
    writes: Math.round((operations - failed) * 0.42),
    longestWriteGapMs: 38,
    longestWriteGapMsByKind: { session: 61, profile: 140, cache: 97, lock: 212, queue: 180, counter: 101 },
    latency: { p50Ms: 0.5, p99Ms: 2.1, highestMs: 1630 },
    lostWrites: 0,
    lostWritesByKind: {},
    conflicts: 0,
    lockViolations: 0,
    locksAcquired: 642,
    sessionsLost: 0,
    expiryLost: 0,
    queue: { pushed: 812, popped: 806, waiting: 6, duplicated: 0, lost: 0, uncertain: 0 },
    sides: [],
    samples: { lost: [], lockViolations: [] },
    ...differing,
  };
}

export function clientsOf(figures: CacheFigures): CacheClientFigures {
  const { operations, failed, longestWriteGapMs, lostWrites, conflicts, lockViolations, sessionsLost } = figures;
  return { operations, failed, longestWriteGapMs, lostWrites, conflicts, lockViolations, sessionsLost };
}

/** Runs one after the other, from pairs of name and duration; `+` before a duration is a pause before the run. */
export function runs(
  fromMs: number,
  ...named: readonly (readonly [name: string, durationMs: number, differing?: Partial<PhaseRun>])[]
): PhaseRun[] {
  let startedMs = fromMs;
  return named.map(([name, durationMs, differing]) => {
    const run: PhaseRun = { name, of: partOf(name), startedMs, durationMs, outcome: 'succeeded', ...differing };
    startedMs = run.startedMs + durationMs + 4;
    return run;
  });
}

/** What a state is for that is named as the library names it. */
export function partOf(state: string): PartOfPhase {
  const [, before, phase = state] = /^(Undo |Look before )?(.*)$/.exec(state) ?? [];
  const role = phase.toLowerCase() as PhaseRole;
  return {
    phase,
    role,
    seen: SEEN[role] ?? 'nothing',
    part: before === undefined ? 'own' : before === 'Undo ' ? 'undo' : 'look',
  };
}

export interface CacheResult extends RehearsalResult {
  readonly clients: CacheClientFigures;
  readonly data: { readonly keys: number; readonly mismatches: number };
  readonly byHand?: { readonly clients: CacheClientFigures };
}

/** Of a migration of a cache. */
export interface CacheRecord extends RehearsalRecord {
  readonly result: CacheResult;
  readonly figures: CacheFigures;
}

export interface SampleOptions {
  readonly result?: Partial<CacheResult>;
  readonly phases: readonly PhaseRun[];
  readonly freezeMs: number;
  readonly parts?: { readonly freezeWorkMs: number; readonly freezeDnsMs: number };
  readonly series: readonly SeriesPoint[];
  readonly figures: CacheFigures;
  readonly record?: Partial<Omit<CacheRecord, 'figures' | 'result'>>;
}

export function sample({ result, phases, freezeMs, parts, series, figures, record }: SampleOptions): CacheRecord {
  return {
    result: {
      ok: true,
      outcome: 'cutover',
      serving: 'green',
      clients: clientsOf(figures),
      data: { keys: 200_000, mismatches: 0 },
      cutover: { freezeMs, ...parts, transitions: 143, phases },
      assumed: [],
      groups: [],
      executions: [{ action: 'cutover', status: 'SUCCEEDED', afterMending: false }],
      faults: [],
      checks: [],
      invariants: { checked: INVARIANTS.length, violations: [] },
      ...result,
    },
    migration: 'SharedCacheMigration-Sessions-90EB0AF6',
    action: 'cutover',
    seed: '1',
    engines: { blue: 'Redis 6.0.16', green: 'Valkey 8.1.4' },
    durationMs: 58_400,
    startedAt: STARTED_AT,
    series,
    weights: [],
    incidents: [],
    figures,
    ...record,
  };
}
