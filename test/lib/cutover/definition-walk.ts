import type { State, StateMachine } from '../../../rehearsal/states-language';

type States = StateMachine['States'];

/** Where a failure of `state` goes; undefined where nothing catches it. */
export function afterFailureOf(state: State): string | undefined {
  if (!('Catch' in state)) return undefined;
  return state.Catch?.find(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'))?.Next;
}

/** Every state that can come next when `state` does not fail. */
export function successorsOf(state: State): string[] {
  if (state.Type === 'Choice') {
    return [...state.Choices.map(({ Next }) => Next), ...(state.Default === undefined ? [] : [state.Default])];
  }
  return 'Next' in state && state.Next !== undefined ? [state.Next] : [];
}

/** Every state that can be reached from `start` without a failure, but for what lies behind `until`. */
export function reachable(states: States, start: string, until: readonly string[] = []): string[] {
  const reached = new Set([start]);
  for (const name of reached) {
    if (until.includes(name)) continue;
    for (const next of successorsOf(stateOf(states, name))) reached.add(next);
  }
  return [...reached];
}

/** The states from `start` to where the way ends or branches, following what comes next. */
export function straightOn(states: States, start: string): string[] {
  const way = [start];
  for (let state = stateOf(states, start); ; ) {
    const [next, ...others] = successorsOf(state);
    if (next === undefined || others.length > 0) return way;
    if (way.includes(next)) throw new Error(`${start} leads into a circle: ${[...way, next].join(' → ')}`);
    way.push(next);
    state = stateOf(states, next);
  }
}

export function stateOf(states: States, name: string): State {
  const state = states[name];
  if (state === undefined) throw new Error(`No state '${name}'; there are ${Object.keys(states).join(', ')}.`);
  return state;
}
