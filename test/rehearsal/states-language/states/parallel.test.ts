import { block, failure, machine, never, outputOf, run, task } from '../harness';

const pass = (fields: object = {}) => ({ Type: 'Pass', End: true, ...fields });

test('branches run on chains of their own, and the state goes on from the last event of any', async () => {
  const definition = machine({
    Both: {
      Type: 'Parallel',
      Branches: [
        block({ A1: { Type: 'Pass', Next: 'A2' }, A2: pass() }),
        block({ B1: { Type: 'Wait', Seconds: 1, Next: 'B2' }, B2: pass() }),
      ],
      Next: 'After',
    },
    After: pass(),
  });
  const { trace, result } = await run(definition, { input: { x: 'a' } });
  expect(trace).toEqual([
    '1<0 ExecutionStarted',
    '2<0 ParallelStateEntered Both',
    '3<2 ParallelStateStarted',
    '4<3 PassStateEntered A1',
    '5<3 WaitStateEntered B1',
    '6<4 PassStateExited A1',
    '7<6 PassStateEntered A2',
    '8<7 PassStateExited A2',
    '9<5 WaitStateExited B1',
    '10<9 PassStateEntered B2',
    '11<10 PassStateExited B2',
    '12<11 ParallelStateSucceeded',
    '13<11 ParallelStateExited Both',
    '14<13 PassStateEntered After',
    '15<14 PassStateExited After',
    '16<15 ExecutionSucceeded',
  ]);
  expect(result.output).toEqual([{ x: 'a' }, { x: 'a' }]);
});

test('the result is in the order of the branches, however they finish', async () => {
  const branch = (name: string, Seconds: number) =>
    block({ [name]: { Type: 'Wait', Seconds, Output: { from: name }, End: true } });
  const definition = machine({
    All: { Type: 'Parallel', Branches: [branch('slow', 9), branch('fast', 1)], End: true },
  });
  expect(await outputOf(definition)).toEqual([{ from: 'slow' }, { from: 'fast' }]);
});

test('Arguments are what every branch is given', async () => {
  const definition = machine({
    Both: {
      Type: 'Parallel',
      Arguments: { n: '{% $states.input.m + 1 %}' },
      Branches: [block({ One: pass() }), block({ Two: pass({ Output: '{% $states.input.n * 2 %}' }) })],
      Output: '{% $states.result %}',
      End: true,
    },
  });
  expect(await outputOf(definition, { input: { m: 1 } })).toEqual([{ n: 2 }, 4]);
});

const boom = (handlers: object) =>
  machine({
    Try: {
      Type: 'Parallel',
      Branches: [block({ Boom: { Type: 'Fail', Error: 'MyError', Cause: 'my cause' } })],
      ...handlers,
      End: true,
    },
    Done: pass(),
  });

test('a Fail in a branch fails the state with its error and cause', async () => {
  const definition = boom({});
  const { Done, ...States } = definition.States as Record<string, object>;
  const { trace, result } = await run({ ...definition, States });
  expect(Done).toBeDefined();
  expect(result).toMatchObject({ status: 'FAILED', error: 'MyError', cause: 'my cause' });
  expect(trace.slice(2)).toEqual([
    '3<2 ParallelStateStarted',
    '4<3 FailStateEntered Boom',
    '5<4 ParallelStateFailed',
    '6<5 ExecutionFailed',
  ]);
});

test('a retried Parallel starts all its branches again, and fails only once its retries are used up', async () => {
  const definition = boom({
    Retry: [{ ErrorEquals: ['MyError'], MaxAttempts: 1 }],
    Catch: [{ ErrorEquals: ['Other'], Next: 'Done' }],
  });
  const { trace } = await run(definition);
  expect(trace.slice(2)).toEqual([
    '3<2 ParallelStateStarted',
    '4<3 FailStateEntered Boom',
    '5<4 ParallelStateStarted',
    '6<5 FailStateEntered Boom',
    '7<6 ParallelStateFailed',
    '8<7 ExecutionFailed',
  ]);
});

