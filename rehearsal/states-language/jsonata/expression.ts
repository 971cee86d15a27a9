import type { Expression } from 'jsonata';
import jsonata from 'jsonata';
import type { Json } from '../json';
import { type Ambience, speakStepFunctions } from './functions';

/** How deep one expression may nest: the ceiling that Step Functions states in its own refusal (`Depth=101 max=100`). */
const MAX_DEPTH = 100;

/**
 * How much processor time one expression may take, in milliseconds: a tail-recursive function without a base case never
 * nests, it only lasts. Not time by the clock, which a busy machine would let run out on an honest expression.
 */
const MAX_MILLIS = 2_000;

/** Processor time is looked up once in so many steps. */
const STEPS_BETWEEN_LOOKS = 1_000;

/** An expression could not be evaluated. `message` tells why, as the sentence goes on after "The JSONata expression '…' ". */
export class ExpressionFailed extends Error {
  override readonly name = 'ExpressionFailed';
}

/** The text between `{%` and `%}`. */
export function sourceOf(jsonataString: string): string {
  return jsonataString.slice(2, -2).trim();
}

/** Evaluates one JSONata string. There is no input document: data is reached through variables alone. */
export async function evaluateExpression(
  jsonataString: string,
  variables: { readonly [name: string]: unknown },
  ambience: Ambience,
): Promise<Json> {
  // Compiled anew each time: an expression keeps its depth and its functions in itself, and Map iterations overlap.
  const expression = jsonata(sourceOf(jsonataString));
  speakStepFunctions(expression, ambience);
  limit(expression);
  const value = await run(expression, variables);
  if (value === undefined) throw new ExpressionFailed('returned nothing (undefined).');
  return toJson(value);
}

async function run(expression: Expression, variables: { readonly [name: string]: unknown }): Promise<unknown> {
  try {
    return await expression.evaluate(undefined, variables);
  } catch (error) {
    throw new ExpressionFailed(`threw an error during evaluation. ${describe(error)}`, { cause: error });
  }
}

/** JSONata throws plain objects with `code` and `message`; functions throw errors. */
function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  return 'code' in error ? `${String(error.code)}: ${String(error.message)}` : String(error.message);
}

/** Counts levels through the hooks that JSONata offers to debuggers and time limits. */
function limit(expression: Expression): void {
  const begun = process.cpuUsage();
  let depth = 0;
  let steps = 0;
  bindHook(expression, 'jsonata.__evaluate_entry', () => {
    depth += 1;
    steps += 1;
    if (depth > MAX_DEPTH) throw new Error(`Stack overflow error: Depth=${depth} max=${MAX_DEPTH}`);
    if (steps % STEPS_BETWEEN_LOOKS === 0 && millisSince(begun) > MAX_MILLIS) {
      throw new Error(`Evaluation took more than ${MAX_MILLIS} ms of processor time`);
    }
  });
  bindHook(expression, 'jsonata.__evaluate_exit', () => {
    depth -= 1;
  });
}

function millisSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

/** `assign` takes symbols too, which its type does not say. */
function bindHook(expression: { assign(name: unknown, value: unknown): void }, name: string, hook: () => void): void {
  expression.assign(Symbol.for(name), hook);
}

/** What a result is as JSON. Numbers that JSON has no literal for become strings, as on AWS. */
function toJson(value: unknown): Json {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object' && !isFunction(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toJson(member)]));
  }
  throw new ExpressionFailed('returned an unsupported result type.');
}

/** JSONata's own functions, lambdas and regular expressions are objects or functions that JSON cannot hold. */
function isFunction(value: object): boolean {
  return '_jsonata_function' in value || '_jsonata_lambda' in value || typeof value === 'function';
}
