import type { JobJournal } from '../../../contract/batch-migration';

/** From one cut to another, if it has ended. */
export interface Pause {
  readonly from: Date;
  readonly to?: Date;
}

/** When nobody had a job, by all that its journal has been, oldest first: slots of that time are nobody's. */
export function pausesOf(history: readonly Pick<JobJournal, 'side' | 'phase' | 'movedAt' | 'cut'>[]): Pause[] {
  const pauses: Pause[] = [];
  let from: Date | undefined;
  for (const { side, phase, movedAt, cut } of history) {
    if (side !== 'none') continue;
    if (phase === 'returning' && cut !== undefined && from !== undefined) {
      pauses.push({ from, to: new Date(cut) });
      from = undefined;
    } else if (phase === 'settled' && movedAt !== undefined) {
      from ??= new Date(movedAt);
    }
  }
  return from === undefined ? pauses : [...pauses, { from }];
}

export function isIn(pauses: readonly Pause[], slot: Date): boolean {
  return pauses.some(({ from, to }) => slot >= from && (to === undefined || slot < to));
}
