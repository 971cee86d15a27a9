import type { TestStateInput } from '@aws-sdk/client-sfn';
import { Sfn } from '../../../../rehearsal/aws/sfn/sfn';
import { callerOf, testEnvironment } from '../test-environment';

const { environment } = testEnvironment();
const runner = { stateMachineArns: [], executions: () => [], start: () => {}, stop: () => Promise.resolve() };
const { call, refusal } = callerOf(environment, new Sfn({ environment, activityArns: [], runner }));

const READ = {
  Type: 'Task',
  QueryLanguage: 'JSONata',
  Resource: 'arn:aws:states:::aws-sdk:ssm:getParameter',
  Arguments: { Name: '{% $name %}' },
  Output: '{% $states.result.Parameter.Value %}',
  Retry: [{ ErrorEquals: ['Ssm.ThrottlingException'], MaxAttempts: 2 }],
  Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Nothing there' }],
  Next: 'Go on',
};

const request = (mock: TestStateInput['mock'], more: Partial<TestStateInput> = {}, state: object = READ) => ({
  definition: JSON.stringify(state),
  variables: '{"name": "/a"}',
  ...(mock !== undefined && { mock }),
  ...more,
});
const result = (value: unknown, more: object = {}) => ({ result: JSON.stringify(value), ...more });
const error = (name: string) => ({ errorOutput: { error: name, cause: 'on purpose' } });

test('a mocked result goes through Output to the next state', async () => {
  expect(await call('testState', request(result({ Parameter: { Value: 'x' } })))).toEqual({
    status: 'SUCCEEDED',
    output: '"x"',
    nextState: 'Go on',
  });
});

test('a mocked error is retried, and caught when the retries are used up', async () => {
  expect(await call('testState', request(error('Ssm.ThrottlingException')))).toMatchObject({ status: 'RETRIABLE' });
  const used = { stateConfiguration: { retrierRetryCount: 2 } };
  expect(await call('testState', request(error('Ssm.ThrottlingException'), used))).toEqual({
    status: 'CAUGHT_ERROR',
    error: 'Ssm.ThrottlingException',
    cause: 'on purpose',
    nextState: 'Nothing there',
  });
});

test.each([
  ['a field that the answer does not have', { Parameter: { value: 'x' } }],
  ['another type', { Parameter: { Version: '1' } }],
  ['something that is no answer', ['x']],
])('a strict mock is refused for %s', async (_what, value) => {
  expect(await refusal('testState', request(result(value)))).toEqual({
    error: 'Sfn.ValidationException',
    cause: expect.stringContaining('Mock result schema validation error'),
  });
  const lenient = request(result(value, { fieldValidationMode: 'NONE' }));
  expect(await call('testState', lenient)).toMatchObject({ status: expect.any(String) });
});

test('a result that lacks what the API requires is refused, and taken where only what is present counts', async () => {
  const start = {
    ...READ,
    Resource: 'arn:aws:states:::aws-sdk:sfn:startExecution',
    Output: {},
    Arguments: { StateMachineArn: '{% $name %}' },
  };
  expect((await refusal('testState', request(result({}), {}, start))).cause).toContain('requires ExecutionArn');
  const present = request(result({}, { fieldValidationMode: 'PRESENT' }), {}, start);
  expect(await call('testState', present)).toMatchObject({ status: 'SUCCEEDED' });
});

test('expressions see the variables, the input and the context that are given', async () => {
  const state = { ...READ, Output: '{% $states.context.Task.Token & $name & $states.input.more %}' };
  const more = { context: '{"Task": {"Token": "t"}}', input: '{"more": "!"}' };
  expect(await call('testState', request(result({}), more, state))).toMatchObject({ output: '"t/a!"' });
  expect(await call('testState', request(result({}), { variables: '{}' }, state))).toMatchObject({
    status: 'CAUGHT_ERROR',
    error: 'States.QueryEvaluationError',
  });
});

test('what a Map or Parallel would do is mocked as a whole', async () => {
  const map = {
    Type: 'Map',
    QueryLanguage: 'JSONata',
    Items: [1, 2],
    ItemProcessor: { StartAt: 'In', States: { In: { Type: 'Pass', QueryLanguage: 'JSONata', End: true } } },
    Output: '{% $sum($states.result) %}',
    End: true,
  };
  expect(await call('testState', request(result([3, 4]), {}, map))).toEqual({ status: 'SUCCEEDED', output: '7' });
  expect((await refusal('testState', request(result(7), {}, map))).cause).toContain('must be an array');
});

test('what AWS would not take is refused', async () => {
  expect((await refusal('testState', request(undefined))).cause).toContain('roleArn or a mock');
  const pass = { Type: 'Pass', QueryLanguage: 'JSONata', End: true };
  expect((await refusal('testState', request(result({}), {}, pass))).cause).toContain('not for Pass');
  expect(await refusal('testState', request(result({}), {}, { ...READ, Retry: 3 }))).toMatchObject({
    error: 'Sfn.InvalidDefinitionException',
  });
  const { mock, ...without } = request(undefined, { context: '{}' });
  expect((await refusal('testState', without)).cause).toContain('context');
});
