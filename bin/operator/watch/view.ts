import type { Step, Weights } from './execution-progress';
import type { Vitals } from './vital-signs';

/** What an execution waits for a person to do, and the command for it. */
export interface Waiting {
  readonly what: string;
  readonly command: string;
}

/** How an execution is at this moment. */
export interface Picture {
  readonly migration: string;
  readonly action?: string;
  readonly steps: readonly Step[];
  readonly current?: Step;
  /** The state that runs. */
  readonly doing: string;
  readonly weights: ReadonlyMap<string, Weights>;
  readonly waiting: readonly Waiting[];
  /** Absent: not known yet, or not to be known. */
  readonly vitals?: Vitals;
  /** How long the phase that runs took before: the median. */
  readonly expectedMs?: number;
}

/** A way to show people an execution. */
export interface ExecutionView {
  update(picture: Picture): void;
  note(line: string): void;
  /** The last picture, and the lines that say who serves and what to do next. */
  finish(picture: Picture, ending: readonly string[]): void;
}
