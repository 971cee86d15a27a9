import type { MigrationManifest } from '../../contract/manifest';
import type { Json, JsonObject } from '../../rehearsal/assembly';

/** Verbs of the agent that change nothing, on either side. */
const READING =
  /^(check\.\w+|\w+\.(alive|awaitlag|clients|connections|conversions|preflight|nowrites|smoke|status|verify))$/;
const READING_CALL = /:(describe|get|list)[A-Z]\w*$/;

/**
 * Calls of a definition that change something and of which the manifest does not know what they are for: state, and call.
 * They belong to a phase, to an errand, to what deletes blue, or keep the lock and the journal.
 */
export function unaccounted(definition: JsonObject, manifest: MigrationManifest): string[] {
  const { phases, errands, retire, states } = manifest;
  const ofPhases = [...phases, ...errands, ...retire].flatMap((phase) => Object.values({ ...phase.states }));
  const known = new Set([...ofPhases, ...states.bookkeeping]);
  return [
    ...changes(definition).flatMap(({ top, name, call }) => (known.has(top) ? [] : [`${name}: ${call}`])),
    ...workloadsForgotten(definition, manifest),
  ];
}

interface Change {
  /** The state of the machine itself that it is or lies in. */
  readonly top: string;
  readonly name: string;
  readonly call: string;
}

function changes(machine: JsonObject, within?: string): Change[] {
  return Object.entries(objectOf(machine.States)).flatMap(([name, each]) => {
    const state = objectOf(each);
    const top = within ?? name;
    const inner = [...listOf(state.Branches), state.ItemProcessor].flatMap((one) => changes(objectOf(one), top));
    const call = callOf(state);
    return call === undefined ? inner : [{ top, name, call }, ...inner];
  });
}

/** Undefined for what is no call, and for one that only reads. */
function callOf({ Type: type, Resource: resource, Arguments: given }: JsonObject): string | undefined {
  if (type !== 'Task') return undefined;
  const { verb, Method: method } = objectOf(given);
  if (verb !== undefined) return READING.test(String(verb)) ? undefined : String(verb);
  if (method === 'GET') return undefined;
  const call = String(resource);
  return READING_CALL.test(call) ? undefined : call;
}

/** A workload that is stopped is one that the manifest names. */
function workloadsForgotten(definition: JsonObject, { workloads, states }: MigrationManifest): string[] {
  const { Assign: assign } = objectOf(objectOf(definition.States)[states.knows]);
  const named = new Set(workloads.map(({ id }) => id));
  return listOf(objectOf(assign).workloads)
    .map((workload) => String(objectOf(workload).id))
    .filter((id) => !named.has(id));
}

const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
