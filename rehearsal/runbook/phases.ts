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
  const top = objectIn(definition.States);
  return manifest.phases.map(({ name, only, states, onFailure = ['told in the result'] }) => ({
    name,
    purpose: String(objectIn(top[states.own]).Comment ?? ''),
    ...(only !== undefined && { only }),
    onFailure,
  }));
}

const objectIn = (value: JsonObject[string] | undefined): JsonObject => (isObject(value) ? value : {});
