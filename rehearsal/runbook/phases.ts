import type { ManifestPhase, PhaseRole } from '../../contract/manifest';
import { isObject, type JsonObject } from '../assembly/json';
import type { Migration } from '../testbed/migration';
import { byHand } from './by-hand';

/** A phase of a migration, as its runbook has it. */
export interface RunbookPhase extends Pick<ManifestPhase, 'name' | 'only'> {
  /** What it does. */
  readonly purpose: string;
  /** Verbs of the agent and commands of the AWS CLI that do the same. */
  readonly byHand: readonly string[];
  /** Teams whose workloads or checks it is about; none: the operator's. */
  readonly owners: readonly string[];
  /** What a failure in it leads to: states in their order, undos mostly. */
  readonly onFailure: readonly string[];
}

/** The phases in the order in which a cutover goes through them. */
export function phasesOf({
  manifest,
  definition,
  workloads,
  checks,
}: Pick<Migration, 'manifest' | 'workloads' | 'checks'> & { readonly definition: JsonObject }): RunbookPhase[] {
  return manifest.phases.map((phase) => {
    const { name, only, onFailure = ['told in the result'] } = phase;
    return {
      name,
      purpose: purposeOf(phase, definition),
      ...(only !== undefined && { only }),
      byHand: byHand(definition, phase.states.own),
      owners: ownersOf(phase.role, workloads, checks),
      onFailure,
    };
  });
}

type Owned = { readonly owner?: string };

function ownersOf(
  role: PhaseRole,
  workloads: readonly Owned[],
  checks: readonly (Owned & { when: string })[],
): string[] {
  const asked = (when: string) => checks.filter((check) => check.when === when);
  const concerned: Partial<Record<PhaseRole, readonly Owned[]>> = {
    quiesce: workloads,
    resume: workloads,
    check: asked('beforeResume'),
    proof: asked('afterResume'),
  };
  const owners = (concerned[role] ?? []).flatMap(({ owner }) => (owner === undefined ? [] : [owner]));
  return [...new Set(owners)].toSorted();
}

/** What a phase does, in the words of the definition. */
export function purposeOf({ states }: ManifestPhase, { States: all }: JsonObject): string {
  return String(objectIn(objectIn(all)[states.own]).Comment ?? '');
}

const objectIn = (value: JsonObject[string] | undefined): JsonObject => (isObject(value) ? value : {});