test('a catcher that cannot be evaluated fails the state a second time, and nothing catches that', async () => {
  const definition = boom({
    Catch: [
      { ErrorEquals: ['Other'], Next: 'Done' },
      { ErrorEquals: ['States.ALL'], Output: { v: '{% $states.input.missing %}' }, Next: 'Done' },
    ],
  });
  const { trace, result, execution } = await run(definition);
  expect(trace.slice(2)).toEqual([
    '3<2 ParallelStateStarted',
    '4<3 FailStateEntered Boom',
    '5<4 ParallelStateFailed',
    '6<4 EvaluationFailed',
    '7<6 ParallelStateFailed',
    '8<7 ExecutionFailed',
  ]);
  expect(execution.history[5]?.evaluationFailedEventDetails).toMatchObject({
    location: 'Catch[1]/Output/v',
    state: 'Try',
  });
  expect(result.error).toBe('States.QueryEvaluationError');
});

test('an Output that cannot be evaluated is a failure of the state, which its own Catch takes', async () => {
  const definition = machine({
    Try: {
      Type: 'Parallel',
      Branches: [block({ Fine: pass() })],
      Output: '{% $states.result[7] %}',
      Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Output: { caught: true }, Next: 'Done' }],
      End: true,
    },
    Done: pass(),
  });
  const { trace, result } = await run(definition);
  expect(result.output).toEqual({ caught: true });
  expect(trace.slice(5, 9)).toEqual([
    '6<5 ParallelStateSucceeded',
    '7<6 EvaluationFailed',
    '8<7 ParallelStateFailed',
    '9<8 ParallelStateExited Try',
  ]);
});

describe('when a branch fails', () => {
  const definition = machine({
    Race: {
      Type: 'Parallel',
      Branches: [
        block({
          Long: task({ End: undefined, Next: 'Never', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Never' }] }),
          Never: pass(),
        }),
        block({ Sleeper: { Type: 'Wait', Seconds: 3600, End: true } }),
        block({
          Nested: {
            Type: 'Parallel',
            Branches: [block({ Deep: { Type: 'Wait', Seconds: 3600, End: true } })],
            End: true,
          },
        }),
        block({ Quick: pass() }),
        block({ Soon: { Type: 'Wait', Seconds: 5, Next: 'Bad' }, Bad: { Type: 'Fail', Error: 'E' } }),
      ],
      Catch: [{ ErrorEquals: ['E'], Next: 'Back' }],
      End: true,
    },
    Back: pass(),
  });

  test('the others are stopped where they are: their events end there, and no Catch of theirs runs', async () => {
    let aborted = false;
    const long = ({ signal }: { signal: AbortSignal }) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return never();
    };
    const { execution, trace, result } = await run(JSON.parse(JSON.stringify(definition)), { tasks: { Long: [long] } });
    expect(result.status).toBe('SUCCEEDED');
    expect(result.stopDate.getTime() - result.startDate.getTime()).toBe(5000);
    expect(aborted).toBe(true);
    const failed = execution.history.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === 'Bad');
    const after = trace.slice(failed?.id);
    expect(after.map((line) => line.replace(/^\d+</, ''))).toEqual([
      `${failed?.id} TaskStateAborted`,
      `${failed?.id} WaitStateAborted`,
      `${failed?.id} WaitStateAborted`,
      `${failed?.id} ParallelStateAborted`,
      `${failed?.id} ParallelStateFailed`,
      `${(failed?.id ?? 0) + 5} ParallelStateExited Race`,
      `${(failed?.id ?? 0) + 6} PassStateEntered Back`,
      `${(failed?.id ?? 0) + 7} PassStateExited Back`,
      `${(failed?.id ?? 0) + 8} ExecutionSucceeded`,
    ]);
  });

  test('they stay stopped while the execution goes on', async () => {
    const goesOn = {
      ...definition,
      States: { ...definition.States, Back: { Type: 'Wait', Seconds: 86_400, End: true } },
    };
    const { trace } = await run(JSON.parse(JSON.stringify(goesOn)), { tasks: { Long: [never] } });
    expect(trace.slice(-3).map((line) => line.replace(/^.* /, ''))).toEqual(['Back', 'Back', 'ExecutionSucceeded']);
    expect(trace.join()).not.toMatch(/WaitStateExited (Sleeper|Deep)/);
  });

  test('a stopped task that fails late changes nothing', async () => {
    const long = ({ signal }: { signal: AbortSignal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(failure('Late')));
      });
    const { result, trace } = await run(JSON.parse(JSON.stringify(definition)), { tasks: { Long: [long] } });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'E', Cause: '' } });
    expect(trace.join()).not.toContain('TaskFailed');
  });
});
