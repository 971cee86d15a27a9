import { isObject, type Json, type JsonObject } from '../assembly/json';
import { type Known, toldValue } from './known-values';

/** What a way through a definition takes. */
export interface Estimate {
  /** States entered: what Step Functions charges for. */
  readonly transitions: number;
  /** Of the 25,000 that an execution may have. */
  readonly events: number;
  /** Loops on the way, each gone through once in the figures above. */
  readonly polls: readonly Poll[];
}

/** A loop that is gone through until something is so. */
export interface Poll {
  /** The Choice that sends back. */
  readonly state: string;
  readonly transitions: number;
  readonly events: number;
  /** Of its Wait, where the definition says it. */
  readonly seconds?: number;
}

/** A way to an end, and whether that is a Fail. */
interface Way extends Estimate {
  readonly fails: boolean;
}

const NOTHING: Estimate = { transitions: 0, events: 0, polls: [] };

/**
 * Follows a definition from its beginning, without running it: where what is known decides a Choice, that way; else the
 * longest that does not fail. A Map is gone through once for each item that can be told.
 */
export async function estimate(definition: JsonObject, action: string): Promise<Estimate> {
  const way = await through(definition, { variables: new Map(), input: undefined, action });
  // ExecutionStarted, and the event that ends it.
  return { transitions: way.transitions, events: way.events + 2, polls: way.polls };
}

async function through(machine: JsonObject, known: Known): Promise<Way> {
  const way = await from(String(machine.StartAt), statesOf(machine), known, []);
  return way ?? { ...NOTHING, fails: true };
}

/** Undefined for a way back to where it has been: a loop. */
async function from(
  name: string,
  states: JsonObject,
  known: Known,
  before: readonly string[],
): Promise<Way | undefined> {
  if (before.includes(name)) return undefined;
  const state = states[name];
  if (!isObject(state)) throw new Error(`The definition has no state "${name}".`);
  const own = await ownOf(state, known);
  const passed = [...before, name];
  if (state.Type === 'Choice') {
    const way = await chosen(name, state, states, known, passed);
    return way && { ...sum([own, way]), fails: way.fails };
  }
  if (typeof state.Next !== 'string') return { ...own, fails: state.Type === 'Fail' };
  const way = await from(state.Next, states, await after(state, known), passed);
  return way && { ...sum([own, way]), fails: way.fails };
}

async function chosen(
  name: string,
  state: JsonObject,
  states: JsonObject,
  known: Known,
  passed: readonly string[],
): Promise<Way | undefined> {
  const ways: Way[] = [];
  const loops: Poll[] = [];
  for (const branch of [...listOf(state.Choices), { Condition: true, Next: state.Default ?? '', last: true }]) {
    if (!isObject(branch) || branch.Next === '') continue;
    const holds = await toldValue(branch.Condition, known);
    if (holds === false) continue;
    const way = await from(String(branch.Next), states, await after(branch, known, state), passed);
    if (way !== undefined) ways.push(way);
    else loops.push(...(await poll(name, String(branch.Next), states, known, passed)));
    if (holds === true) break;
  }
  const arriving = ways.filter(({ fails }) => !fails);
  const longest = longestOf(arriving.length > 0 ? arriving : ways);
  return longest && { ...longest, polls: [...loops, ...longest.polls] };
}

/** From where a Choice sends back to that Choice again. Without a Wait it is another way, not a loop to be gone through. */
async function poll(
  choice: string,
  first: string,
  states: JsonObject,
  known: Known,
  passed: readonly string[],
): Promise<Poll[]> {
  let seconds: number | undefined;
  let waits = false;
  const round: Estimate[] = [];
  for (let name = first; name !== choice && round.length < passed.length + 2; ) {
    const state = states[name];
    if (!isObject(state)) break;
    round.push(await ownOf(state, known));
    if (state.Type === 'Wait') waits = true;
    const waited = await toldValue(state.Seconds, known);
    if (typeof waited === 'number') seconds = waited;
    name = String(state.Next);
  }
  const { transitions, events } = sum([...round, { transitions: 1, events: 2, polls: [] }]);
  return waits ? [{ state: choice, transitions, events, ...(seconds !== undefined && { seconds }) }] : [];
}

/** The state itself, with what is inside of it. */
async function ownOf(state: JsonObject, known: Known): Promise<Estimate> {
  switch (state.Type) {
    case 'Parallel': {
      const branches = listOf(state.Branches).filter(isObject);
      return sum([
        { transitions: 1, events: 4, polls: [] },
        ...(await each(branches, (branch) => through(branch, known))),
      ]);
    }
    case 'Map': {
      const items = await toldValue(state.Items, known);
      const processor = isObject(state.ItemProcessor) ? state.ItemProcessor : {};
      const all: readonly (Json | undefined)[] = Array.isArray(items) ? items : [undefined];
      const rounds = await each(all, (input) => through(processor, { ...known, input }));
      return sum([{ transitions: 1, events: 4 + 2 * all.length, polls: [] }, ...rounds]);
    }
    case 'Task':
      return { transitions: 1, events: eventsOfTask(String(state.Resource)), polls: [] };
    case 'Fail':
      return { transitions: 1, events: 1, polls: [] };
    default:
      return { transitions: 1, events: 2, polls: [] };
  }
}

/** Entered, scheduled, started, succeeded, exited; submitted, where something is waited for. */
const eventsOfTask = (resource: string) => (/\.(waitForTaskToken|sync)/.test(resource) ? 6 : 5);

/** What is known behind a state, or behind a branch of a Choice, whose state assigns nothing itself. */
async function after(state: JsonObject, known: Known, outputs: JsonObject = state): Promise<Known> {
  const variables = new Map(known.variables);
  for (const [name, written] of Object.entries(isObject(state.Assign) ? state.Assign : {})) {
    const value = isObject(written) && !hasExpressions(written) ? written : await toldValue(written, known);
    if (value === undefined || (isObject(value) && hasExpressions(value))) variables.delete(name);
    else variables.set(name, value);
  }
  const passesOn =
    ['Pass', 'Choice', 'Wait'].includes(String(outputs.Type)) &&
    outputs.Output === undefined &&
    state.Output === undefined;
  return { ...known, variables, input: passesOn ? known.input : undefined };
}

const hasExpressions = (value: JsonObject) => JSON.stringify(value).includes('"{%');

function longestOf(ways: readonly Way[]): Way | undefined {
  return ways.reduce<Way | undefined>(
    (longest, way) => (longest === undefined || way.transitions > longest.transitions ? way : longest),
    undefined,
  );
}

function sum(parts: readonly Estimate[]): Estimate {
  return {
    transitions: parts.reduce((total, { transitions }) => total + transitions, 0),
    events: parts.reduce((total, { events }) => total + events, 0),
    polls: parts.flatMap(({ polls }) => polls),
  };
}

/** One after the other: thousands of expressions at once would only wait for each other. */
async function each<T, R>(items: readonly T[], make: (item: T) => Promise<R>): Promise<R[]> {
  const made: R[] = [];
  for (const item of items) made.push(await make(item));
  return made;
}

const statesOf = (machine: JsonObject): JsonObject => (isObject(machine.States) ? machine.States : {});

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
