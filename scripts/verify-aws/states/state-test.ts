import type { TestStateInput } from '@aws-sdk/client-sfn';
import type { Json, JsonObject } from '../../../rehearsal/states-language';
import type { RecordedVisit, Recording } from './recording';

/** One call of TestState, and what a rehearsal says must come of it. */
export interface StateTest {
  readonly state: string;
  readonly request: TestStateInput;
  /** Absent: no rehearsal came by. */
  readonly expected?: Expected;
}

export interface Expected {
  readonly status: 'SUCCEEDED' | 'CAUGHT_ERROR' | 'FAILED';
  readonly nextState?: string;
  readonly output?: Json;
  readonly error?: string;
}

/** TestState really waits, and gives up after five minutes. */
const SHORT_WAIT_SECONDS = 1;
/** What the same expression says at another time, or at any. */
const MOVING = /\$(now|millis|uuid|random)\(/;

/**
 * TestState takes a context with a mock only, and mocks of Task, Map and Parallel states only.
 *
 * @see docs/aws-facts.md#sfn-test-state-strict-mock
 */
export function isBeyondTestState(definition: JsonObject): boolean {
  return !isMockable(definition) && JSON.stringify(definition).includes('$states.context');
}

/** What to send of one state: each recorded way through it, or where there is none, one with a failure that is made up. */
export function testsOf(state: string, definition: JsonObject, recording: Recording): StateTest[] {
  const visits = recording.visitsOf(state);
  if (visits.length === 0) return [madeUp(state, definition, recording)];
  return visits.map((visit) => repeated(state, definition, visit));
}

function repeated(state: string, definition: JsonObject, visit: RecordedVisit): StateTest {
  const { input, variables, context, outcome, result } = visit;
  const mock =
    outcome.kind === 'succeeded' || result !== undefined ? resultMock(result) : errorMock(outcome, definition);
  return {
    state,
    request: {
      ...requestOf(definition, input, variables),
      ...(isMockable(definition) && { context: JSON.stringify(context), ...mock }),
    },
    expected: expectedOf(visit, definition),
  };
}

function madeUp(state: string, definition: JsonObject, { variables, context }: Recording): StateTest {
  const failure = { error: 'MadeUp.Exception', cause: 'Made up by verify:aws.' };
  return {
    state,
    request: {
      ...requestOf(definition, {}, variables),
      ...(isMockable(definition) && {
        ...(context !== undefined && { context: JSON.stringify({ ...context, Task: { Token: 'made-up' } }) }),
        ...errorMock(failure, definition),
      }),
    },
  };
}

function requestOf(definition: JsonObject, input: Json, variables: JsonObject): TestStateInput {
  return {
    definition: JSON.stringify({ QueryLanguage: 'JSONata', ...shortened(definition) }),
    input: JSON.stringify(input),
    variables: JSON.stringify(variables),
    inspectionLevel: 'DEBUG',
  };
}

const isMockable = ({ Type }: JsonObject) => Type === 'Task' || Type === 'Map' || Type === 'Parallel';

function shortened(definition: JsonObject): JsonObject {
  const { Seconds, ...rest } = definition;
  return definition.Type === 'Wait' && typeof Seconds === 'number'
    ? { ...rest, Seconds: SHORT_WAIT_SECONDS }
    : definition;
}

const resultMock = (result: Json | undefined) => ({
  mock: { result: JSON.stringify(result ?? {}), fieldValidationMode: 'STRICT' as const },
});

/** With every retry used up, so that the state's Catch decides. */
function errorMock({ error, cause }: { readonly error: string; readonly cause: string }, definition: JsonObject) {
  const retriers = (definition.Retry ?? []) as readonly JsonObject[];
  const retrierRetryCount = Math.max(0, ...retriers.map(({ MaxAttempts }) => Number(MaxAttempts ?? 3)));
  return { mock: { errorOutput: { error, cause } }, stateConfiguration: { retrierRetryCount } };
}

function expectedOf({ outcome }: RecordedVisit, definition: JsonObject): Expected {
  if (outcome.kind === 'caught') return { status: 'CAUGHT_ERROR', nextState: outcome.next, error: outcome.error };
  if (outcome.kind === 'failed') return { status: 'FAILED', error: outcome.error };
  const { Output, Arguments } = definition;
  const isSteady = !MOVING.test(JSON.stringify([Output ?? null, Arguments ?? null]));
  return {
    status: 'SUCCEEDED',
    ...(outcome.next !== undefined && { nextState: outcome.next }),
    ...(isSteady && { output: outcome.output }),
  };
}
