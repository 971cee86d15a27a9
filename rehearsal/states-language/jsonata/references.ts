import { compile } from './compile';
import { JSONATA_FUNCTIONS, STEP_FUNCTIONS_FUNCTIONS } from './functions';

/** What an expression refers to, found without running it. */
export interface References {
  /** Names read from the input document that Step Functions does not give: `phone`, `$`. */
  readonly topLevel: readonly string[];
  /** Whether `$$` occurs. */
  readonly root: boolean;
  /** Fields of `$states` that are read: `input`, `result`, … */
  readonly states: readonly string[];
  /** Functions that neither JSONata nor Step Functions has, and that the expression does not define itself. */
  readonly unknownFunctions: readonly string[];
}

/** The parts of JSONata's syntax tree that are walked; its published type names only some of them. */
interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly steps?: readonly Node[];
  readonly predicate?: readonly Node[];
  readonly stages?: readonly Node[];
  readonly group?: { readonly lhs: readonly (readonly Node[])[] };
  readonly expr?: Node;
  readonly expression?: Node;
  readonly expressions?: readonly Node[];
  readonly terms?: readonly Node[];
  readonly lhs?: Node | readonly (readonly Node[])[];
  readonly rhs?: Node;
  readonly condition?: Node;
  readonly then?: Node;
  readonly else?: Node;
  readonly procedure?: Node;
  readonly arguments?: readonly Node[];
  readonly body?: Node;
  readonly pattern?: Node;
  readonly update?: Node;
  readonly delete?: Node;
  readonly focus?: string;
  readonly index?: string;
}

/** Definitions say the same again and again, and JSONata takes its time to read it. */
const known = new Map<string, References>();

/** @throws what JSONata's parser throws, an object with `message`. */
export function referencesOf(source: string): References {
  const found = known.get(source) ?? readReferences(source);
  known.set(source, found);
  return found;
}

function readReferences(source: string): References {
  const walk = new Walk();
  const tree: Node = compile(source).ast() as Node;
  walk.visit(tree, true);
  return walk.references();
}

/** The names of all variables in a syntax tree: those that are read, called, and bound within it. */
export function variablesOf(tree: object): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<unknown>();
  const find = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    const { type, value: name }: Node = value;
    if (type === 'variable') names.add(String(name));
    for (const part of Object.values(value)) find(part);
  };
  find(tree);
  return names;
}

class Walk {
  private readonly topLevel = new Set<string>();
  private readonly states = new Set<string>();
  private readonly called = new Set<string>();
  private readonly bound = new Set<string>();
  private root = false;

  references(): References {
    const known = new Set([...JSONATA_FUNCTIONS, ...STEP_FUNCTIONS_FUNCTIONS, ...this.bound]);
    const unknownFunctions = [...this.called].filter((name) => !known.has(name));
    return { topLevel: [...this.topLevel], root: this.root, states: [...this.states], unknownFunctions };
  }

  /** @param top Whether the node is evaluated against the input document, rather than against a value within. */
  visit(node: Node | undefined, top: boolean): void {
    if (node === undefined) return;
    this.note(node, top);
    if (node.steps !== undefined) this.visitPath(node.steps, top);
    for (const child of [node.lhs, node.rhs, node.expression, node.condition, node.then, node.else, node.body]) {
      if (!isPairs(child)) this.visit(child, top);
    }
    for (const child of [node.procedure, ...(node.arguments ?? []), ...(node.expressions ?? [])])
      this.visit(child, top);
    if (isPairs(node.lhs)) for (const member of node.lhs.flat()) this.visit(member, top);
    this.visitWithin(node);
  }

  /** Only a path's first step reads the input document; each further one reads what the step before gave. */
  private visitPath(steps: readonly Node[], top: boolean): void {
    for (const [index, step] of steps.entries()) this.visit(step, top && index === 0);
    const [first, second] = steps;
    if (first?.type === 'variable' && first.value === 'states' && second?.type === 'name') {
      this.states.add(String(second.value));
    }
  }

  /** Predicates, sort terms, groupings and transforms run against the value at hand, never against the document. */
  private visitWithin(node: Node): void {
    const within = [...(node.predicate ?? []), ...(node.stages ?? []), ...(node.terms ?? [])];
    for (const part of within) {
      this.visit(part.expr, false);
      this.visit(part.expression, false);
    }
    for (const member of node.group?.lhs.flat() ?? []) this.visit(member, false);
    for (const part of [node.pattern, node.update, node.delete]) this.visit(part, false);
  }

  private note(node: Node, top: boolean): void {
    if (node.type === 'name' && top) this.topLevel.add(String(node.value));
    if (node.type === 'variable') {
      if (node.value === '' && top) this.topLevel.add('$');
      if (node.value === '$') this.root = true;
      if (node.value === 'eval') this.called.add('eval');
    }
    if ((node.type === 'function' || node.type === 'partial') && node.procedure?.type === 'variable') {
      this.called.add(String(node.procedure.value));
    }
    this.noteBindings(node);
  }

  private noteBindings(node: Node): void {
    if (node.type === 'bind' && !isPairs(node.lhs)) this.bound.add(String(node.lhs?.value));
    if (node.type === 'lambda') for (const parameter of node.arguments ?? []) this.bound.add(String(parameter.value));
    for (const name of [node.focus, node.index]) if (name !== undefined) this.bound.add(name);
  }
}

function isPairs(lhs: Node['lhs']): lhs is readonly (readonly Node[])[] {
  return Array.isArray(lhs);
}
