import {
  type ExecutionListener,
  parseDefinition,
  SystemClock,
  startExecution,
  type TaskRequest,
  VirtualClock,
} from '../../../rehearsal/states-language';
import { block, failure, machine, never, outputOf, run, start, task, traceOf, typesOf } from './harness';

const pass = (fields: object = {}) => ({ Type: 'Pass', End: true, ...fields });
/** Long enough for everything that can happen without time passing. */
const idle = () => new Promise((resolve) => setImmediate(resolve));

describe('StopExecution', () => {
  const running = () => {
    const signals: AbortSignal[] = [];
    const outcomes: unknown[] = [];
    const hang = ({ signal }: TaskRequest) => {
      signals.push(signal);
      return never();
    };
    const definition = machine({
      Try: {
        Type: 'Parallel',
        Branches: [
          block({ One: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Undo' }] }), Undo: pass() }),
          block({ Two: task() }),
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Back' }],
        End: true,
      },
      Back: pass(),
    });
    const listener: ExecutionListener = { stateExited: ({ name }, outcome) => outcomes.push([name, outcome.kind]) };
    return { execution: start(definition, { tasks: { One: [hang], Two: [hang] }, listener }), signals, outcomes };
  };

  test('ends the execution as ABORTED at once, runs no Catch and stops every branch', async () => {
    const { execution, signals, outcomes } = running();
    await idle();
    expect(execution.status).toBe('RUNNING');
    const result = await execution.stop('Operator', 'changed our mind');
    expect(result).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'changed our mind' });
    expect(execution.status).toBe('ABORTED');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(outcomes).toEqual([
      ['One', 'stopped'],
      ['Two', 'stopped'],
      ['Try', 'stopped'],
    ]);
    const events = execution.history.length;
    await idle();
    expect(execution.history).toHaveLength(events);
    expect(traceOf(execution).at(-1)).toBe(`${events}<0 ExecutionAborted`);
    expect(execution.history.at(-1)?.executionAbortedEventDetails).toEqual({
      error: 'Operator',
      cause: 'changed our mind',
    });
  });

  test('needs neither error nor cause', async () => {
    const { execution } = running();
    await idle();
    const { error, cause } = await execution.stop();
    expect([error, cause]).toEqual([undefined, undefined]);
    expect(execution.history.at(-1)?.executionAbortedEventDetails).toEqual({});
  });

  test('comes in time even before the first state', async () => {
    const execution = start(machine({ S: task() }), { tasks: { S: [() => Promise.reject(new Error('was run'))] } });
    expect((await execution.stop()).status).toBe('ABORTED');
    await idle();
    expect(typesOf(execution)).toEqual(['ExecutionStarted', 'ExecutionAborted']);
  });

  test('does nothing to an execution that has ended', async () => {
    const execution = start(machine({ S: pass() }));
    const ended = await execution.result;
    expect(await execution.stop()).toBe(ended);
    expect(typesOf(execution).at(-1)).toBe('ExecutionSucceeded');
  });

  test('ends a wait and a retry’s backoff, too', async () => {
    for (const [fields, answer] of [
      [{ Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 3600 }] }, failure('E')],
      [{ TimeoutSeconds: 3600 }, never],
    ] as const) {
      const frozen = {
        now: () => 0,
        sleep: (_: number, { signal }: { signal: AbortSignal }) =>
          new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      };
      const execution = start(machine({ Ask: task(fields) }), { clock: frozen, tasks: { Ask: [answer] } });
      await idle();
      expect((await execution.stop()).status).toBe('ABORTED');
    }
  });
});

