import { type TaskRequest, VirtualClock } from '../../../../rehearsal/states-language';
import { ACTIVITY, block, failure, machine, never, outputOf, run, start, task, typesOf } from '../harness';

const APPROVE = 'arn:aws:states:::sns:publish.waitForTaskToken';

test('an SDK integration is scheduled, started and succeeds with its result', async () => {
  const definition = machine({ Ask: task({ Arguments: { Id: '{% $states.input.id %}' }, TimeoutSeconds: 30 }) });
  const { result, trace, execution } = await run(definition, {
    input: { id: 'C1' },
    tasks: { Ask: [{ Status: 'INSYNC' }] },
  });
  expect(result.output).toEqual({ Status: 'INSYNC' });
  expect(trace).toEqual([
    '1<0 ExecutionStarted',
    '2<0 TaskStateEntered Ask',
    '3<2 TaskScheduled',
    '4<3 TaskStarted',
    '5<4 TaskSucceeded',
    '6<5 TaskStateExited Ask',
    '7<6 ExecutionSucceeded',
  ]);
  expect(execution.history[2]?.taskScheduledEventDetails).toEqual({
    resourceType: 'aws-sdk:route53',
    resource: 'getChange',
    region: 'us-east-1',
    parameters: '{"Id":"C1"}',
    timeoutInSeconds: 30,
  });
  expect(execution.history[4]?.taskSucceededEventDetails).toEqual({
    resourceType: 'aws-sdk:route53',
    resource: 'getChange',
    output: '{"Status":"INSYNC"}',
    outputDetails: { truncated: false },
  });
});

test('the handler is told what to do, for which state, at which attempt', async () => {
  const seen: TaskRequest[] = [];
  const definition = machine({ Ask: task({ Arguments: { a: 1 }, Retry: [{ ErrorEquals: ['X'] }] }) });
  const answer = (request: TaskRequest) => {
    seen.push(request);
    if (seen.length === 1) throw failure('X');
    return {};
  };
  await run(definition, { tasks: { Ask: [answer] } });
  expect(
    seen.map(({ stateName, retryCount, resource, arguments: given, taskToken }) => ({
      stateName,
      retryCount,
      resource,
      given,
      taskToken,
    })),
  ).toEqual([
    { stateName: 'Ask', retryCount: 0, resource: 'arn:aws:states:::aws-sdk:route53:getChange', given: { a: 1 } },
    { stateName: 'Ask', retryCount: 1, resource: 'arn:aws:states:::aws-sdk:route53:getChange', given: { a: 1 } },
  ]);
  expect(seen[0]?.integration).toMatchObject({ kind: 'service', service: 'route53', action: 'getChange', sdk: true });
  expect(seen[1]?.context.State).toEqual({ Name: 'Ask', EnteredTime: '2026-01-01T00:00:00.000Z', RetryCount: 1 });
});

test('without Arguments the task is given the state’s input', async () => {
  const definition = machine({ Ask: { ...task(), Arguments: undefined } });
  expect(
    await outputOf(JSON.parse(JSON.stringify(definition)), {
      input: { a: 1 },
      tasks: { Ask: [(r: TaskRequest) => r.arguments] },
    }),
  ).toEqual({ a: 1 });
});

test('$states.result is the result, in Output and in Assign', async () => {
  const definition = machine({
    Ask: task({
      End: undefined,
      Output: '{% $states.result.n + 1 %}',
      Assign: { n: '{% $states.result.n %}' },
      Next: 'Tell',
    }),
    Tell: { Type: 'Pass', Output: '{% [$states.input, $n] %}', End: true },
  });
  expect(await outputOf(JSON.parse(JSON.stringify(definition)), { tasks: { Ask: [{ n: 4 }] } })).toEqual([5, 4]);
});

test('a result is what it would be over the wire: dates are strings', async () => {
  const answer = () => ({ at: new Date(0), gone: undefined });
  expect(await outputOf(machine({ Ask: task() }), { tasks: { Ask: [answer] } })).toEqual({
    at: '1970-01-01T00:00:00.000Z',
  });
});

test('a failed task ends the execution with its error and cause, unchanged', async () => {
  const { result, trace } = await run(machine({ Ask: task() }), {
    tasks: { Ask: [failure('Route53.NoSuchChangeException', 'No such change')] },
  });
  expect(result).toMatchObject({ status: 'FAILED', error: 'Route53.NoSuchChangeException', cause: 'No such change' });
  expect(trace.slice(3)).toEqual(['4<3 TaskStarted', '5<4 TaskFailed', '6<5 ExecutionFailed']);
});

