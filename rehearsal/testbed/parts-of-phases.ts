import type { MigrationManifest, PhaseRole } from '../../contract/manifest';
import type { PartOfPhase } from '../report/result';

/** By the name of a state of the machine itself: which phase it belongs to, and what it does for that. */
export type PartsOfPhases = ReadonlyMap<string, PartOfPhase>;

export function partsOfPhases({ phases, errands, retire }: MigrationManifest): PartsOfPhases {
  const parts = new Map<string, PartOfPhase>();
  for (const { name: phase, role, seen, states } of [...phases, ...errands, ...retire]) {
    for (const part of ['own', 'look', 'undo'] as const) {
      const state = states[part];
      if (state !== undefined) parts.set(state, { phase, role, seen, part });
    }
  }
  return parts;
}

/** Whether a run did what a phase of that role is for. */
export const isOf = (of: PartOfPhase | undefined, role: PhaseRole) => of?.part === 'own' && of.role === role;
