import type { State, StateMachine } from '../../../../rehearsal/states-language';

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

/** Of Choices in a rollback: where they lead as long as no undo fails. */
function whenNoUndoFails(name: string, state: State): string[] {
  if (state.Type === 'Choice' && name.startsWith('Is it safe to undo ')) return [String(state.Default)];
  if (state.Type === 'Choice' && name === 'Did every undo succeed?')
    return state.Choices.slice(1).map(({ Next }) => Next);
  return successorsOf(state);
}

/** The states from `start` to where the way ends or branches, following what comes next where no undo fails. */
export function straightOn(states: States, start: string): string[] {
  const way = [start];
  for (let name = start; ; ) {
    const [next, ...others] = whenNoUndoFails(name, stateOf(states, name));
    if (next === undefined || others.length > 0) return way;
    if (way.includes(next)) throw new Error(`${start} leads into a circle: ${[...way, next].join(' → ')}`);
    way.push(next);
    name = next;
  }
}

export function stateOf(states: States, name: string): State {
  const state = states[name];
  if (state === undefined) throw new Error(`No state '${name}'; there are ${Object.keys(states).join(', ')}.`);
  return state;
}
