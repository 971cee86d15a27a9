import { Lambda, type LambdaProps } from '../../../../rehearsal/aws/lambda/lambda';
import { allowing, callerOf, testEnvironment } from '../test-environment';

const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:jobs';
const STREAM = 'arn:aws:kinesis:eu-west-1:111122223333:stream/clicks';
const WORKER = 'arn:aws:lambda:eu-west-1:111122223333:function:worker';
const ONE = '11111111-1111-4111-a111-111111111111';
const TWO = '22222222-2222-4222-a222-222222222222';

function testbed(props: Partial<LambdaProps> = {}) {
  const { environment, clock } = testEnvironment();
  const lambda = new Lambda({ environment, ...props });
  lambda.functions.add('worker');
  lambda.functions.add('mailer', 200);
  lambda.mappings.add({ uuid: ONE, functionName: 'worker', eventSourceArn: QUEUE });
  lambda.mappings.add({ uuid: TWO, functionName: `${WORKER}:live`, eventSourceArn: STREAM, enabled: false });
  const caller = callerOf(environment, lambda);
  const stateOf = async (UUID: string) =>
    ((await caller.call('getEventSourceMapping', { UUID })) as { State: string }).State;
  return { ...caller, lambda, clock, stateOf };
}

describe('an event source mapping', () => {
  test('is disabled and enabled over a while, and its pollers follow', async () => {
    const followed: [string, boolean][] = [];
    const { call, clock, lambda, stateOf } = testbed({
      mappingChangeMs: 60_000,
      onMappingChange: async ({ eventSourceArn }, enabled) => {
        followed.push([eventSourceArn, enabled]);
      },
    });
    expect(await call('updateEventSourceMapping', { UUID: ONE, Enabled: false })).toMatchObject({ State: 'Disabling' });
    await lambda.settled();
    expect(await stateOf(ONE)).toBe('Disabling');
    await clock.pass(60_000);
    expect(await stateOf(ONE)).toBe('Disabled');
    expect(await call('updateEventSourceMapping', { UUID: ONE, Enabled: true })).toMatchObject({ State: 'Enabling' });
    await clock.pass(60_000);
    expect(await stateOf(ONE)).toBe('Enabled');
    expect(followed).toEqual([
      [QUEUE, false],
      [QUEUE, true],
    ]);
  });

  test('may have an invocation under way until its function has timed out, also when it is disabled', async () => {
    const { call, clock, lambda, stateOf } = testbed({ mappingChangeMs: 60_000 });
    lambda.functions.add('worker', undefined, 30);
    await call('updateEventSourceMapping', { UUID: ONE, Enabled: false });
    await clock.pass(60_000);
    expect([await stateOf(ONE), lambda.mayInvoke(ONE), lambda.mayInvoke(TWO)]).toEqual(['Disabled', true, false]);
    await clock.pass(30_000);
    expect(lambda.mayInvoke(ONE)).toBe(false);
  });

  test('uses up the tries of its messages where its function may not run', async () => {
    const { call, clock, lambda } = testbed();
    expect(lambda.burnsTries(ONE)).toBe(false);
    await call('putFunctionConcurrency', { FunctionName: 'worker', ReservedConcurrentExecutions: 0 });
    expect(lambda.burnsTries(ONE)).toBe(true);
    await call('updateEventSourceMapping', { UUID: ONE, Enabled: false });
    await clock.pass(0);
    expect(lambda.burnsTries(ONE)).toBe(false);
  });

  test('is not disabled before its pollers have stopped, however long that takes', async () => {
    let stopped: () => void = () => {};
    const { call, clock, lambda, stateOf } = testbed({
      onMappingChange: () =>
        new Promise((resolve) => {
          stopped = resolve;
        }),
    });
    await call('updateEventSourceMapping', { UUID: ONE, Enabled: false });
    await clock.pass(3_600_000);
    expect(await stateOf(ONE)).toBe('Disabling');
    stopped();
    await lambda.settled();
    expect(await stateOf(ONE)).toBe('Disabled');
  });

  test('cannot be changed while it changes', async () => {
    const { call, clock, refusal, stateOf } = testbed({ mappingChangeMs: 1000 });
    await call('updateEventSourceMapping', { UUID: ONE, Enabled: false });
    expect(await refusal('updateEventSourceMapping', { UUID: ONE, Enabled: true })).toEqual({
      error: 'Lambda.ResourceInUseException',
      cause: 'Cannot update the event source mapping because it is in use.',
    });
    await clock.pass(1000);
    expect(await stateOf(ONE)).toBe('Disabled');
  });

  test('that is told to be as it is goes through an update, and nobody has to follow', async () => {
    const { call, clock, stateOf } = testbed({
      mappingChangeMs: 1000,
      onMappingChange: () => Promise.reject(new Error('nothing changed')),
    });
    expect(await call('updateEventSourceMapping', { UUID: TWO, Enabled: false })).toMatchObject({ State: 'Updating' });
    await clock.pass(1000);
    expect(await stateOf(TWO)).toBe('Disabled');
  });

  test('tells of a follower that fails', async () => {
    const { call, lambda } = testbed({ onMappingChange: () => Promise.reject(new Error('would not stop')) });
    await call('updateEventSourceMapping', { UUID: ONE, Enabled: false });
    await expect(lambda.settled()).rejects.toThrow('would not stop');
  });

  test('is listed by function, by the very version or alias, and by source', async () => {
    const { call } = testbed();
    const uuids = async (request: object) => {
      const answer = await call('listEventSourceMappings', request);
      return (answer as { EventSourceMappings: { UUID: string }[] }).EventSourceMappings.map(({ UUID }) => UUID);
    };
    expect(await uuids({})).toEqual([ONE, TWO]);
    expect(await uuids({ FunctionName: 'worker' })).toEqual([ONE]);
    expect(await uuids({ FunctionName: 'worker:live' })).toEqual([TWO]);
    expect(await uuids({ FunctionName: `111122223333:function:worker:live` })).toEqual([TWO]);
    expect(await uuids({ EventSourceArn: STREAM })).toEqual([TWO]);
    expect(await uuids({ FunctionName: 'mailer' })).toEqual([]);
  });

  test('is on one page of the list, a hundred at most', async () => {
    const { call, lambda } = testbed();
    for (let index = 0; index < 100; index += 1) {
      lambda.mappings.add({ uuid: `more-${index}`, functionName: 'mailer', eventSourceArn: QUEUE });
    }
    const list = async (request: object) =>
      (await call('listEventSourceMappings', request)) as { EventSourceMappings: object[]; NextMarker?: string };
    const first = await list({ MaxItems: 1000 });
    expect(first.EventSourceMappings).toHaveLength(100);
    const second = await list({ Marker: first.NextMarker });
    expect(second.EventSourceMappings).toMatchObject([{ UUID: 'more-98' }, { UUID: 'more-99' }]);
    expect(second.NextMarker).toBeUndefined();
  });

  test('whose other settings would change is not rehearsed', async () => {
    await expect(testbed().call('updateEventSourceMapping', { UUID: ONE, BatchSize: 5 })).rejects.toThrow(
      'UpdateEventSourceMapping with BatchSize cannot be rehearsed',
    );
  });
});

