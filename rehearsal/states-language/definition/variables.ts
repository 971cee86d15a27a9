import type { Finding } from './finding';
import type { State, StateMachine } from './schema';
import { type Scope, scopes, statesOf } from './walk';

/** Unicode Standard Annex 31: no digit and no underscore first. */
const IDENTIFIER = /^\p{ID_Start}\p{ID_Continue}*$/u;

const MAX_NAME_LENGTH = 80;

/** Names of variables, and the rule that a name belongs to one scope: an inner scope reads outer variables, it never assigns them. */
export function checkVariables(machine: StateMachine): Finding[] {
  const findings: Finding[] = [];
  for (const scope of scopes(machine)) {
    for (const { name, location } of assignments(scope)) {
      const message = misnamed(name) ?? shadowed(name, scope);
      if (message !== undefined) findings.push({ code: 'SCHEMA_VALIDATION_FAILED', message, location });
    }
  }
  return findings;
}

function misnamed(name: string): string | undefined {
  if (name === 'states') return `Variable 'states' is reserved`;
  if ([...name].length > MAX_NAME_LENGTH) return `Variable '${name}' has more than ${MAX_NAME_LENGTH} characters`;
  if (!IDENTIFIER.test(name)) return `Variable '${name}' is no identifier: a letter, then letters, digits and _`;
  return undefined;
}

function shadowed(name: string, scope: Scope): string | undefined {
  for (let outer = scope.outer; outer !== undefined; outer = outer.outer) {
    if (assignments(outer).some((assignment) => assignment.name === name)) {
      return `Variable '${name}' is assigned in an outer scope; an inner scope can read it, but must assign another name`;
    }
  }
  return undefined;
}

function assignments(scope: Scope): { name: string; location: string }[] {
  return statesOf(scope).flatMap(({ state, location }) =>
    assignFields(state).flatMap(({ assign, field }) =>
      Object.keys(assign).map((name) => ({ name, location: `${location}${field}/${name}` })),
    ),
  );
}

function assignFields(state: State): { assign: object; field: string }[] {
  const fields = [{ assign: 'Assign' in state ? state.Assign : undefined, field: '/Assign' }];
  if (state.Type === 'Choice') {
    fields.push(...state.Choices.map((rule, i) => ({ assign: rule.Assign, field: `/Choices[${i}]/Assign` })));
  }
  if ('Catch' in state) {
    fields.push(...(state.Catch ?? []).map((to, i) => ({ assign: to.Assign, field: `/Catch[${i}]/Assign` })));
  }
  return fields.flatMap(({ assign, field }) => (assign === undefined ? [] : [{ assign, field }]));
}
