import type { State, StatesBlock } from './schema';

/** One scope of a machine: its states, where it lies, and the scope around it. */
export interface Scope {
  readonly block: StatesBlock;
  /** Empty for the machine itself, else e.g. `/States/Each/ItemProcessor`. */
  readonly location: string;
  readonly outer?: Scope;
}

export interface StateInScope {
  readonly name: string;
  readonly state: State;
  readonly scope: Scope;
  /** E.g. `/States/Each/ItemProcessor/States/Visit`. */
  readonly location: string;
}

/** Every scope of a machine, outer before inner. */
export function* scopes(block: StatesBlock, location = '', outer?: Scope): Generator<Scope> {
  const scope: Scope = { block, location, outer };
  yield scope;
  for (const { state, location: at } of statesOf(scope)) {
    if (state.Type === 'Map') yield* scopes(state.ItemProcessor, `${at}/ItemProcessor`, scope);
    if (state.Type !== 'Parallel') continue;
    for (const [index, branch] of state.Branches.entries()) yield* scopes(branch, `${at}/Branches[${index}]`, scope);
  }
}

export function statesOf(scope: Scope): StateInScope[] {
  return Object.entries(scope.block.States).map(([name, state]) => ({
    name,
    state,
    scope,
    location: `${scope.location}/States/${name}`,
  }));
}

export function* allStates(block: StatesBlock): Generator<StateInScope> {
  for (const scope of scopes(block)) yield* statesOf(scope);
}
