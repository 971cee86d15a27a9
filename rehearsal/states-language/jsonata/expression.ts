import type { Expression } from 'jsonata';
import type { Json } from '../json';
import { compile } from './compile';
import { type Ambience, speakStepFunctions } from './functions';
import { HandedOver } from './handed-over';
import { type Constructors, constructorsOf, Nesting } from './nesting';
import { variablesOf } from './references';

/**
 * How much processor time one expression may take, in milliseconds: a tail-recursive function without a base case never
 * nests, it only lasts. Not time by the clock, which a busy machine would let run out on an honest expression.
 *
 * @see docs/aws-facts.md#jsonata-time
 */
const MAX_MILLIS = 1_000;

/** Processor time is looked up once in so many steps, and counts from the first look: asking for it takes longer than most expressions. */
const STEPS_BETWEEN_LOOKS = 1_000;

/** An expression could not be evaluated. `message` tells why, as the sentence goes on after "The JSONata expression '…' ". */
export class ExpressionFailed extends Error {
  override readonly name = 'ExpressionFailed';
}

/** The text between `{%` and `%}`. */
export function sourceOf(jsonataString: string): string {
  return jsonataString.slice(2, -2).trim();
}

/** The value of the variable with the name; undefined where there is none. */
export type Variables = (name: string) => unknown;

/** Evaluates one JSONata string. There is no input document: data is reached through variables alone. */
export async function evaluateExpression(
  jsonataString: string,
  variables: Variables,
  ambience: Ambience,
): Promise<Json> {
  const source = sourceOf(jsonataString);
  const compiled = takeIdle(source) ?? new CompiledExpression(source);
  try {
    const value = await compiled.run(variables, ambience);
    if (value === undefined) throw new ExpressionFailed('returned nothing (undefined).');
    return toJson(value);
  } finally {
    keepIdle(source, compiled);
  }
}

/** Those that nobody evaluates now, the one used last at the end: most of an execution's are evaluated many times. */
const idle = new Map<string, CompiledExpression>();
const MAX_IDLE = 2_000;

function takeIdle(source: string): CompiledExpression | undefined {
  const compiled = idle.get(source);
  idle.delete(source);
  return compiled;
}

function keepIdle(source: string, compiled: CompiledExpression): void {
  idle.set(source, compiled);
  const [oldest] = idle.keys();
  if (idle.size > MAX_IDLE && oldest !== undefined) idle.delete(oldest);
}

/**
 * An expression that is evaluated once at a time, for it keeps its functions and its depth in itself: of one that Map
 * iterations evaluate at once there are several.
 */
class CompiledExpression {
  private readonly expression: Expression;
  private readonly constructors: Constructors;
  private readonly handedOver: HandedOver;
  /** Of an execution's variables, which are many, an expression names a few: only those are handed to it. */
  private readonly names: ReadonlySet<string>;
  private ambience: Ambience | undefined;

  constructor(source: string) {
    this.expression = compile(source);
    const tree = this.expression.ast();
    this.constructors = constructorsOf(tree);
    this.handedOver = new HandedOver(tree);
    this.names = variablesOf(tree);
    speakStepFunctions(this.expression, () => {
      if (this.ambience === undefined) throw new Error('The expression is not being evaluated.');
      return this.ambience;
    });
  }

  async run(variables: Variables, ambience: Ambience): Promise<unknown> {
    this.ambience = ambience;
    this.limit();
    try {
      return await this.expression.evaluate(undefined, this.named(variables));
    } catch (error) {
      throw new ExpressionFailed(`threw an error during evaluation. ${describe(error)}`, { cause: error });
    }
  }

  private named(variables: Variables): Record<string, unknown> {
    const named: Record<string, unknown> = {};
    for (const name of this.names) {
      const value = variables(name);
      // A function of JSONata's that no variable hides.
      if (value !== undefined) named[name] = value;
    }
    return named;
  }

  /** Watches through the hooks that JSONata offers to debuggers and time limits, which it waits for. */
  private limit(): void {
    const { expression, handedOver } = this;
    const nesting = new Nesting(this.constructors);
    let begun: NodeJS.CpuUsage | undefined;
    let steps = 0;
    bindHook(expression, 'jsonata.__evaluate_entry', (node, _input, frame) => {
      steps += 1;
      if (steps % STEPS_BETWEEN_LOOKS === 0) {
        begun ??= process.cpuUsage();
        if (millisSince(begun) > MAX_MILLIS) {
          throw new Error(`Evaluation took more than ${MAX_MILLIS} ms of processor time`);
        }
      }
      return nesting.begin(node, frame);
    });
    bindHook(expression, 'jsonata.__evaluate_exit', (node, _input, frame, result) => {
      nesting.end(frame);
      handedOver.check(node, result);
    });
  }
}

/** JSONata throws plain objects with `code` and `message`; functions throw errors. */
function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  return 'code' in error ? `${String(error.code)}: ${String(error.message)}` : String(error.message);
}

type Hook = (node: object, input: unknown, frame: object, result?: unknown) => void | Promise<void>;

function millisSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

/** `assign` takes symbols too, which its type does not say. */
function bindHook(expression: { assign(name: unknown, value: unknown): void }, name: string, hook: Hook): void {
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
