import type { Phase } from './phase';

/**
 * What an execution may be asked for besides moving clients, while they are on blue: it moves nobody. What it changes is
 * journaled and undone as a phase's is, and a recovery takes it up.
 */
export interface Errand {
  /** As in the input, e.g. `prepare`. */
  readonly action: string;
  /** With an undo. */
  readonly phase: Phase;
  /** How it ends where nothing fails, e.g. `prepared`. */
  readonly outcome: string;
  /** Of the state that it ends in then, e.g. `Prepared`. */
  readonly ending: string;
  /** What is as it was when it has been undone, as a clause of a sentence. */
  readonly restored: string;
}