describe('the execution’s TimeoutSeconds', () => {
  test('ends it as TIMED_OUT, without error or cause, and runs no Catch', async () => {
    const definition = machine(
      { Ask: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Back' }] }), Back: pass() },
      { TimeoutSeconds: 90 },
    );
    const { result, trace, execution } = await run(definition, { tasks: { Ask: [never] } });
    expect(result.status).toBe('TIMED_OUT');
    expect([result.error, result.cause]).toEqual([undefined, undefined]);
    expect(result.stopDate.getTime() - result.startDate.getTime()).toBe(90_000);
    expect(trace.at(-1)).toBe('5<0 ExecutionTimedOut');
    expect(execution.history.at(-1)?.executionTimedOutEventDetails).toEqual({ error: 'States.Timeout' });
  });

  test('is not felt by an execution that ends in time', async () => {
    expect(
      (await run(machine({ S: { Type: 'Wait', Seconds: 89, End: true } }, { TimeoutSeconds: 90 }))).result.status,
    ).toBe('SUCCEEDED');
  });
});

describe('the context object', () => {
  test('tells of the execution, the machine and the state', async () => {
    const definition = machine({
      Pause: { Type: 'Wait', Seconds: 5, Next: 'Look' },
      Look: pass({ Output: '{% $states.context %}' }),
    });
    const output = await outputOf(definition, {
      input: { a: 1 },
      name: 'run-1',
      stateMachineArn: 'arn:aws:states:eu-west-1:210987654321:stateMachine:Cutover',
      roleArn: 'arn:aws:iam::210987654321:role/Cutover',
    });
    expect(output).toEqual({
      Execution: {
        Id: 'arn:aws:states:eu-west-1:210987654321:execution:Cutover:run-1',
        Input: { a: 1 },
        Name: 'run-1',
        RoleArn: 'arn:aws:iam::210987654321:role/Cutover',
        StartTime: '2026-01-01T00:00:00.000Z',
        RedriveCount: 0,
      },
      StateMachine: { Id: 'arn:aws:states:eu-west-1:210987654321:stateMachine:Cutover', Name: 'Cutover' },
      State: { Name: 'Look', EnteredTime: '2026-01-01T00:00:05.000Z' },
    });
  });

  test('has the item at hand within a Map, and the innermost one within two', async () => {
    const definition = machine({
      Outer: {
        Type: 'Map',
        Items: '{% $states.input %}',
        ItemProcessor: block({
          Inner: {
            Type: 'Map',
            Items: '{% $states.input %}',
            ItemProcessor: block({ Look: pass({ Output: '{% $states.context.Map.Item %}' }) }),
            Output: { inner: '{% $states.result %}', at: '{% $states.context.Map.Item.Index %}' },
            End: true,
          },
        }),
        End: true,
      },
    });
    expect(await outputOf(definition, { input: [['a'], ['b']] })).toEqual([
      { inner: [{ Index: 0, Value: 'a' }], at: 0 },
      { inner: [{ Index: 0, Value: 'b' }], at: 1 },
    ]);
  });
});

describe('256 KiB', () => {
  const most = 'x'.repeat(262_142);
  const tooMuch = `${most}x`;

  test('of input are taken, and no more', async () => {
    const start = (input: string) =>
      startExecution(parseDefinition(machine({ S: pass() })), { input, taskHandler: never, clock: new VirtualClock() });
    expect((await start(most).result).status).toBe('SUCCEEDED');
    expect(() => start(tooMuch)).toThrow('has 262145 bytes; accepted are 262144');
    expect(() => start('ä'.repeat(131_072))).toThrow('has 262146 bytes');
  });

  test.each<[string, object, unknown, string]>([
    [
      'a task’s result',
      machine({ Ask: task() }),
      tooMuch,
      "The state/task 'aws-sdk:route53' returned a result with a size exceeding the maximum number of bytes service limit.",
    ],
    [
      'a task’s arguments',
      machine({ Ask: task({ Arguments: { v: '{% $pad("x", 262143, "x") %}' } }) }),
      {},
      "The state/task 'Ask' was given an input",
    ],
    [
      'a state’s output',
      machine({ Ask: pass({ Output: '{% $pad("x", 262143, "x") %}' }) }),
      {},
      "The state/task 'Ask' returned a result",
    ],
    [
      'the variables of one Assign',
      machine({ Ask: pass({ Assign: { a: '{% $pad("x", 131072, "x") %}', b: '{% $pad("x", 131072, "x") %}' } }) }),
      {},
      "The state 'Ask' assigned variables of more than 262144 bytes.",
    ],
    [
      'an iteration’s input',
      machine({
        Ask: {
          Type: 'Map',
          Items: '{% [1] %}',
          ItemSelector: '{% $pad("x", 262143, "x") %}',
          ItemProcessor: block({ In: pass({ Output: { small: true } }) }),
          End: true,
        },
      }),
      {},
      "The state/task 'Ask' was given an input",
    ],
    [
      'a Parallel’s result, though each branch fits',
      machine({
        Ask: {
          Type: 'Parallel',
          Branches: ['A', 'B'].map((name) => block({ [name]: pass({ Output: '{% $pad("x", 131072, "x") %}' }) })),
          Output: { small: true },
          End: true,
        },
      }),
      {},
      "The state/task 'Ask' returned a result",
    ],
  ])('%s beyond is States.DataLimitExceeded', async (_, definition, answer, cause) => {
    const { result } = await run(definition, { tasks: { Ask: [() => answer] } });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(result.cause).toContain(cause);
  });

  test('a result just within is taken', async () => {
    expect((await run(machine({ Ask: task() }), { tasks: { Ask: [() => most] } })).result.status).toBe('SUCCEEDED');
  });

  test('10 MiB are the end of all variables together', async () => {
    const states = Array.from({ length: 45 }, (_, i) => [
      `S${i}`,
      { Type: 'Pass', Assign: { [`v${i}`]: '{% $states.input %}' }, Next: `S${i + 1}` },
    ]);
    const definition = machine({ ...Object.fromEntries(states), S45: { Type: 'Succeed' } });
    const { result, execution } = await run(definition, { input: most.slice(10) });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(execution.transitions).toBe(41);
  });
});

test('25,000 events are the most an execution has, and the last says so', async () => {
  const definition = machine({
    Loop: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'Out' }], Default: 'Loop' },
    Out: { Type: 'Succeed' },
  });
  const { result, execution, trace } = await run(definition);
  const cause = 'The execution reached the maximum number of history events (25000).';
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.Runtime', cause });
  expect(execution.history).toHaveLength(25_000);
  expect(trace.at(-1)).toBe('25000<24999 ExecutionFailed');
});

