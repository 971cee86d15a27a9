import { loadAssembly } from '../assembly';
import type { Figures } from '../clients/figures';
import type { ClientFigures, LiveView, RehearsalRecord, RehearsalResult } from '../report/result';
import { byHand } from './by-hand';
import { parseFault } from './injected-faults';
import { checkInvariants, INVARIANTS } from './invariants';
import { allStates, findMigration } from './migration';
import { Stage } from './stage';
import { Standing } from './standing';

export interface RehearseOptions {
  /** Folder of the cloud assembly. */
  readonly assembly: string;
  /** What to start: usually `cutover`; `back` starts with a cutover of its own. */
  readonly action: 'preflight' | 'cutover' | 'back';
  readonly seed: string;
  readonly keys: number;
  readonly turnsPerSecond: number;
  /** An RDB file with the user's own data. */
  readonly dataset?: string;
  /** Each `STATE:KIND`. */
  readonly faults: readonly string[];
  /** Rehearses the same load through copy, flip, hope as well. */
  readonly byHand: boolean;
  /** Changes the definition before it runs, e.g. to see that the rehearsal notices a missing fence. */
  readonly alter?: (definition: Record<string, unknown>) => void;
  readonly onLive: (view: LiveView) => void;
  readonly onNote: (line: string) => void;
  /** Ends everything that was started. */
  readonly signal: AbortSignal;
}

/** How long users go on before the first and after the last step, so that their figures have a before and an after. */
const WARM_UP_MS = 2_000;
const COOL_DOWN_MS = 2_000;

/** Performs the whole migration on this machine: the synthesized definition against real engines, under load. */
export async function rehearse(options: RehearseOptions): Promise<RehearsalRecord> {
  const assembly = loadAssembly(options.assembly);
  const migration = findMigration(assembly);
  options.alter?.(migration.stateMachine.definition as Record<string, unknown>);
  const faults = options.faults.map((text) =>
    parseFault(text, [...allStates(migration.stateMachine.definition).keys()]),
  );

  const stage = await Stage.set(assembly, migration, { ...options, faults });
  try {
    const before = Standing.of(stage.account, migration);
    await stage.pass(WARM_UP_MS);
    await stage.perform(options.action);
    await stage.pass(COOL_DOWN_MS);
    const figures = await stage.dismissUsers();
    const evidence = await stage.evidence(figures, before);
    const violations = options.action === 'preflight' ? [] : checkInvariants(evidence);
    const hand = options.byHand ? await byHand(migration, stage.sceneOptions) : undefined;
    const result: RehearsalResult = {
      ok: violations.length === 0 && stage.endedAsMeant(),
      outcome: stage.outcome(),
      serving: evidence.serving ?? 'blue',
      ...(stage.reason() !== undefined && { reason: stage.reason() }),
      clients: clientFigures(figures),
      data: { keys: stage.caches.keys, mismatches: evidence.comparison?.mismatches ?? 0 },
      cutover: {
        freezeMs: freezeMs(figures),
        transitions: stage.transitions(),
        phases: stage.timeline.phases,
      },
      invariants: { checked: INVARIANTS.length, violations },
      ...(hand !== undefined && { byHand: { clients: clientFigures(hand.figures) } }),
    };
    return {
      result,
      migration: migration.name,
      action: options.action,
      seed: options.seed,
      engines: { blue: stage.caches.title('blue'), green: stage.caches.title('green') },
      durationMs: stage.elapsedMs(),
      startedAt: stage.startedAt,
      series: stage.users.series(),
      weights: stage.weightChanges,
      incidents: stage.timeline.incidents,
      figures,
      ...(hand !== undefined && { byHand: hand }),
    };
  } finally {
    await stage.strike();
  }
}

export function clientFigures(figures: Figures): ClientFigures {
  const { operations, failed, longestWriteGapMs, lostWrites, conflicts, lockViolations, sessionsLost } = figures;
  return {
    operations,
    failed,
    longestWriteGapMs: Math.round(longestWriteGapMs),
    lostWrites,
    conflicts,
    lockViolations,
    sessionsLost,
  };
}

/** From the last write that the old side took until the first that the new one took; 0 where they overlapped. */
function freezeMs({ sides }: Figures): number {
  const last = sides.at(-1);
  const before = sides.at(-2);
  return last === undefined || before === undefined ? 0 : Math.max(0, Math.round(last.fromMs - before.toMs));
}
