import type { PhaseRun } from './result';
import type { Span } from './span';

export function isUndo({ of }: PhaseRun): boolean {
  return of?.part === 'undo';
}

export function isLook({ of }: PhaseRun): boolean {
  return of?.part === 'look';
}

/** Where a run is shown: a look beside its phase. */
export function rowOf({ name, of }: PhaseRun): string {
  return of?.part === 'look' ? of.phase : name;
}

export function spanOf({ startedMs, durationMs }: PhaseRun): Span {
  return { fromMs: startedMs, toMs: startedMs + durationMs };
}

/** Once through the phases, in order of time. */
export type Pass = readonly PhaseRun[];

/**
 * There is one pass there, and one back where clients returned after they had moved: a pass ends where a phase runs that
 * has run in it already. Undos belong to the pass that they undo.
 */
export function passesOf(phases: readonly PhaseRun[]): Pass[] {
  const passes: PhaseRun[][] = [];
  let seen = new Set<string>();
  for (const run of [...phases].sort((a, b) => a.startedMs - b.startedMs)) {
    const pass = passes.at(-1);
    if (pass === undefined || (!isUndo(run) && seen.has(run.name))) {
      passes.push([run]);
      seen = new Set([run.name]);
    } else {
      pass.push(run);
      seen.add(run.name);
    }
  }
  return passes;
}