describe('reserved concurrency', () => {
  test('is put, told of, and deleted', async () => {
    const followed: [string, number | undefined][] = [];
    const { call, lambda } = testbed({
      onConcurrencyChange: async (name, reserved) => {
        followed.push([name, reserved]);
      },
    });
    expect(await call('getFunctionConcurrency', { FunctionName: 'worker' })).toEqual({});
    expect(await call('putFunctionConcurrency', { FunctionName: WORKER, ReservedConcurrentExecutions: 0 })).toEqual({
      ReservedConcurrentExecutions: 0,
    });
    expect(await call('getFunctionConcurrency', { FunctionName: 'worker' })).toEqual({
      ReservedConcurrentExecutions: 0,
    });
    expect(await call('getFunction', { FunctionName: 'worker' })).toMatchObject({
      Configuration: { FunctionName: 'worker', FunctionArn: WORKER, State: 'Active' },
      Concurrency: { ReservedConcurrentExecutions: 0 },
    });
    await call('deleteFunctionConcurrency', { FunctionName: 'worker' });
    expect(await call('getFunction', { FunctionName: 'worker' })).not.toHaveProperty('Concurrency');
    await lambda.settled();
    expect(followed).toEqual([
      ['worker', 0],
      ['worker', undefined],
    ]);
  });

  test('leaves a hundred executions to the others', async () => {
    const { call, refusal } = testbed();
    await call('putFunctionConcurrency', { FunctionName: 'worker', ReservedConcurrentExecutions: 700 });
    expect(
      await refusal('putFunctionConcurrency', { FunctionName: 'worker', ReservedConcurrentExecutions: 701 }),
    ).toEqual({
      error: 'Lambda.InvalidParameterValueException',
      cause: expect.stringContaining('below its minimum value of [100]'),
    });
  });

  test('that was given up may be somebody else’s when it is wanted back', async () => {
    const { call, refusal } = testbed({ concurrencyLimit: 400 });
    await call('putFunctionConcurrency', { FunctionName: 'mailer', ReservedConcurrentExecutions: 0 });
    await call('putFunctionConcurrency', { FunctionName: 'worker', ReservedConcurrentExecutions: 150 });
    const back = { FunctionName: 'mailer', ReservedConcurrentExecutions: 200 };
    expect((await refusal('putFunctionConcurrency', back)).error).toBe('Lambda.InvalidParameterValueException');
  });

  test('can be 0 in an account that has nothing to reserve', async () => {
    const { call } = testbed({ concurrencyLimit: 10 });
    await call('putFunctionConcurrency', { FunctionName: 'worker', ReservedConcurrentExecutions: 0 });
  });
});

