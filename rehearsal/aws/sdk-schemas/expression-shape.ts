import type { ExprNode } from 'jsonata';
import { compile } from '../../states-language/jsonata/compile';

/** A part of a value that only the running execution knows. */
export const UNKNOWN = Symbol('unknown');

/** One of several values, e.g. the branches of `a ? b : c`. */
export class Either {
  constructor(readonly options: readonly unknown[]) {}
}

/** A sequence: JSONata gives nothing, one item or an array of them, e.g. `rules.{ 'GroupId': id }`. */
export class Sequence {
  constructor(readonly item: unknown) {}
}

/** Whether Step Functions evaluates a string as JSONata: nothing may stand before `{%` or after `%}`. */
export function isExpression(text: string): boolean {
  return text.startsWith('{%') && text.endsWith('%}');
}

/**
 * What can be said about an expression's value without running it: object and array constructors are followed, all
 * else is {@link UNKNOWN}.
 *
 * @throws Error if the expression cannot be parsed.
 */
export function shapeOfExpression(text: string): unknown {
  return shapeOf(compile(text.slice(2, -2)).ast());
}

function shapeOf(node: ExprNode | undefined): unknown {
  if (node === undefined) {
    return UNKNOWN;
  }
  const type: string = node.type;
  switch (type) {
    case 'string':
    case 'number':
    case 'value':
      return node.value;
    case 'unary':
      return shapeOfConstructor(node);
    case 'condition':
      return shapeOfCondition(node);
    case 'block':
      return shapeOf(node.expressions?.at(-1));
    case 'path':
      return shapeOfPath(node);
    case 'function':
      return shapeOfCall(node);
    case 'lambda':
      return shapeOf((node as TreeNode).body);
    default:
      return UNKNOWN;
  }
}

/** Parts of jsonata's syntax tree that its type declarations leave out. */
type TreeNode = ExprNode & {
  readonly then?: ExprNode;
  readonly else?: ExprNode;
  readonly body?: ExprNode;
};

function shapeOfConstructor(node: ExprNode): unknown {
  const kind: unknown = node.value;
  if (kind === '[') {
    return (node.expressions ?? []).map(shapeOf);
  }
  if (kind !== '{') {
    return UNKNOWN;
  }
  const entries = (node.lhs ?? []) as unknown as readonly (readonly [ExprNode, ExprNode])[];
  const object: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    if (key.type !== 'string') {
      return UNKNOWN;
    }
    object[String(key.value)] = shapeOf(value);
  }
  return object;
}

function shapeOfCondition(node: TreeNode): unknown {
  // Without an "else" the value may be absent, and an absent member is left out of an object.
  return new Either(node.else === undefined ? [shapeOf(node.then)] : [shapeOf(node.then), shapeOf(node.else)]);
}

function shapeOfPath(node: ExprNode): unknown {
  const last = node.steps?.at(-1) as TreeNode | undefined;
  return last?.type === 'unary' && (last.value as unknown) === '{' ? new Sequence(shapeOf(last)) : UNKNOWN;
}

function shapeOfCall(node: ExprNode): unknown {
  const [first, second] = node.arguments ?? [];
  switch (node.procedure?.value) {
    case 'map':
      return second?.type === 'lambda' ? new Sequence(shapeOf(second)) : UNKNOWN;
    case 'append':
      return [shapeOf(first), shapeOf(second)].flatMap((part) => (Array.isArray(part) ? part : [part]));
    case 'merge':
      return mergeShapes(shapeOf(first));
    default:
      return UNKNOWN;
  }
}

/** Beyond this many combinations of conditional parts nobody could read the expression either. */
const MAX_COMBINATIONS = 64;

/** `$merge([a, b ? c : d])`: every object that can come out. */
function mergeShapes(parts: unknown): unknown {
  if (!Array.isArray(parts)) {
    return UNKNOWN;
  }
  let merged: Record<string, unknown>[] = [{}];
  for (const part of parts) {
    const options = objectsOf(part);
    if (options === undefined || merged.length * options.length > MAX_COMBINATIONS) {
      return UNKNOWN;
    }
    merged = merged.flatMap((left) => options.map((right) => ({ ...left, ...right })));
  }
  return new Either(merged);
}

function objectsOf(shape: unknown): readonly Record<string, unknown>[] | undefined {
  if (shape instanceof Either) {
    const options = shape.options.map(objectsOf);
    return options.includes(undefined) ? undefined : options.flatMap((option) => option ?? []);
  }
  const isObject = typeof shape === 'object' && shape !== null && !Array.isArray(shape) && !(shape instanceof Sequence);
  return isObject ? [shape as Record<string, unknown>] : undefined;
}