test('arguments that cannot be evaluated fail the state before the task is scheduled, once an attempt', async () => {
  const definition = machine({
    Ask: task({
      Arguments: { Id: '{% $states.input.missing %}' },
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
    }),
  });
  const { result, trace, execution } = await run(definition);
  const cause =
    "An error occurred while executing the state 'Ask' (entered at the event id #2). The JSONata expression '$states.input.missing' specified for the field 'Arguments/Id' returned nothing (undefined).";
  expect(result).toMatchObject({ error: 'States.QueryEvaluationError', cause });
  expect(trace.slice(1)).toEqual([
    '2<0 TaskStateEntered Ask',
    '3<2 EvaluationFailed',
    '4<3 EvaluationFailed',
    '5<4 ExecutionFailed',
  ]);
  expect(execution.history[3]?.evaluationFailedEventDetails).toEqual({
    error: 'States.QueryEvaluationError',
    cause,
    location: 'Arguments/Id',
    state: 'Ask',
  });
});

test('a fault of the handler is nobody’s to catch', async () => {
  const definition = machine({
    Ask: task({ Retry: [{ ErrorEquals: ['States.ALL'] }], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Back' }] }),
    Back: { Type: 'Pass', End: true },
  });
  const broken = () => {
    throw new TypeError('the fake is broken');
  };
  await expect(start(definition, { tasks: { Ask: [broken] } }).result).rejects.toThrow('the fake is broken');
  await expect(start(definition, { tasks: { Ask: [() => undefined] } }).result).rejects.toThrow('gave no JSON value');
});

describe('TimeoutSeconds', () => {
  test('ends the task with States.Timeout, without a cause', async () => {
    const { result, trace, execution } = await run(machine({ Ask: task({ TimeoutSeconds: 5 }) }), {
      tasks: { Ask: [never] },
    });
    expect(result.status).toBe('FAILED');
    expect([result.error, result.cause]).toEqual(['States.Timeout', undefined]);
    expect(result.stopDate.getTime() - result.startDate.getTime()).toBe(5000);
    expect(trace.slice(3)).toEqual(['4<3 TaskStarted', '5<4 TaskTimedOut', '6<5 ExecutionFailed']);
    expect(execution.history[4]?.taskTimedOutEventDetails).toEqual({
      resourceType: 'aws-sdk:route53',
      resource: 'getChange',
      error: 'States.Timeout',
    });
  });

  test('may be an expression, which must give a positive integer', async () => {
    const definition = machine({ Ask: task({ TimeoutSeconds: '{% $states.input.t %}' }) });
    const { result, execution } = await run(definition, { input: { t: 7 }, tasks: { Ask: [never] } });
    expect(result.error).toBe('States.Timeout');
    expect(execution.history[2]?.taskScheduledEventDetails?.timeoutInSeconds).toBe(7);
    const { result: zero } = await run(definition, { input: { t: 0 }, tasks: { Ask: [never] } });
    expect(zero.error).toBe('States.QueryEvaluationError');
  });

  test('aborts the request’s signal at once, so that a late answer is known to be late', async () => {
    let signal: AbortSignal | undefined;
    const answer = (request: TaskRequest) => {
      signal = request.signal;
      return never();
    };
    const definition = machine({
      Ask: task({ TimeoutSeconds: 5, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Look' }] }),
      Look: task({ Arguments: {} }),
    });
    const late = () => ({ late: signal?.aborted });
    expect(await outputOf(definition, { tasks: { Ask: [answer], Look: [late] } })).toEqual({ late: true });
  });

  test('is not felt by a task that is done in time', async () => {
    const definition = machine({
      Ask: task({ TimeoutSeconds: 5, End: undefined, Next: 'Long' }),
      Long: { Type: 'Wait', Seconds: 60, End: true },
    });
    expect((await run(JSON.parse(JSON.stringify(definition)), { tasks: { Ask: [{}] } })).result.status).toBe(
      'SUCCEEDED',
    );
  });
});

describe('an activity', () => {
  const activity = (fields: object = {}) => task({ Resource: ACTIVITY, Arguments: { verb: 'redis.stop' }, ...fields });

  test('is scheduled, started by a worker, and succeeds', async () => {
    const answer = ({ started }: TaskRequest) => {
      started('host-1');
      return { stopped: 1 };
    };
    const { trace, execution } = await run(machine({ Stop: activity({ HeartbeatSeconds: 10, TimeoutSeconds: 60 }) }), {
      tasks: { Stop: [answer] },
    });
    expect(trace).toEqual([
      '1<0 ExecutionStarted',
      '2<0 TaskStateEntered Stop',
      '3<2 ActivityScheduled',
      '4<3 ActivityStarted',
      '5<4 ActivitySucceeded',
      '6<5 TaskStateExited Stop',
      '7<6 ExecutionSucceeded',
    ]);
    expect(execution.history[2]?.activityScheduledEventDetails).toEqual({
      resource: ACTIVITY,
      input: '{"verb":"redis.stop"}',
      inputDetails: { truncated: false },
      timeoutInSeconds: 60,
      heartbeatInSeconds: 10,
    });
    expect(execution.history[3]?.activityStartedEventDetails).toEqual({ workerName: 'host-1' });
  });

  test('that is answered by a handler which names no worker has been started all the same', async () => {
    const { execution } = await run(machine({ Stop: activity() }), { tasks: { Stop: [{}] } });
    expect(typesOf(execution).slice(2, 5)).toEqual(['ActivityScheduled', 'ActivityStarted', 'ActivitySucceeded']);
    expect(execution.history[3]?.activityStartedEventDetails).toEqual({});
  });

  test('gets a token of its own with every attempt, which the definition never sees', async () => {
    const tokens: (string | undefined)[] = [];
    const answer = ({ taskToken, context }: TaskRequest) => {
      tokens.push(taskToken);
      expect(context.Task).toBeUndefined();
      throw failure('Agent.Failed');
    };
    await run(machine({ Stop: activity({ Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }] }) }), {
      tasks: { Stop: [answer] },
    });
    expect(new Set(tokens).size).toBe(3);
    expect(tokens).not.toContain(undefined);
  });

  test('that no worker takes waits on, whatever its TimeoutSeconds and HeartbeatSeconds: only the execution’s own end it', async () => {
    const definition = machine(
      { Stop: activity({ TimeoutSeconds: 60, HeartbeatSeconds: 10 }) },
      { TimeoutSeconds: 7200 },
    );
    const { result, execution } = await run(definition, { tasks: { Stop: [never] } });
    expect(result.status).toBe('TIMED_OUT');
    expect(typesOf(execution)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'ActivityScheduled',
      'ExecutionTimedOut',
    ]);
  });

  test('whose worker falls silent is States.Timeout, and a heartbeat time-out to Retry and Catch', async () => {
    const answer = ({ started }: TaskRequest) => {
      started();
      return never();
    };
    const { result, trace } = await run(machine({ Stop: activity({ HeartbeatSeconds: 10 }) }), {
      tasks: { Stop: [answer] },
    });
    expect([result.error, result.cause]).toEqual(['States.Timeout', undefined]);
    expect(trace.slice(3)).toEqual(['4<3 ActivityStarted', '5<4 ActivityTimedOut', '6<5 ExecutionFailed']);
    expect(result.stopDate.getTime() - result.startDate.getTime()).toBe(10_000);
  });

  test('lives on with each heartbeat, up to TimeoutSeconds', async () => {
    const clock = new VirtualClock();
    const worker = { reason: 'wait', state: 'worker', signal: new AbortController().signal } as const;
    const beat = async ({ started, heartbeat, signal }: TaskRequest) => {
      started();
      while (!signal.aborted) {
        await clock.sleep(9, worker);
        heartbeat();
      }
    };
    const { result } = await run(machine({ Stop: activity({ HeartbeatSeconds: 10, TimeoutSeconds: 60 }) }), {
      clock,
      tasks: { Stop: [beat] },
    });
    expect(result.error).toBe('States.Timeout');
    expect(result.stopDate.getTime() - result.startDate.getTime()).toBe(60_000);
  });

  test('that fails is an ActivityFailed with the worker’s error and cause', async () => {
    const { result, trace } = await run(machine({ Stop: activity() }), {
      tasks: { Stop: [failure('Agent.WritesContinue', 'still moving')] },
    });
    expect(result).toMatchObject({ error: 'Agent.WritesContinue', cause: 'still moving' });
    expect(trace.slice(2)).toEqual([
      '3<2 ActivityScheduled',
      '4<3 ActivityStarted',
      '5<4 ActivityFailed',
      '6<5 ExecutionFailed',
    ]);
  });
});

describe('.waitForTaskToken', () => {
  const approve = (fields: object = {}) =>
    task({ Resource: APPROVE, Arguments: { Message: '{% $states.context.Task.Token %}' }, ...fields });

  test('hands the token out through the context object, and waits for the answer', async () => {
    const answer = ({ taskToken, arguments: given, submitted }: TaskRequest) => {
      expect(given).toEqual({ Message: taskToken });
      submitted({ MessageId: 'M' });
      return { approved: true };
    };
    const { trace, result, execution } = await run(machine({ Approve: approve() }), { tasks: { Approve: [answer] } });
    expect(result.output).toEqual({ approved: true });
    expect(trace.slice(2, 6)).toEqual([
      '3<2 TaskScheduled',
      '4<3 TaskStarted',
      '5<4 TaskSubmitted',
      '6<5 TaskSucceeded',
    ]);
    expect(execution.history[4]?.taskSubmittedEventDetails).toEqual({
      resourceType: 'sns',
      resource: 'publish.waitForTaskToken',
      output: '{"MessageId":"M"}',
      outputDetails: { truncated: false },
    });
  });

  test('a lapsed heartbeat is TaskTimedOut with States.Timeout', async () => {
    const { result, execution } = await run(
      machine({ Approve: approve({ HeartbeatSeconds: 5, TimeoutSeconds: 600 }) }),
      { tasks: { Approve: [never] } },
    );
    expect(result.error).toBe('States.Timeout');
    expect(execution.history[2]?.taskScheduledEventDetails).toMatchObject({
      heartbeatInSeconds: 5,
      timeoutInSeconds: 600,
    });
    expect(typesOf(execution).slice(-2)).toEqual(['TaskTimedOut', 'ExecutionFailed']);
  });

  test('other tasks have no token in their context', async () => {
    const definition = machine({ Ask: task({ Arguments: { t: '{% $exists($states.context.Task) %}' } }) });
    expect(await outputOf(definition, { tasks: { Ask: [(r: TaskRequest) => r.arguments] } })).toEqual({ t: false });
  });
});

test('a Lambda function by its ARN has events of its own', async () => {
  const Resource = 'arn:aws:lambda:us-east-1:123456789012:function:Hello';
  const definition = machine({ Call: task({ Resource, TimeoutSeconds: 5 }) });
  expect(typesOf((await run(definition, { tasks: { Call: [{}] } })).execution).slice(2, 5)).toEqual([
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionSucceeded',
  ]);
  expect(typesOf((await run(definition, { tasks: { Call: [failure('E')] } })).execution)).toContain(
    'LambdaFunctionFailed',
  );
  expect(typesOf((await run(definition, { tasks: { Call: [never] } })).execution)).toContain('LambdaFunctionTimedOut');
});

test.each([
  ['arn:aws:states:::http:invoke', 'http', 'invoke', 'requestResponse'],
  ['arn:aws:states:::ecs:runTask.sync', 'ecs', 'runTask.sync', 'sync'],
  ['arn:aws:states:::states:startExecution.sync:2', 'states', 'startExecution.sync:2', 'sync'],
  [
    'arn:aws-cn:states:::aws-sdk:elasticache:describeReplicationGroups',
    'aws-sdk:elasticache',
    'describeReplicationGroups',
    'requestResponse',
  ],
])('passes %s through to the handler', async (Resource, resourceType, resource, pattern) => {
  const seen: TaskRequest[] = [];
  const answer = (request: TaskRequest) => {
    seen.push(request);
    return {};
  };
  await run(machine({ Call: task({ Resource }) }), { tasks: { Call: [answer] } });
  expect(seen[0]?.integration).toMatchObject({ arn: Resource, resourceType, resource, pattern });
});

test('a task in a branch that ends the branch is aborted in history', async () => {
  const { trace } = await run(
    machine({
      Try: {
        Type: 'Parallel',
        Branches: [block({ Send: task() })],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Handled' }],
        End: true,
      },
      Handled: { Type: 'Pass', End: true },
    }),
    { tasks: { Send: [failure('SQS.QueueDoesNotExistException', 'The specified queue does not exist.')] } },
  );
  expect(trace.slice(3)).toEqual([
    '4<3 TaskStateEntered Send',
    '5<4 TaskScheduled',
    '6<5 TaskStarted',
    '7<6 TaskFailed',
    '8<7 TaskStateAborted',
    '9<7 ParallelStateFailed',
    '10<9 ParallelStateExited Try',
    '11<10 PassStateEntered Handled',
    '12<11 PassStateExited Handled',
    '13<12 ExecutionSucceeded',
  ]);
});
