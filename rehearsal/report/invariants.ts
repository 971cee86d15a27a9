import { INVARIANTS } from '../stage/invariants';
import type { RehearsalResult } from './result';

export interface Standing {
  readonly number: number;
  readonly name: string;
  /** `unseen`: nothing speaks against it, but not all were checked, and which were is not recorded. */
  readonly state: 'held' | 'broken' | 'unseen';
  /** How it was broken. */
  readonly how: readonly string[];
}

/** How each invariant fared. A violation of one that is not in the list is not left out either. */
export function standings({ checked, violations }: RehearsalResult['invariants']): Standing[] {
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
  const broken = standings(invariants).filter(({ number, state }) => number <= INVARIANTS.length && state === 'broken');
  const held = Math.max(0, Math.min(invariants.checked, INVARIANTS.length) - broken.length);
  return `${held} of ${INVARIANTS.length}`;
}
