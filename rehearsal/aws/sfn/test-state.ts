import type { MockInput, TestStateInput, TestStateOutput } from '@aws-sdk/client-sfn';
import {
  type ContextObject,
  InvalidDefinition,
  type Json,
  type JsonObject,
  parseDefinition,
  type State,
  type StateMachine,
  startExecution,
  TaskFailure,
  VirtualClock,
} from '../../states-language';
import { AwsError } from '../aws-error';
import { checkAnswer, parseSdkResource, sdkOperation } from '../sdk-schemas';

const TESTED = 'Tested';
const MOCKABLE: readonly State['Type'][] = ['Task', 'Map', 'Parallel'];

/**
 * TestState of one state by itself: through the interpreter, with the mock in place of what the state would have called.
 *
 * @see docs/aws-facts.md#sfn-test-state-strict-mock
 */
export async function testState(request: TestStateInput): Promise<TestStateOutput> {
  const { machine, given } = machineOf(request);
  await checkMock(given, request);
  const retriesLeft = { count: (request.stateConfiguration?.retrierRetryCount ?? 0) + 1 };
  let answer: TestStateOutput = {};
  const execution = startExecution(machine, {
    clock: new VirtualClock(),
    input: parse(request.input ?? '{}', 'input'),
    variables: parse(request.variables ?? '{}', 'variables') as JsonObject,
    context: parse(request.context ?? '{}', 'context') as unknown as Partial<ContextObject>,
    taskHandler: async () => outcomeOf(request.mock),
    listener: {
      retrying: (_visit, { error, cause, delaySeconds }) => {
        retriesLeft.count -= 1;
        if (retriesLeft.count > 0) return;
        const errorDetails = { retryBackoffIntervalSeconds: Math.round(delaySeconds) };
        answer = { status: 'RETRIABLE', error, cause, inspectionData: { errorDetails } };
        void execution.stop();
      },
      stateExited: ({ name }, outcome) => {
        if (name !== TESTED || answer.status !== undefined) return;
        if (outcome.kind === 'succeeded') {
          answer = {
            status: 'SUCCEEDED',
            output: JSON.stringify(outcome.output),
            ...(outcome.next !== undefined && { nextState: outcome.next }),
          };
        } else if (outcome.kind === 'caught') {
          const { error, cause, next } = outcome;
          answer = { status: 'CAUGHT_ERROR', error, cause, nextState: next };
        } else if (outcome.kind === 'failed') {
          answer = { status: 'FAILED', error: outcome.error, cause: outcome.cause };
        }
      },
    },
  });
  await execution.result;
  return answer;
}

interface Tested {
  readonly machine: StateMachine;
  /** As it was sent. */
  readonly given: JsonObject;
}

/** A machine of that state alone, with something at the end of every transition. @throws AwsError as CreateStateMachine */
function machineOf({ definition = '', stateName }: TestStateInput): Tested {
  const parsed = parse(definition, 'definition') as JsonObject;
  const given = stateName === undefined ? parsed : stateNamed(parsed, stateName);
  const language = given.QueryLanguage ?? parsed.QueryLanguage ?? 'JSONata';
  const machineWith = (state: JsonObject) =>
    parseDefinition({
      QueryLanguage: language,
      StartAt: TESTED,
      States: { [TESTED]: state, ...Object.fromEntries(targetsOf(state).map((name) => [name, { Type: 'Succeed' }])) },
    });
  try {
    machineWith(given);
    return { machine: machineWith(withoutInnerStates(given)), given };
  } catch (error) {
    if (error instanceof InvalidDefinition) throw new AwsError('InvalidDefinition', error.message);
    throw error;
  }
}

function stateNamed(machine: JsonObject, name: string): JsonObject {
  const state = (machine.States as JsonObject | undefined)?.[name];
  if (state === undefined) throw invalid(`State '${name}' is not in the definition.`);
  return state as JsonObject;
}

function targetsOf(state: JsonObject): string[] {
  const rules = [state, ...listOf(state.Catch), ...listOf(state.Choices)];
  const named = rules.flatMap(({ Next }) => (Next === undefined ? [] : [String(Next)]));
  const all = new Set([...named, ...(state.Default === undefined ? [] : [String(state.Default)])]);
  return [...all];
}

/** What a Map or Parallel would do is mocked as a whole: it is run as a task that takes what the state takes. */
function withoutInnerStates(state: JsonObject): JsonObject {
  if (state.Type !== 'Map' && state.Type !== 'Parallel') return state;
  const { Comment, Next, End, Retry, Catch, Output, Assign, Arguments, Items } = state;
  const kept = {
    Comment,
    Next,
    End,
    Retry,
    Catch,
    Output,
    Assign,
    Arguments: state.Type === 'Map' ? Items : Arguments,
  };
  return {
    ...(JSON.parse(JSON.stringify(kept)) as JsonObject),
    Type: 'Task',
    Resource: 'arn:aws:states:us-east-1:123456789012:activity:mocked',
  };
}

async function checkMock(state: JsonObject, { mock, context, roleArn }: TestStateInput): Promise<void> {
  if (context !== undefined && mock === undefined) throw invalid('A context may only be specified with a mock.');
  if (mock === undefined) {
    if (MOCKABLE.includes(state.Type as State['Type'])) {
      throw invalid(
        roleArn === undefined ? 'A roleArn or a mock must be specified.' : 'A mock must be specified here.',
      );
    }
    return;
  }
  if (!MOCKABLE.includes(state.Type as State['Type'])) {
    throw invalid(`A mock can only be specified for Task, Map, or Parallel states, not for ${String(state.Type)}.`);
  }
  if ((mock.result === undefined) === (mock.errorOutput === undefined)) {
    throw invalid('A mock must have either a result or an errorOutput.');
  }
  if (mock.result !== undefined) await checkResult(state, mock, parse(mock.result, 'mock.result'));
}

async function checkResult(state: JsonObject, { fieldValidationMode = 'STRICT' }: MockInput, result: Json) {
  if (state.Type !== 'Task' && !Array.isArray(result)) {
    throw invalid(`The mocked result of a ${String(state.Type)} state must be an array.`);
  }
  const resource = parseSdkResource(String(state.Resource));
  if (fieldValidationMode === 'NONE' || resource === undefined || resource.pattern !== undefined) return;
  const problems = await checkAnswer(await sdkOperation(resource.service, resource.action), result);
  const counted = problems.filter(({ kind }) => fieldValidationMode === 'STRICT' || kind !== 'missing-parameter');
  if (counted.length > 0) {
    const text = counted.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw invalid(`Mock result schema validation error: ${text}`);
  }
}

function outcomeOf(mock: MockInput | undefined): Json {
  if (mock?.errorOutput !== undefined) throw new TaskFailure(mock.errorOutput.error ?? '', mock.errorOutput.cause);
  return parse(mock?.result ?? 'null', 'mock.result');
}

function parse(text: string, field: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw invalid(`${field} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const listOf = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly JsonObject[]) : [];

const invalid = (message: string) => new AwsError('ValidationException', message);
