import { loadAssembly } from '../assembly';
import type { RehearsalResult } from '../report/result';
import { faultText } from '../testbed/faults/injected-fault';
import { faultSites } from '../testbed/faults/sites';
import { findMigration } from '../testbed/migration';
import { type ChaosOutcome, outcomeOf } from './outcome';
import { type Plan, planRun, type Sites } from './plan';

/** A migration that chaos is made of. */
export interface Subject {
  /** For people, e.g. `shared-cache`. */
  readonly name: string;
  /** Folder of its cloud assembly. */
  readonly assembly: string;
  /** Name of the migration. @default - the only one that the assembly holds */
  readonly migration?: string;
  /** The options by which the command line knows it, e.g. `--example shared-cache`. */
  readonly options: readonly string[];
}

export interface ChaosOptions {
  /** They take turns. */
  readonly subjects: readonly Subject[];
  readonly runs: number;
  /** The number of the first one. @default 1 */
  readonly first?: number;
  readonly seed: string;
  /** Runs at a time. */
  readonly parallel: number;
  /** Options of `cutover rehearse` that every run is given, e.g. how much data. */
  readonly settings: readonly string[];
  /** Whether runs go on after one that did not go well. */
  readonly keepGoing: boolean;
  /** Performs `cutover rehearse` with these options. @throws where it could not be performed */
  readonly rehearse: (options: readonly string[], signal: AbortSignal) => Promise<RehearsalResult>;
  readonly onRun: (run: ChaosRun) => void;
  readonly signal: AbortSignal;
}

/** A run, and what became of it. */
export interface ChaosRun {
  /** From 1. */
  readonly number: number;
  readonly subject: string;
  readonly action: Plan['action'];
  readonly faults: RehearsalResult['faults'];
  /** `not performed` says nothing of the migration: the rehearsal itself has failed. */
  readonly outcome: ChaosOutcome | 'violation' | 'not performed';
  readonly durationMs: number;
  /** What was broken, or why nothing was seen, one sentence each. */
  readonly violations: readonly string[];
  /** What the last failure said. */
  readonly reason?: string;
  /** The options of `cutover rehearse` that repeat it. */
  readonly repeat: readonly string[];
}

/** Whether every invariant was seen to hold. */
export function isWell({ outcome }: ChaosRun): boolean {
  return outcome !== 'violation' && outcome !== 'not performed';
}

/** One run as it is to be: the same for the same seed, number and definition. */
export interface PlannedRun {
  readonly number: number;
  readonly subject: Subject;
  readonly action: Plan['action'];
  readonly faults: readonly string[];
  readonly options: readonly string[];
}

/** Rehearses migrations with random faults. Gives the runs in the order in which they ended. */
export async function chaos(options: ChaosOptions): Promise<readonly ChaosRun[]> {
  const planned = (await planRuns(options)).values();
  const ended: ChaosRun[] = [];
  const isOver = () => options.signal.aborted || (!options.keepGoing && !ended.every(isWell));
  const worker = async () => {
    for (const plan of planned) {
      if (isOver()) return;
      const run = await performRun(plan, options);
      if (options.signal.aborted) return;
      ended.push(run);
      options.onRun(run);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, worker));
  return ended;
}

export async function planRuns({
  subjects,
  runs,
  first = 1,
  seed,
  settings,
}: Pick<ChaosOptions, 'subjects' | 'runs' | 'first' | 'seed' | 'settings'>): Promise<PlannedRun[]> {
  const sites = new Map<Subject, Sites>();
  for (const subject of subjects) {
    sites.set(subject, await faultSites(findMigration(loadAssembly(subject.assembly), subject.migration)));
  }
  return Array.from({ length: runs }, (_, index) => {
    const number = first + index;
    const subject = subjects[(number - 1) % subjects.length];
    const own = subject === undefined ? undefined : sites.get(subject);
    if (subject === undefined || own === undefined) throw new Error('Chaos needs a migration.');
    const runSeed = `${seed}-${number}`;
    const { action, faults, staleReads } = planRun(own, runSeed);
    const texts = faults.map(faultText);
    const stale = staleReads ? ['--stale-reads'] : [];
    const given = [
      '--action',
      action,
      '--seed',
      runSeed,
      ...settings,
      ...stale,
      ...texts.flatMap((text) => ['--fault', text]),
    ];
    return { number, subject, action, faults: texts, options: given };
  });
}

async function performRun(plan: PlannedRun, { rehearse, signal }: ChaosOptions): Promise<ChaosRun> {
  const { number, subject, action } = plan;
  const startedAt = Date.now();
  const named = subject.migration === undefined ? [] : [subject.migration];
  const run = { number, subject: subject.name, action, repeat: [...subject.options, ...plan.options] };
  try {
    const result = await rehearse([...named, '--app', subject.assembly, ...plan.options], signal);
    return {
      ...run,
      faults: result.faults,
      outcome: result.ok ? outcomeOf(result) : 'violation',
      durationMs: Date.now() - startedAt,
      violations: violationsOf(result),
      ...(result.reason !== undefined && { reason: result.reason }),
    };
  } catch (error) {
    return {
      ...run,
      faults: plan.faults.map((fault) => ({ fault })),
      outcome: 'not performed',
      durationMs: Date.now() - startedAt,
      violations: [error instanceof Error ? error.message : String(error)],
    };
  }
}

function violationsOf({ ok, invariants, executions }: RehearsalResult): string[] {
  const broken = invariants.violations.map(({ invariant, what }) => `Invariant ${invariant}: ${what}`);
  if (ok || broken.length > 0) return broken;
  const ends = executions.map(
    ({ action, status, error }) => `${action} ${status}${error === undefined ? '' : ` ${error}`}`,
  );
  return [`It did not end as it should: ${ends.join(', ')}.`];
}
