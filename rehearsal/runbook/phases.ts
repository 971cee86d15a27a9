import { isObject, type Json, type JsonObject } from '../assembly/json';

/** A phase of a migration, as its runbook has it. */
export interface RunbookPhase {
  readonly name: string;
  /** What it does. */
  readonly purpose: string;
  /** Gone through in one direction only. */
  readonly only?: 'there' | 'back';
  /** What a failure in it leads to: states in their order, undos mostly. */
  readonly onFailure: readonly string[];
}

/** The phases in the order in which a cutover goes through them. */
export function phasesOf(definition: JsonObject): RunbookPhase[] {
  const states = isObject(definition.States) ? definition.States : {};
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: Json | undefined) => {
    const state = typeof name === 'string' && !seen.has(name) ? states[name] : undefined;
    if (!isObject(state)) return;
    seen.add(String(name));
    if (state.Type === 'Parallel' && isPhase(String(name), states)) found.add(String(name));
    for (const choice of listOf(state.Choices)) if (isObject(choice)) visit(choice.Next);
    visit(state.Default);
    visit(state.Next);
  };
  visit('Face green');
  return [...found].map((name) => {
    const { Comment: purpose, Catch: caught } = objectIn(states[name]);
    const only = directionOf(objectIn(states[`Is ${name} for this direction?`]));
    return {
      name,
      purpose: String(purpose ?? ''),
      ...(only !== undefined && { only }),
      onFailure: isJournalled(name, states)
        ? wayBackFrom(String(objectIn(listOf(caught)[0]).Next ?? ''), states)
        : ['told in the result'],
    };
  });
}

/** What changes nothing is not journalled, and is for one direction. */
const isPhase = (name: string, states: JsonObject) =>
  isJournalled(name, states) || states[`Is ${name} for this direction?`] !== undefined;

const isJournalled = (name: string, states: JsonObject) => states[`Journal ${name}`] !== undefined;

/** What is between two undos keeps the journal, and looks whether the one before succeeded; it does, here. */
const BETWEEN_UNDOS = /^(Note that|Is it safe to undo|Did every undo succeed\?|Read who serves now)/;

/** An undo runs on into those before it. */
function wayBackFrom(first: string, states: JsonObject): string[] {
  const way: string[] = [];
  for (let name: Json | undefined = first; typeof name === 'string' && !way.includes(name); ) {
    const state: JsonObject = objectIn(states[name]);
    const isBetween = BETWEEN_UNDOS.test(name);
    if (!isBetween && state.Type !== 'Task') way.push(name);
    if (isBetween && state.Type === 'Choice') {
      name = name === 'Did every undo succeed?' ? objectIn(listOf(state.Choices)[1]).Next : state.Default;
    } else {
      name = state.Type === 'Parallel' || state.Type === 'Task' ? state.Next : undefined;
    }
  }
  return way;
}

function directionOf({ Choices: choices }: JsonObject): 'there' | 'back' | undefined {
  const [choice] = listOf(choices);
  if (!isObject(choice)) return undefined;
  return String(choice.Condition).includes('$to.side') ? 'back' : 'there';
}

const objectIn = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
