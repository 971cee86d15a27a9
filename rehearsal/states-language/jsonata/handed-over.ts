interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly procedure?: Node;
  readonly arguments?: readonly Node[];
}

interface BuiltIn {
  readonly implementation: { readonly length: number };
  readonly signature?: { readonly definition?: string };
}

/** Built-in functions that call a function they are given. */
const CALLERS = ['map', 'filter', 'single', 'reduce', 'sift', 'each', 'sort'];

/**
 * Built-in functions that are handed over as if they were lambdas, `$reduce($list, $lookup, …)`. The Java
 * implementation, whose words Step Functions' refusals are, gives them as many arguments as their signature requires,
 * and `$reduce` refuses one that requires fewer than two; the JavaScript one goes by what the function is written with.
 *
 * @see https://github.com/dashjoin/jsonata-java/blob/fbb6878/src/main/java/com/dashjoin/jsonata/Functions.java
 * @see docs/aws-facts.md#jsonata-built-in-arity
 */
export class HandedOver {
  private readonly callerOf = new Map<object, string>();

  constructor(tree: object) {
    this.findCalls(tree, new Set());
  }

  /** @throws Error where what the node gave is a built-in function that Java would call otherwise. */
  check(node: object, value: unknown): void {
    const caller = this.callerOf.get(node);
    if (caller === undefined || !isBuiltIn(value)) return;
    const required = requiredArguments(value.signature?.definition ?? '');
    if (caller === 'reduce' && required < 2) {
      throw new Error('D3050: The second argument of reduce function must be a function with at least two arguments');
    }
    if (handed(required) !== handed(value.implementation.length)) {
      throw new Error(
        `$${caller} is given a built-in function, which is handed only what its signature requires: write function($value, $index) { … }`,
      );
    }
  }

  private findCalls(value: unknown, seen: Set<unknown>): void {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    const node: Node = value;
    const name = String(node.procedure?.value);
    if ((node.type === 'function' || node.type === 'partial') && CALLERS.includes(name)) {
      for (const argument of node.arguments ?? []) this.callerOf.set(argument, name);
    }
    for (const part of Object.values(value)) this.findCalls(part, seen);
  }
}

function isBuiltIn(value: unknown): value is BuiltIn {
  return typeof value === 'object' && value !== null && '_jsonata_function' in value;
}

/** `<x-s?:x>` requires none: `-` may come of the context, `?` may be left out. */
function requiredArguments(signature: string): number {
  const parameters = signature.slice(1).split(':')[0] ?? '';
  const each = parameters.match(/(\([^)]*\)|[a-z])(<[^>]*>)?[-?+]?/g) ?? [];
  return each.filter((parameter) => !/[-?]$/.test(parameter)).length;
}

/** One argument in any case, and at most three. */
function handed(arity: number): number {
  return Math.min(3, Math.max(1, arity));
}
