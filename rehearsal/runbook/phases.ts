import type { ManifestPhase } from '../../contract/manifest';
import { isObject, type JsonObject } from '../assembly/json';
import type { Migration } from '../testbed/migration';

/** A phase of a migration, as its runbook has it. */
export interface RunbookPhase extends Pick<ManifestPhase, 'name' | 'only'> {
  /** What it does. */
  readonly purpose: string;
  /** What a failure in it leads to: states in their order, undos mostly. */
  readonly onFailure: readonly string[];
}

/** The phases in the order in which a cutover goes through them. */
export function phasesOf({ manifest, stateMachine: { definition } }: Migration): RunbookPhase[] {
  return manifest.phases.map((phase) => {
    const { name, only, onFailure = ['told in the result'] } = phase;
    return { name, purpose: purposeOf(phase, definition), ...(only !== undefined && { only }), onFailure };
  });
}

/** What a phase does, in the words of the definition. */
export function purposeOf({ states }: ManifestPhase, { States: all }: JsonObject): string {
  return String(objectIn(objectIn(all)[states.own]).Comment ?? '');
}

const objectIn = (value: JsonObject[string] | undefined): JsonObject => (isObject(value) ? value : {});
