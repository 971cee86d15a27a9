import { sourceOf } from '../jsonata/expression';
import { type References, referencesOf } from '../jsonata/references';
import type { Finding } from './finding';
import { isExpression, type State, type StateMachine } from './schema';
import { allStates } from './walk';

/** A field whose strings are evaluated, and what of `$states` it may read besides `input` and `context`. */
interface EvaluatedField {
  readonly value: unknown;
  readonly location: string;
  readonly reads?: 'result' | 'errorOutput';
}

/** Whether every JSONata string of the machine parses, and refers only to what Step Functions gives. */
export function checkExpressions(machine: StateMachine): Finding[] {
  return [...allStates(machine)].flatMap(({ state, location }) =>
    evaluatedFields(state, location).flatMap((field) => checkValue(field)),
  );
}

const NOT_EVALUATED = new Set([
  ...['Type', 'QueryLanguage', 'Comment', 'Next', 'End', 'Default', 'Resource', 'Retry'],
  ...['Catch', 'Choices', 'Branches', 'ItemProcessor'],
]);

function evaluatedFields(state: State, at: string): EvaluatedField[] {
  const fields = Object.entries(state)
    .filter(([name]) => !NOT_EVALUATED.has(name))
    .map(([name, value]): EvaluatedField => ({ value, location: `${at}/${name}`, reads: resultIn(state, name) }));
  if (state.Type === 'Choice') {
    for (const [i, { Condition, Output, Assign }] of state.Choices.entries()) {
      const rule = `${at}/Choices[${i}]`;
      fields.push({ value: Condition, location: `${rule}/Condition` });
      fields.push({ value: Output, location: `${rule}/Output` }, { value: Assign, location: `${rule}/Assign` });
    }
  }
  if ('Catch' in state) {
    for (const [i, { Output, Assign }] of (state.Catch ?? []).entries()) {
      fields.push({ value: Output, location: `${at}/Catch[${i}]/Output`, reads: 'errorOutput' });
      fields.push({ value: Assign, location: `${at}/Catch[${i}]/Assign`, reads: 'errorOutput' });
    }
  }
  return fields;
}

function resultIn(state: State, field: string): 'result' | undefined {
  const hasResult = state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map';
  return hasResult && (field === 'Output' || field === 'Assign') ? 'result' : undefined;
}

function checkValue({ value, location, reads }: EvaluatedField): Finding[] {
  if (typeof value === 'string') return checkString(value, location, reads);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    checkValue({ value: member, location: Array.isArray(value) ? `${location}[${key}]` : `${location}/${key}`, reads }),
  );
}

function checkString(value: string, location: string, reads: EvaluatedField['reads']): Finding[] {
  if (!isExpression(value)) {
    if (!value.trimStart().startsWith('{%') && !value.trimEnd().endsWith('%}')) return [];
    const message = `A JSONata string must begin with '{%' and end with '%}', with nothing around them; this one reads ${JSON.stringify(value)}`;
    return [{ code: 'INVALID_JSONATA_EXPRESSION', message, location }];
  }
  try {
    return objections(referencesOf(sourceOf(value)), reads).map((message) => ({
      code: 'UNSUPPORTED_JSONATA_EXPRESSION',
      message,
      location,
    }));
  } catch (error) {
    return [{ code: 'INVALID_JSONATA_EXPRESSION', message: messageOf(error), location }];
  }
}

function objections(references: References, reads: EvaluatedField['reads']): string[] {
  const given = ['input', 'context', reads];
  return [
    ...references.topLevel.map((name) => `Reference to '${name}' at the top level is not supported.`),
    ...(references.root ? [`Reference to '$$' is not supported.`] : []),
    ...references.states.filter((f) => !given.includes(f)).map((f) => `Field '$states.${f}' does not exist.`),
    ...references.unknownFunctions.map((name) =>
      name === 'eval'
        ? 'Function $eval is disabled in Step Functions; use $parse'
        : `Function $${name} is neither JSONata's nor Step Functions'`,
    ),
  ];
}

/** JSONata's parser throws plain objects. */
function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
