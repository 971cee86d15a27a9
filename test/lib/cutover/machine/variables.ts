import jsonata from 'jsonata';
import type { State, StateMachine } from '../../../../rehearsal/states-language';
import { JSONATA_FUNCTIONS, STEP_FUNCTIONS_FUNCTIONS } from '../../../../rehearsal/states-language/jsonata/functions';

/** A variable that a state reads although some way to it has not assigned it. */
export interface UnassignedRead {
  readonly state: string;
  readonly variable: string;
}

interface Block {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

interface Edge {
  readonly to: string;
  readonly assigned: readonly string[];
}

const GIVEN = new Set(['states', '', '$', ...JSONATA_FUNCTIONS, ...STEP_FUNCTIONS_FUNCTIONS]);

/** Follows every way through a definition, inner scopes too, and names what is read before it is assigned. */
export function unassignedReads(machine: StateMachine): UnassignedRead[] {
  return inBlock(machine, new Set());
}

function inBlock(block: Block, outer: ReadonlySet<string>): UnassignedRead[] {
  const known = new Map<string, Set<string>>([[block.StartAt, new Set(outer)]]);
  // Grows smaller until it stands still: known on every way, not on some way.
  const open = [block.StartAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const here = known.get(name) ?? new Set();
    for (const { to, assigned } of edgesOf(block.States[name])) {
      const there = new Set([...here, ...assigned]);
      const before = known.get(to);
      const after = before === undefined ? there : new Set([...before].filter((variable) => there.has(variable)));
      if (before !== undefined && after.size === before.size) continue;
      known.set(to, after);
      open.push(to);
    }
  }
  return [...known].flatMap(([name, assigned]) => {
    const state = block.States[name];
    if (state === undefined) return [];
    const own = [...variablesOf(withoutInner(state))].filter((variable) => !assigned.has(variable));
    return [
      ...own.map((variable) => ({ state: name, variable })),
      ...innerBlocks(state).flatMap((inner) => inBlock(inner, assigned)),
    ];
  });
}

function edgesOf(state: State | undefined): Edge[] {
  if (state === undefined) return [];
  const own = 'Assign' in state ? Object.keys(state.Assign ?? {}) : [];
  const edges: Edge[] = [];
  if ('Next' in state && state.Next !== undefined) edges.push({ to: state.Next, assigned: own });
  if (state.Type === 'Choice') {
    for (const rule of state.Choices) edges.push({ to: rule.Next, assigned: Object.keys(rule.Assign ?? {}) });
    if (state.Default !== undefined) edges.push({ to: state.Default, assigned: own });
  }
  // A failure assigns what the catcher says, and nothing of what the state would have.
  if ('Catch' in state) {
    for (const { Next, Assign } of state.Catch ?? []) edges.push({ to: Next, assigned: Object.keys(Assign ?? {}) });
  }
  return edges;
}

function innerBlocks(state: State): Block[] {
  if (state.Type === 'Parallel') return state.Branches;
  return state.Type === 'Map' ? [state.ItemProcessor] : [];
}

function withoutInner(state: State): object {
  return { ...state, Branches: undefined, ItemProcessor: undefined };
}

/** Every variable that the expressions anywhere in `value` read. */
function variablesOf(value: unknown): Set<string> {
  if (typeof value === 'string' && value.startsWith('{%')) return freeVariables(value.slice(2, -2));
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(Object.values(value).flatMap((member) => [...variablesOf(member)]));
}

function freeVariables(source: string): Set<string> {
  const read = new Set<string>();
  const bound = new Set<string>();
  visit(jsonata(source).ast(), read, bound);
  return new Set([...read].filter((name) => !bound.has(name) && !GIVEN.has(name)));
}

function visit(node: unknown, read: Set<string>, bound: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  const { type, value, lhs, arguments: parameters, focus, index } = node as Record<string, unknown>;
  if (type === 'variable') read.add(String(value));
  if (type === 'bind') bound.add(nameOf(lhs));
  if (type === 'lambda') for (const parameter of parameters as unknown[]) bound.add(nameOf(parameter));
  for (const name of [focus, index]) if (typeof name === 'string') bound.add(name);
  for (const child of Object.values(node)) visit(child, read, bound);
}

function nameOf(variable: unknown): string {
  return String((variable as { value: unknown }).value);
}
