import type { Incident, PartOfPhase, PhaseRun } from '../report/result';
import type { ExecutionListener } from '../states-language';
import type { PartsOfPhases } from './parts-of-phases';

/** Follows executions: the phases they go through, and what happens to them. */
export class Timeline {
  readonly phases: PhaseRun[] = [];
  readonly incidents: Incident[] = [];
  /** The phase that runs now. */
  current = '';
  /** What it does for which phase; undefined where it belongs to none. */
  get part(): PartOfPhase | undefined {
    return this.parts.get(this.current);
  }

  private readonly begun = new Map<string, number>();

  /** @param now - milliseconds since the rehearsal began, in real time */
  constructor(
    private readonly parts: PartsOfPhases,
    private readonly now: () => number,
  ) {}

  /** Phases that have begun and not ended. */
  running(): Pick<PhaseRun, 'name' | 'of' | 'startedMs'>[] {
    return [...this.begun].map(([name, startedMs]) => ({ name, of: this.parts.get(name), startedMs }));
  }

  incident(what: string): void {
    this.incidents.push({ atMs: this.now(), what });
  }

  /** Phases are the machine's own Parallel states: each is a try block. */
  readonly listener: ExecutionListener = {
    stateEntered: ({ name, type, branch }) => {
      if (branch.length === 0 && type === 'Parallel') {
        this.begun.set(name, this.now());
        this.current = name;
      }
    },
    stateExited: ({ name, type, branch }, outcome) => {
      const startedMs = this.begun.get(name);
      if (branch.length > 0 || type !== 'Parallel' || startedMs === undefined) return;
      this.begun.delete(name);
      this.phases.push({
        name,
        of: this.parts.get(name),
        startedMs,
        durationMs: this.now() - startedMs,
        outcome: outcome.kind === 'succeeded' ? 'succeeded' : outcome.kind === 'stopped' ? 'stopped' : 'failed',
        ...((outcome.kind === 'caught' || outcome.kind === 'failed') && { error: outcome.error }),
      });
    },
  };
}
