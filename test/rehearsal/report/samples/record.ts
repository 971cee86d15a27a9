import type { PhaseRole } from '../../../../contract/manifest';
import { SEEN } from '../../../../lib/cutover/machine/manifest';
import type { Figure } from '../../../../rehearsal/clients/figure';
import { LatencySeries, type SeriesPoint } from '../../../../rehearsal/clients/ledger/latency-series';
import { type CacheFigureId, type CacheFigures, judge } from '../../../../rehearsal/clients/redis/judgement';
import { Ledger } from '../../../../rehearsal/clients/redis/ledger/ledger';
import { INVARIANTS } from '../../../../rehearsal/report/invariants';
import type { PartOfPhase, PhaseRun, RehearsalRecord, RehearsalResult } from '../../../../rehearsal/report/result';
import { comparedFigures } from '../../../../rehearsal/testbed/compared-figures';
import { writeOutageFigures } from '../../../../rehearsal/testbed/write-outage-figures';
import type { WriteOutage } from '../../../../rehearsal/testbed/write-outages';
import { STARTED_AT, totals } from './load';

/** Figures of a run without harm; a sample says what differs. */
export function figuresOf(
  points: readonly SeriesPoint[],
  differing: Partial<Record<CacheFigureId, number>> = {},
  samples: Partial<CacheFigures['samples']> = {},
): CacheFigures {
  const { operations, failed } = totals(points);
  const values = {
    operations,
    failed,
    missed: 61,
    writes: Math.round((operations - failed) * 0.42),
    longestWriteGapMs: 38,
    'longestWriteGapMs.session': 61,
    'longestWriteGapMs.profile': 140,
    'longestWriteGapMs.cache': 97,
    'longestWriteGapMs.lock': 212,
    'longestWriteGapMs.queue': 180,
    'longestWriteGapMs.counter': 101,
    p50Ms: 0.5,
    p99Ms: 2.1,
    highestMs: 1630,
    locksAcquired: 642,
    jobsPushed: 812,
    jobsTaken: 806,
    jobsWaiting: 6,
    ...differing,
  };
  const { list } = judge(new Ledger(String, []), new LatencySeries(), NOTHING_STANDS, AT_ONCE);
  return {
    list: withValues(list, values),
    failures: failed === 0 ? {} : { 'ECONNREFUSED on connect': failed - 3, 'command timed out': 3 },
    sides: [],
    samples: { lost: [], lockViolations: [], ...samples },
  };
}

const NOTHING_STANDS = { registers: new Map(), jobs: new Map(), counters: new Map() };
const AT_ONCE = { serving: 'green', overlaps: [], stoppedMs: 0, epochOffsetMs: 0 };

/** The same with other values. */
export function withValues<Id extends string>(
  list: readonly Figure<Id>[],
  values: Readonly<Record<string, number>>,
): readonly Figure<Id>[] {
  return list.map((each) => ({ ...each, value: values[each.id] ?? each.value }));
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
  const [, before, phase = state] = /^(Undo |Save the state before )?(.*)$/.exec(state) ?? [];
  const role = phase.toLowerCase() as PhaseRole;
  return {
    phase,
    role,
    seen: SEEN[role] ?? 'nothing',
    part: before === undefined ? 'own' : before === 'Undo ' ? 'undo' : 'look',
  };
}

export interface SampleOptions {
  readonly result?: Partial<RehearsalResult>;
  readonly phases: readonly PhaseRun[];
  readonly writeOutageMs: number;
  readonly parts?: WriteOutage['parts'];
  readonly series: readonly SeriesPoint[];
  readonly figures: CacheFigures;
  readonly record?: Partial<Omit<RehearsalRecord, 'figures' | 'result'>>;
}

export function sample({
  result,
  phases,
  writeOutageMs,
  parts,
  series,
  figures,
  record,
}: SampleOptions): RehearsalRecord {
  return {
    result: {
      ok: true,
      outcome: 'cutover',
      serving: 'green',
      clients: figures.list,
      data: comparedFigures({ compares: 'keys' }, { compared: 200_000, mismatches: 0 }),
      cutover: {
        writeOutage: writeOutageFigures({ fromMs: 0, toMs: writeOutageMs, ...(parts && { parts }) }),
        transitions: 143,
        phases,
      },
      assumed: [],
      groups: [],
      outcomes: [],
      executions: [{ action: 'cutover', status: 'SUCCEEDED', afterFix: false }],
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
