import type { RunbookPhase } from './phases';
import type { Runbook } from './runbook';

/** How a phase went the last time. */
export interface RunPhase {
  readonly startedAt: Date;
  readonly endedAt?: Date;
  readonly failed: boolean;
  /** Its undo has run. */
  readonly undone: boolean;
}

/** An execution that goes on, or the last one that has ended. */
export interface LastExecution {
  readonly action: string;
  readonly execution: string;
  readonly status: string;
  readonly startedAt: Date;
  readonly endedAt?: Date;
  /** Why it failed. */
  readonly cause?: string;
  /** Who approved it, by their own word. */
  readonly approvedBy?: string;
  readonly phases: ReadonlyMap<string, RunPhase>;
}

/** What the account knows of a runbook's times. */
export interface NightTimes {
  /** When the cutover is to begin. @default - not planned */
  readonly at?: Date;
  /** How long each phase took before, in milliseconds: the median. */
  readonly expectedMs: ReadonlyMap<string, number>;
  readonly last?: LastExecution;
}

export type StepStatus = 'done' | 'failed' | 'put back' | 'running' | 'not reached';

/** A line of the night. */
export interface NightStep extends RunbookPhase {
  /** Absent: how long a phase before it takes is not known. */
  readonly plannedAt?: Date;
  readonly expectedMs?: number;
  readonly realMs?: number;
  readonly startedAt?: Date;
  /** Absent: nothing was executed yet. */
  readonly status?: StepStatus;
}

/** The phases of a cutover with their times: before the night the plan, after it the record. */
export function nightSteps({ phases }: Pick<Runbook, 'phases'>, { at, expectedMs, last }: NightTimes): NightStep[] {
  let plannedAt = at?.getTime();
  return phases
    .filter(({ only }) => only !== 'rollback')
    .map((phase) => {
      const expected = expectedMs.get(phase.name);
      const planned = plannedAt;
      plannedAt = planned === undefined || expected === undefined ? undefined : planned + expected;
      const ran = last?.phases.get(phase.name);
      return {
        ...phase,
        ...(planned !== undefined && { plannedAt: new Date(planned) }),
        ...(expected !== undefined && { expectedMs: expected }),
        ...(ran?.endedAt !== undefined && { realMs: ran.endedAt.getTime() - ran.startedAt.getTime() }),
        ...(ran !== undefined && { startedAt: ran.startedAt }),
        ...(last !== undefined && { status: statusOf(ran) }),
      };
    });
}

function statusOf(ran: RunPhase | undefined): StepStatus {
  if (ran === undefined) return 'not reached';
  if (ran.failed) return 'failed';
  if (ran.undone) return 'put back';
  return ran.endedAt === undefined ? 'running' : 'done';
}
