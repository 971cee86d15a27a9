import type { RehearsalResult } from './result';

/** Within so long from the end of the last execution each group of clients must be answered again. Milliseconds. */
export const ANSWERED_WITHIN_MS = 15_000;

export const INVARIANTS = [
  'Weights are never both 0; at FENCED never both above 0.',
  'FENCED: the two sides are never writable at once; a lock has one holder.',
  'Everything that was stopped, muted or revoked is restored.',
  'No acknowledged write is lost, except in the cache that COLD leaves behind.',
  'No deploy changes the active side.',
  'Blue is untouched, and can serve again.',
  'All clients are on one side, and the execution says which.',
  'Every execution ends by itself; after its causes are fixed, nothing is left to recover.',
  `Every group of clients reads and writes as before, on the side that serves, within ${ANSWERED_WITHIN_MS / 1000} s.`,
] as const;

export interface InvariantResult {
  readonly number: number;
  readonly name: string;
  /** `unseen`: nothing speaks against it, but not all were checked, and which were is not recorded. */
  readonly state: 'held' | 'broken' | 'unseen';
  /** How it was broken. */
  readonly how: readonly string[];
}

/** How each invariant fared. A violation of one that is not in the list is not left out either. */
export function invariantResults({ checked, violations }: RehearsalResult['invariants']): InvariantResult[] {
  const unknown = violations.map(({ invariant }) => invariant).filter((number) => INVARIANTS[number - 1] === undefined);
  const numbers = [...INVARIANTS.keys()].map((index) => index + 1);
  return [...numbers, ...new Set(unknown)].map((number) => {
    const how = violations.filter(({ invariant }) => invariant === number).map(({ what }) => what);
    const allChecked = checked >= INVARIANTS.length;
    return {
      number,
      name: INVARIANTS[number - 1] ?? 'Not in the list of invariants.',
      state: how.length > 0 ? 'broken' : allChecked ? 'held' : 'unseen',
      how,
    };
  });
}

/** e.g. `8 of 8`: how many of them were checked and held. */
export function heldOfAll(invariants: RehearsalResult['invariants']): string {
  const broken = invariantResults(invariants).filter(
    ({ number, state }) => number <= INVARIANTS.length && state === 'broken',
  );
  const held = Math.max(0, Math.min(invariants.checked, INVARIANTS.length) - broken.length);
  return `${held} of ${INVARIANTS.length}`;
}
