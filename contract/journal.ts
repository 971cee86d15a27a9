import type { Direction, Side } from './common';

/**
 * What others than the state machine read of a migration's journal. These names are the same in every version of it, for
 * anyone who reads it may be older than what wrote it, or newer; all else is the state machine's alone.
 */
export interface JournalFacts {
  /** `settled` when nothing is left to put back; else how far the execution got, as the migration calls it. */
  readonly phase: string;
  /** Who served when the last execution ended. */
  readonly serving?: Side;
  readonly from?: Side;
  readonly to?: Side;
  readonly execution?: string;
  /** What is being converted, and how many there are; null when that is over. */
  readonly conversion?: string | null;
  /** What an agent is to have follow what; without members, nothing. */
  readonly following?: Partial<JournalledReplication>;
}

/** What is replicated. The state machine writes it; hosts come and go. */
export interface JournalledReplication extends Direction {
  readonly overlap: boolean;
  /**
   * Whether a host that has no notes of it may take it up, by reading everything again. Not while clients may be on `to`:
   * what they wrote there could not be told from what was copied.
   */
  readonly anew: boolean;
}
