/** What is in SSM, as contract/batch-migration.ts has it: written before anybody is told, and all that a recovery knows. */
export interface Journal {
  phase: 'settled' | 'guarding' | 'enabling' | 'owing' | 'closing' | 'reopening' | 'returning';
  side: 'blue' | 'green';
  epoch: number;
  cut: number;
  /** The cut that gave the job to green. */
  movedAt: number;
  since: number;
  started: readonly number[];
  left: readonly number[];
}

export const newJournal = (): Journal => ({
  phase: 'settled',
  side: 'blue',
  epoch: 0,
  cut: 0,
  movedAt: 0,
  since: 0,
  started: [],
  left: [],
});
