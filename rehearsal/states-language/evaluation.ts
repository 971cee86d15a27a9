import type { ContextObject } from './context';
import type { errorOutput, StateFailure } from './errors';
import { type Json, type JsonObject, typeName } from './json';
import { ExpressionFailed, evaluateExpression, sourceOf } from './jsonata/expression';
import type { Kind } from './jsonata/kinds';
import { evaluateTemplate } from './jsonata/template';
import { limitResult, limitVariables } from './payload';
import type { Visit } from './visit';

/** What `$states` holds at one field besides `input` and `context`. */
export interface Given {
  readonly result?: Json;
  readonly errorOutput?: ReturnType<typeof errorOutput>;
  /** Instead of the visit's own. */
  readonly context?: ContextObject;
}

/**
 * A field's value, with every JSONata string in it replaced.
 *
 * @throws StateFailure States.QueryEvaluationError
 */
export function evaluate(visit: Visit, value: Json, field: string, given: Given = {}): Promise<Json> {
  return evaluateTemplate(value, field, (expression, at) => evaluateOne(visit, expression, at, given));
}

/**
 * The value of a field that accepts one kind of value only. A literal has been checked with the definition.
 *
 * @throws StateFailure States.QueryEvaluationError
 */
export async function evaluateAs<T extends Json>(visit: Visit, value: Json, field: string, kind: Kind<T>): Promise<T> {
  const evaluated = await evaluate(visit, value, field);
  if (kind.accepts(evaluated)) return evaluated;
  const got = `'${typeName(evaluated)}' for value: ${JSON.stringify(evaluated)}`;
  const why = `returned an unexpected result type. Expected '${kind.name}', but was ${got}`;
  throw evaluationFailed(visit, String(value), field, why);
}

/** What `Output` and `Assign` of a state, a choice rule or a catcher make of it. Both see the variables as they were on entry. */
export async function conclude(
  visit: Visit,
  fields: { readonly Output?: Json; readonly Assign?: JsonObject },
  defaultOutput: Json,
  given: Given = {},
  prefix = '',
): Promise<{ output: Json; assigned: JsonObject }> {
  const assigned: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields.Assign ?? {})) {
    assigned[name] = await evaluate(visit, value, `${prefix}Assign/${name}`, given);
  }
  const output =
    fields.Output === undefined ? defaultOutput : await evaluate(visit, fields.Output, `${prefix}Output`, given);
  limitVariables(assigned, visit.chain.variables, visit.name);
  limitResult(output, visit.name);
  return { output, assigned };
}

async function evaluateOne(visit: Visit, expression: string, field: string, given: Given): Promise<Json> {
  const { clock, random } = visit.chain.run;
  const { context = visit.context, ...rest } = given;
  const read = (name: string) =>
    name === 'states' ? { input: visit.input, context, ...rest } : visit.chain.variables.read(name);
  try {
    return await evaluateExpression(expression, read, { now: clock.now(), random });
  } catch (error) {
    if (!(error instanceof ExpressionFailed)) throw error;
    throw evaluationFailed(visit, expression, field, error.message);
  }
}

function evaluationFailed(visit: Visit, expression: string, field: string, why: string): StateFailure {
  const reason = `The JSONata expression '${sourceOf(expression)}' specified for the field '${field}' ${why}`;
  const failure = visit.failure('States.QueryEvaluationError', reason);
  visit.chain.record('EvaluationFailed', {
    evaluationFailedEventDetails: { error: failure.error, cause: failure.reason, location: field, state: visit.name },
  });
  return failure;
}
