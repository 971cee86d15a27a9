import type { Finding } from './finding';
import type { State, StateMachine } from './schema';
import { allStates, type Scope, scopes, statesOf } from './walk';

/** Whether every transition leads somewhere, every state can be reached, and every scope can end. */
export function checkTransitions(machine: StateMachine): Finding[] {
  const findings = duplicateNames(machine);
  for (const scope of scopes(machine)) {
    const dangling = danglingTargets(scope);
    findings.push(...dangling);
    if (dangling.length === 0) findings.push(...unreachable(scope));
  }
  return findings;
}

function duplicateNames(machine: StateMachine): Finding[] {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  for (const { name, location } of allStates(machine)) {
    if (seen.has(name)) {
      const message = `State name '${name}' is used twice; names are unique across the whole machine`;
      findings.push({ code: 'DUPLICATE_STATE_NAME', message, location });
    }
    seen.add(name);
  }
  return findings;
}

function danglingTargets(scope: Scope): Finding[] {
  const known = Object.keys(scope.block.States);
  const targets = statesOf(scope).flatMap(({ state, location }) =>
    targetsOf(state).map((target) => ({ name: target.name, location: `${location}${target.field}` })),
  );
  return [{ name: scope.block.StartAt, location: `${scope.location}/StartAt` }, ...targets]
    .filter((target) => !known.includes(target.name))
    .map(({ name, location }) => {
      const message = `Missing transition target: no state '${name}' in this scope, which has ${known.join(', ')}`;
      return { code: 'MISSING_TRANSITION_TARGET' as const, message, location };
    });
}

function unreachable(scope: Scope): Finding[] {
  const reached = new Set([scope.block.StartAt]);
  for (const name of reached) {
    const state = scope.block.States[name];
    if (state !== undefined) for (const target of targetsOf(state)) reached.add(target.name);
  }
  const findings: Finding[] = statesOf(scope)
    .filter(({ name }) => !reached.has(name))
    .map(({ name, location }) => {
      const message = `State '${name}' is not reachable from '${scope.block.StartAt}'`;
      return { code: 'MISSING_TRANSITION_TARGET', message, location };
    });
  if (!statesOf(scope).some(({ name, state }) => reached.has(name) && isTerminal(state))) {
    const message = `No terminal state (Succeed, Fail or "End": true) can be reached from '${scope.block.StartAt}'`;
    findings.push({ code: 'MISSING_END_STATE', message, location: scope.location });
  }
  return findings;
}

function isTerminal(state: State): boolean {
  return state.Type === 'Succeed' || state.Type === 'Fail' || ('End' in state && state.End === true);
}

function targetsOf(state: State): { name: string; field: string }[] {
  const targets: { name: string; field: string }[] = [];
  if ('Next' in state && state.Next !== undefined) targets.push({ name: state.Next, field: '/Next' });
  if (state.Type === 'Choice') {
    for (const [i, rule] of state.Choices.entries()) targets.push({ name: rule.Next, field: `/Choices[${i}]/Next` });
    if (state.Default !== undefined) targets.push({ name: state.Default, field: '/Default' });
  }
  if ('Catch' in state) {
    for (const [i, to] of (state.Catch ?? []).entries()) targets.push({ name: to.Next, field: `/Catch[${i}]/Next` });
  }
  return targets;
}
