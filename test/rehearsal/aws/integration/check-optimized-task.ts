import {
  HTTP_FIELDS,
  HTTP_METHODS,
  isForbiddenHeader,
} from '../../../../rehearsal/aws/integration/http/call-arguments';
import type { Problem } from '../../../../rehearsal/aws/sdk-schemas';
import {
  Either,
  isExpression,
  shapeOfExpression,
  UNKNOWN,
} from '../../../../rehearsal/aws/sdk-schemas/expression-shape';

/** What an optimized integration takes. */
interface Shape {
  readonly fields: readonly string[];
  readonly required: readonly string[];
  readonly check?: (given: Fields) => readonly Problem[];
}

type Fields = Readonly<Record<string, unknown>>;

const SHAPES: Readonly<Record<string, Shape>> = {
  'http:invoke': { fields: HTTP_FIELDS, required: ['ApiEndpoint', 'Method'], check: checkHttp },
  'states:startExecution': {
    fields: ['StateMachineArn', 'Input', 'Name', 'TraceHeader'],
    required: ['StateMachineArn'],
  },
};

/** The patterns that each knows besides request and response. */
const PATTERNS: Readonly<Record<string, readonly string[]>> = {
  'http:invoke': [],
  'states:startExecution': ['.sync', '.sync:2', '.waitForTaskToken'],
};

/** Reads a Task state's `Resource`; undefined where it is no optimized integration that can be checked here. */
export function parseOptimizedResource(
  resource: string,
): { readonly name: string; readonly pattern: string } | undefined {
  const [, name, pattern = ''] =
    /^arn:[a-z-]+:states:[^:]*:[^:]*:(http:invoke|states:startExecution)(\..+)?$/.exec(resource) ?? [];
  return name === undefined ? undefined : { name, pattern };
}

/**
 * Compares a Task state of an HTTP task or a nested execution with what Step Functions takes: names, what is required,
 * and what can be told of values before the task runs. Values may be JSONata.
 */
export function checkOptimizedTask(resource: string, taskArguments: unknown): readonly Problem[] {
  const parsed = parseOptimizedResource(resource);
  const shape = parsed === undefined ? undefined : SHAPES[parsed.name];
  if (parsed === undefined || shape === undefined) {
    return [problem('unknown-service', '', `"${resource}" is neither an HTTP task nor a nested execution.`)];
  }
  const patterns = PATTERNS[parsed.name] ?? [];
  const problems: Problem[] = [];
  if (parsed.pattern !== '' && !patterns.includes(parsed.pattern)) {
    problems.push(problem('unknown-pattern', '', `${parsed.name} has no "${parsed.pattern}".`));
  }
  if (parsed.pattern === '.waitForTaskToken' && !JSON.stringify(taskArguments).includes('$states.context.Task.Token')) {
    problems.push(problem('no-task-token', '', 'No argument passes on $states.context.Task.Token.'));
  }
  const { objects, unclear } = objectsOf(taskArguments);
  return [...problems, ...unclear, ...distinct(objects.flatMap((given) => checkFields(parsed.name, shape, given)))];
}

/** The objects that arguments can come out as: one, unless an expression has parts with a condition. */
function objectsOf(given: unknown): { readonly objects: readonly Fields[]; readonly unclear: readonly Problem[] } {
  if (typeof given === 'string' && isExpression(given)) {
    return objectsOf(shapeOfExpression(given));
  }
  if (given instanceof Either) {
    const options = given.options.map(objectsOf);
    return {
      objects: options.flatMap(({ objects }) => objects),
      unclear: distinct(options.flatMap(({ unclear }) => unclear)),
    };
  }
  if (given === UNKNOWN) {
    return { objects: [], unclear: [problem('unchecked', '', 'The arguments come from what only a run can tell.')] };
  }
  return isFields(given)
    ? { objects: [given], unclear: [] }
    : { objects: [], unclear: [problem('wrong-type', '', 'The arguments must be an object.')] };
}

function checkFields(name: string, { fields, required, check }: Shape, given: Fields): readonly Problem[] {
  const unknown = Object.keys(given).filter((field) => !fields.includes(field));
  const missing = required.filter((field) => given[field] === undefined);
  return [
    ...unknown.map((field) =>
      problem('unknown-parameter', field, `There is no ${field}; known are ${fields.join(', ')}.`),
    ),
    ...missing.map((field) => problem('missing-parameter', field, `${name} requires ${field}.`)),
    ...(check?.(given) ?? []),
  ];
}

function checkHttp(given: Fields): readonly Problem[] {
  const { ApiEndpoint: endpoint, Method: method, Headers: headers } = given;
  const connection = given.Authentication ?? given.InvocationConfig;
  const problems: Problem[] = [];
  const begin = beginningOf(endpoint);
  if (begin !== undefined && !begin.startsWith('https://')) {
    problems.push(problem('wrong-value', 'ApiEndpoint', `Got "${begin}"; an HTTP task calls https:// alone.`));
  }
  if (typeof method === 'string' && !isExpression(method) && !HTTP_METHODS.includes(method)) {
    problems.push(problem('wrong-value', 'Method', `Got "${method}"; accepted are ${HTTP_METHODS.join(', ')}.`));
  }
  if ((given.Authentication === undefined) === (given.InvocationConfig === undefined)) {
    problems.push(
      problem('missing-parameter', 'Authentication', 'Either Authentication or InvocationConfig is needed.'),
    );
  } else if (!isFields(connection) || connection.ConnectionArn === undefined) {
    problems.push(
      problem('missing-parameter', 'Authentication.ConnectionArn', 'The connection needs its ConnectionArn.'),
    );
  }
  for (const name of isFields(headers) ? Object.keys(headers).filter(isForbiddenHeader) : []) {
    problems.push(problem('wrong-value', `Headers.${name}`, `A definition cannot set the header ${name}.`));
  }
  return problems;
}

/** The text a value is known to begin with; undefined where only a run can tell. */
function beginningOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (!isExpression(value)) return value;
  const shape = shapeOfExpression(value);
  if (typeof shape === 'string') return shape;
  // `'https://host/' & $id`: the literal that the text is put together from first.
  return /^\{%\s*'([^']*)'\s*&/.exec(value)?.[1];
}

/** Two ways through an expression may have the same mistake. */
const distinct = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((one) => [`${one.path} ${one.message}`, one])).values(),
];

const problem = (kind: Problem['kind'], path: string, message: string): Problem => ({ kind, path, message });

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Either);
