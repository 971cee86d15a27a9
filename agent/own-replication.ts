import type { JsonLog } from './log';

/** A replication that the agent performs itself, and that goes on between its tasks. */
export interface OwnReplication {
  /**
   * Takes up what is to be replicated and is not, at the start of the process or later.
   *
   * @param journal reads the migration's journal; `undefined`: this host's own notes are all there is
   * @param failedOnes also what replicates and has failed: what made it fail is mended
   */
  resume(journal: () => Promise<string | undefined>, failedOnes: boolean): Promise<void>;
  /** Whether the journal has one side follow the other and nothing of this process does, nor was told to stop. */
  isMissing(journal: string): boolean;
  /** Writes figures of what replicates to the log. Tells whether any has failed. */
  measure(log: JsonLog): Promise<boolean>;
}