test.each([
  [
    'getEventSourceMapping',
    { UUID: '00000000-0000-4000-a000-000000000000' },
    'ResourceNotFoundException',
    'does not exist',
  ],
  [
    'updateEventSourceMapping',
    { UUID: '00000000-0000-4000-a000-000000000000', Enabled: false },
    'ResourceNotFoundException',
    'does not exist',
  ],
  ['listEventSourceMappings', { FunctionName: 'x' }, 'ResourceNotFoundException', 'Function not found: arn:aws:lambda'],
  ['listEventSourceMappings', { Marker: 'x' }, 'InvalidParameterValueException', 'Marker'],
  ['getFunction', { FunctionName: 'x' }, 'ResourceNotFoundException', ':function:x'],
  ['getFunctionConcurrency', { FunctionName: 'x' }, 'ResourceNotFoundException', ':function:x'],
  ['deleteFunctionConcurrency', { FunctionName: 'x' }, 'ResourceNotFoundException', ':function:x'],
  [
    'putFunctionConcurrency',
    { FunctionName: 'worker:live', ReservedConcurrentExecutions: 0 },
    'InvalidParameterValueException',
    'Aliases and versions do not support this operation.',
  ],
  [
    'putFunctionConcurrency',
    { FunctionName: 'worker', ReservedConcurrentExecutions: -1 },
    'InvalidParameterValueException',
    'its value must be at least 0',
  ],
])('%s with %j is refused', async (action, request, error, cause) => {
  expect(await testbed().refusal(action, request)).toEqual({
    error: `Lambda.${error}`,
    cause: expect.stringContaining(cause),
  });
});

test('stopping takes the permission on the mapping, which can be kept to a function, or on the function', async () => {
  const { call, refusal } = testbed();
  const principal = allowing(
    {
      Effect: 'Allow',
      Action: 'lambda:UpdateEventSourceMapping',
      Resource: 'arn:aws:lambda:eu-west-1:111122223333:event-source-mapping:*',
      Condition: { ArnEquals: { 'lambda:FunctionArn': WORKER } },
    },
    { Effect: 'Allow', Action: 'lambda:PutFunctionConcurrency', Resource: WORKER },
  );
  await call('updateEventSourceMapping', { UUID: ONE, Enabled: false }, { principal });
  expect((await refusal('updateEventSourceMapping', { UUID: TWO, Enabled: true }, { principal })).cause).toContain(
    'is not authorized to perform: lambda:UpdateEventSourceMapping',
  );
  const reserve = { ReservedConcurrentExecutions: 0 };
  await call('putFunctionConcurrency', { FunctionName: 'worker', ...reserve }, { principal });
  expect(
    (await refusal('putFunctionConcurrency', { FunctionName: 'mailer', ...reserve }, { principal })).cause,
  ).toContain('is not authorized to perform: lambda:PutFunctionConcurrency');
});
