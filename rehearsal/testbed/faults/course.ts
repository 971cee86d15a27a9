import type { Json, JsonObject } from '../../assembly';
import { compile } from '../../states-language/jsonata/compile';
import type { FaultedAction } from './injected-fault';

/** A state that an execution may enter. */
export interface StateOnCourse {
  readonly name: string;
  /** The state of the machine itself that it is or lies in, e.g. `Fence`. */
  readonly phase: string;
  readonly state: JsonObject;
}

export interface Course {
  /** Entered where nothing goes wrong. */
  readonly smooth: readonly StateOnCourse[];
  /** Entered after something has gone wrong, and never before. */
  readonly rough: readonly StateOnCourse[];
}

/** The states that an execution of an action may enter, as the definition has them. */
export async function courseOf(definition: JsonObject, action: FaultedAction): Promise<Course> {
  const smooth = await walk(definition, action, false);
  const all = await walk(definition, action, true);
  const names = new Set(smooth.map(({ name }) => name));
  return { smooth, rough: all.filter(({ name }) => !names.has(name)) };
}

/** @param failing - whether what a Catch leads to is entered as well */
async function walk(machine: JsonObject, action: FaultedAction, failing: boolean): Promise<StateOnCourse[]> {
  const found = new Map<string, StateOnCourse>();
  const visit = async (block: JsonObject, start: Json | undefined, within: string | undefined): Promise<void> => {
    const ahead = [start];
    for (const name of ahead) {
      if (typeof name !== 'string' || found.has(name)) continue;
      const state = objectOf(objectOf(block.States)[name]);
      const phase = within ?? name;
      found.set(name, { name, phase, state });
      for (const inner of [...listOf(state.Branches), state.ItemProcessor].map(objectOf)) {
        await visit(inner, inner.StartAt, phase);
      }
      // The first state is given what the execution was started with, and nothing else.
      const isFirst = within === undefined && name === machine.StartAt;
      const known = isFirst ? requested(action) : (failing ? ROUGH : SMOOTH)[action];
      ahead.push(...(await nextOf(state, known)));
      if (failing) ahead.push(...listOf(state.Catch).map((each) => objectOf(each).Next));
    }
  };
  await visit(machine, machine.StartAt, undefined);
  return [...found.values()];
}

/** Of a Choice what the action alone decides is decided; else each way may be taken. */
async function nextOf(state: JsonObject, known: Variables): Promise<(Json | undefined)[]> {
  const ways: (Json | undefined)[] = [];
  for (const choice of listOf(state.Choices).map(objectOf)) {
    const met = await decide(String(choice.Condition), known);
    if (met !== false) ways.push(choice.Next);
    if (met === true) return ways;
  }
  return [...ways, state.Default, state.Next];
}

type Variables = Readonly<Record<string, unknown>>;

const requested = (action: string, input: object = {}): Variables => ({
  states: { input: { action, ...input }, context: { Execution: { Input: { action } } } },
});
const blue = { side: 'blue' };
const green = { side: 'green' };
const settled = { phase: 'settled' };
const quiet = { alarms: [] };

/** What is certain of an execution in which nothing goes wrong. */
const SMOOTH: Readonly<Record<FaultedAction, Variables>> = {
  cutover: {
    ...requested('cutover', quiet),
    goal: 'cutover',
    activeSide: 'blue',
    from: blue,
    to: green,
    journal: settled,
  },
  prepare: {
    ...requested('prepare', quiet),
    goal: 'prepare',
    activeSide: 'blue',
    from: blue,
    to: green,
    journal: settled,
  },
  rollback: {
    ...requested('rollback', quiet),
    goal: 'rollback',
    activeSide: 'green',
    from: green,
    to: blue,
    journal: settled,
  },
  recover: { ...requested('recover', quiet), goal: 'recover' },
};

/** What is certain of any: an alarm may turn a cutover round. */
const ROUGH: Readonly<Record<FaultedAction, Variables>> = {
  cutover: { ...requested('cutover'), activeSide: 'blue', journal: settled },
  prepare: { ...requested('prepare'), goal: 'prepare', activeSide: 'blue', journal: settled },
  rollback: { ...SMOOTH.rollback, ...requested('rollback') },
  recover: requested('recover'),
};

/** Undefined where the condition asks for more than is known. */
async function decide(condition: string, known: Variables): Promise<boolean | undefined> {
  const source = condition.replace(/^\{%|%\}$/g, '');
  const asked = source.match(/\$[a-z]\w*(\.\w+)*(?![\w(])/gi) ?? [];
  if (!asked.every((path) => isKnown(path.slice(1).split('.'), known))) return undefined;
  return (await compile(source).evaluate(undefined, known)) === true;
}

function isKnown([first = '', ...rest]: readonly string[], known: unknown): boolean {
  const value = typeof known === 'object' && known !== null ? (known as Variables)[first] : undefined;
  return value !== undefined && (rest.length === 0 || isKnown(rest, value));
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
