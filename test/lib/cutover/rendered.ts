import { CacheConsistency } from '../../../lib';
import { parseDefinition, type State, type StateMachine } from '../../../rehearsal/states-language';
import { evaluateExpression } from '../../../rehearsal/states-language/jsonata/expression';
import { Surroundings } from '../migration-under-test';

export const CONSISTENCIES = Object.values(CacheConsistency);

/** The definition of a migration with all that can be had, intrinsics resolved, as CreateStateMachine would take it. */
export function rendered(consistency: CacheConsistency): StateMachine {
  const surroundings = new Surroundings();
  surroundings.migrateInFull(consistency);
  const [machine] = surroundings.deploy().stateMachines();
  return parseDefinition(machine?.definition);
}

/** The value of a JSONata string. */
export function evaluated(expression: unknown, variables: Record<string, unknown>): Promise<unknown> {
  return evaluateExpression(String(expression), (name) => variables[name], {
    now: Date.UTC(2026, 0, 1),
    random: () => 0.5,
  });
}

/** Where a Choice leads. */
export async function chosen(state: State, variables: Record<string, unknown>): Promise<string | undefined> {
  for (const { Condition, Next } of asType(state, 'Choice').Choices) {
    if (await evaluated(Condition, variables)) return Next;
  }
  return asType(state, 'Choice').Default;
}

/** Fails the test where it is of another type. */
export function asType<Type extends State['Type']>(state: State | undefined, type: Type) {
  if (state?.Type !== type) throw new Error(`Expected a ${type}, got ${state?.Type}`);
  return state as Extract<State, { Type: Type }>;
}
