import type { Json } from '../assembly';
import { evaluateExpression } from '../states-language/jsonata/expression';

/** What can be told of an execution before it runs. A variable that is not there depends on what AWS answers. */
export interface Known {
  readonly variables: ReadonlyMap<string, Json>;
  /** Of the state at hand; undefined where only a run can tell. */
  readonly input: Json | undefined;
  /** What the execution is asked for. */
  readonly action: string;
}

/** A value of the definition, if it can be told: what stands there, or what its JSONata makes of what is known. */
export async function toldValue(written: Json | undefined, known: Known): Promise<Json | undefined> {
  if (typeof written === 'string') return written.startsWith('{%') ? evaluated(written, known) : written;
  if (Array.isArray(written)) {
    const items = await Promise.all(written.map((item: Json) => toldValue(item, known)));
    const told = items.filter((item) => item !== undefined);
    return told.length === items.length ? told : undefined;
  }
  return written;
}

/** What is planned is an execution that runs once. */
const KNOWN_OF_CONTEXT = ['context.Execution.Input.action', 'context.Execution.RedriveCount'];

async function evaluated(expression: string, { variables, input, action }: Known): Promise<Json | undefined> {
  const refersTo = (pattern: RegExp) => [...expression.matchAll(pattern)].map(([, name]) => String(name));
  const local = new Set(refersTo(/\$(\w+)\s*:=/g));
  for (const parameters of refersTo(/function\(([^)]*)\)/g)) {
    for (const name of parameters.split(',')) local.add(name.trim().slice(1));
  }
  const states = refersTo(/\$states\.([\w.]+)/g);
  const canBeTold =
    refersTo(/\$([A-Za-z]\w*)\b(?!\s*\()/g).every(
      (name) => name === 'states' || local.has(name) || variables.has(name),
    ) && states.every((path) => (/^input\b/.test(path) ? input !== undefined : KNOWN_OF_CONTEXT.includes(path)));
  if (!canBeTold) return undefined;
  const context = { Execution: { Input: { action }, RedriveCount: 0 } };
  const bound: Readonly<Record<string, unknown>> = {
    ...Object.fromEntries(variables),
    states: { context, ...(input !== undefined && { input }) },
  };
  // An expression that gives nothing for what is known would give something in a run.
  return evaluateExpression(expression, (name) => bound[name], { now: 0, random: () => 0 }).catch(() => undefined);
}
