import {
  type Execution,
  type ExecutionOptions,
  type ExecutionResult,
  type Json,
  parseDefinition,
  startExecution,
  TaskFailure,
  type TaskRequest,
  VirtualClock,
} from '../../../rehearsal/states-language';

/** It comes without type declarations that resolve. */
const validateAsl =
  jest.requireActual<(definition: unknown) => { isValid: boolean; errorsText(): string }>('asl-validator');

/** One attempt at a task: a result, a failure, or what is to be done with the request. */
export type Answer = Json | TaskFailure | ((request: TaskRequest) => unknown);

export interface RunOptions extends Partial<ExecutionOptions> {
  /** By state name, one answer an attempt; the last one is given again. */
  readonly tasks?: { readonly [state: string]: readonly Answer[] };
}

export interface Ran {
  readonly execution: Execution;
  readonly result: ExecutionResult;
  /** `id<previousEventId Type name`, one an event. */
  readonly trace: readonly string[];
}

/** A machine that starts at the first of its states. */
export function machine(States: { readonly [name: string]: object }, fields: object = {}) {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(States)[0], States, ...fields };
}

/** States of an inner scope. */
export function block(States: { readonly [name: string]: object }) {
  return { StartAt: Object.keys(States)[0], States };
}

export function task(fields: object = {}): object {
  return { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:route53:getChange', Arguments: {}, End: true, ...fields };
}

export const ACTIVITY = 'arn:aws:states:us-east-1:123456789012:activity:host';

export const failure = (error: string, cause?: string) => new TaskFailure(error, cause);

export const never = () => new Promise<never>(() => {});

export function start(definition: object, options: RunOptions = {}): Execution {
  const { tasks = {}, ...rest } = options;
  const attempts = new Map<string, number>();
  return startExecution(parseDefinition(definition), {
    clock: new VirtualClock(),
    taskHandler: async (request) => {
      const answers = tasks[request.stateName] ?? [];
      const attempt = attempts.get(request.stateName) ?? 0;
      attempts.set(request.stateName, attempt + 1);
      const answer = answers[Math.min(attempt, answers.length - 1)];
      if (answer === undefined) throw new Error(`No answer for ${request.stateName}`);
      if (answer instanceof TaskFailure) throw answer;
      return typeof answer === 'function' ? answer(request) : answer;
    },
    ...rest,
  });
}

export async function run(definition: object, options: RunOptions = {}): Promise<Ran> {
  const execution = start(definition, options);
  const result = await execution.result;
  return { execution, result, trace: traceOf(execution) };
}

/** What the execution gave; fails the test where it did not succeed. */
export async function outputOf(definition: object, options: RunOptions = {}): Promise<Json | undefined> {
  const { result } = await run(definition, options);
  expect(result).toMatchObject({ status: 'SUCCEEDED' });
  return result.output;
}

export function traceOf(execution: Execution): string[] {
  return execution.history.map(({ id, previousEventId, type, ...details }) => {
    const name = details.stateEnteredEventDetails?.name ?? details.stateExitedEventDetails?.name;
    return `${id}<${previousEventId} ${type}${name === undefined ? '' : ` ${name}`}`;
  });
}

export function typesOf(execution: Execution): string[] {
  return execution.history.map(({ type }) => type ?? '');
}

/** What asl-validator says of the definition. It writes into what it is given, and costs a tenth of a second. */
export function expectAslValidator(definition: object, accepts = true): void {
  const verdict = validateAsl(structuredClone(definition));
  expect(accepts ? verdict.errorsText() : verdict.isValid).toBe(accepts ? '' : false);
}