describe('a listener', () => {
  test('follows states, retries and events as they happen, branch by branch', async () => {
    const seen: string[] = [];
    const listener: ExecutionListener = {
      event: ({ type }) => seen.push(`event ${type}`),
      stateEntered: ({ name, type, branch }) => seen.push(`enter ${[...branch, name].join('/')} (${type})`),
      retrying: ({ name }, { error, delaySeconds }) => seen.push(`retry ${name} after ${error} in ${delaySeconds} s`),
      stateExited: ({ name }, outcome) => seen.push(`leave ${name}: ${outcome.kind}`),
    };
    const definition = machine({
      Try: { Type: 'Parallel', Branches: [block({ Ask: task({ Retry: [{ ErrorEquals: ['E'] }] }) })], Next: 'Stop' },
      Stop: { Type: 'Fail', Error: 'Over' },
    });
    await run(definition, { listener, tasks: { Ask: [failure('E'), {}] } });
    expect(seen).toEqual([
      'event ExecutionStarted',
      'event ParallelStateEntered',
      'enter Try (Parallel)',
      'event ParallelStateStarted',
      'event TaskStateEntered',
      'enter Try[0]/Ask (Task)',
      'event TaskScheduled',
      'event TaskStarted',
      'event TaskFailed',
      'retry Ask after E in 1 s',
      'event TaskScheduled',
      'event TaskStarted',
      'event TaskSucceeded',
      'event TaskStateExited',
      'leave Ask: succeeded',
      'event ParallelStateSucceeded',
      'event ParallelStateExited',
      'leave Try: succeeded',
      'event FailStateEntered',
      'enter Stop (Fail)',
      'leave Stop: failed',
      'event ExecutionFailed',
    ]);
  });

  test('that throws ends the execution’s promise, and nothing runs on', async () => {
    const listener: ExecutionListener = {
      stateExited: () => {
        throw new Error('the view is broken');
      },
    };
    await expect(start(machine({ S: pass() }), { listener }).result).rejects.toThrow('the view is broken');
  });
});

test('in real time, waits that are shortened count as if they had lasted', async () => {
  const definition = machine({
    Begin: { Type: 'Pass', Assign: { until: '{% $millis() + 86400000 %}' }, Next: 'Watch' },
    Watch: { Type: 'Wait', Seconds: 3600, Next: 'Over?' },
    'Over?': { Type: 'Choice', Choices: [{ Condition: '{% $millis() >= $until %}', Next: 'Done' }], Default: 'Watch' },
    Done: { Type: 'Succeed' },
  });
  const clock = new SystemClock((seconds, { state, reason }) => (state === 'Watch' && reason === 'wait' ? 0 : seconds));
  const { result, execution } = await run(definition, { clock });
  expect(result.status).toBe('SUCCEEDED');
  expect(typesOf(execution).filter((type) => type === 'WaitStateEntered')).toHaveLength(24);
});
