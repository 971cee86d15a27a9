import { type Json, VirtualClock } from '../../../rehearsal/states-language';
import { block, failure, machine, never, outputOf, type RunOptions, run, task } from './harness';

/** Seconds from the start of the execution at which each attempt began. */
async function attempts(fields: object, errors: readonly string[], options: RunOptions = {}) {
  const begun: number[] = [];
  let attempt = 0;
  const definition = machine({
    Ask: task({
      ...fields,
      Catch: [{ ErrorEquals: ['States.ALL'], Output: { gaveUp: '{% $states.errorOutput.Error %}' }, Next: 'Z' }],
    }),
    Z: { Type: 'Pass', End: true },
  });
  const clock = options.clock ?? new VirtualClock();
  const started = clock.now();
  const { result, execution } = await run(definition, {
    clock,
    ...options,
    tasks: {
      Ask: [
        () => {
          begun.push((clock.now() - started) / 1000);
          const error = errors[attempt++];
          if (error === undefined) return { done: true };
          throw failure(error);
        },
      ],
    },
  });
  return { begun, output: result.output as Json, transitions: execution.transitions };
}

describe('Retry', () => {
  const retry = (...Retry: object[]) => ({ Retry });

  test.each<[string, object, readonly string[], readonly number[]]>([
    [
      'three times after 1, 2 and 4 seconds by default',
      retry({ ErrorEquals: ['E'] }),
      ['E', 'E', 'E', 'E'],
      [0, 1, 3, 7],
    ],
    [
      'the specification’s first example: after 3 and 6 seconds',
      retry({ ErrorEquals: ['E'], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 2 }),
      ['E', 'E'],
      [0, 3, 9],
    ],
    [
      'and its second: no wait longer than MaxDelaySeconds',
      retry({ ErrorEquals: ['E'], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 2, MaxDelaySeconds: 4 }),
      ['E', 'E'],
      [0, 3, 7],
    ],
    [
      'at a steady pace with BackoffRate 1',
      retry({ ErrorEquals: ['E'], IntervalSeconds: 5, BackoffRate: 1 }),
      ['E', 'E', 'E'],
      [0, 5, 10, 15],
    ],
    ['not at all with MaxAttempts 0', retry({ ErrorEquals: ['E'], MaxAttempts: 0 }), ['E'], [0]],
    ['not an error it does not name', retry({ ErrorEquals: ['Other'] }), ['E'], [0]],
    ['every error by States.ALL', retry({ ErrorEquals: ['States.ALL'] }), ['A', 'B'], [0, 1, 3]],
    ['a failed task by States.TaskFailed', retry({ ErrorEquals: ['States.TaskFailed'] }), ['A'], [0, 1]],
    [
      'all but an excepted error',
      retry({ ErrorEquals: ['E'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }),
      ['A', 'E'],
      [0, 1],
    ],
    [
      'the specification’s complex scenario: each retrier counts for itself',
      retry(
        { ErrorEquals: ['ErrorA', 'ErrorB'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
        { ErrorEquals: ['ErrorC'], IntervalSeconds: 5 },
      ),
      ['ErrorA', 'ErrorB', 'ErrorC', 'ErrorB'],
      [0, 1, 3, 8],
    ],
  ])('%s', async (_, fields, errors, expected) => {
    expect((await attempts(fields, errors)).begun).toEqual(expected);
  });

  test('used up, hands over to Catch', async () => {
    const { output } = await attempts(retry({ ErrorEquals: ['E'], MaxAttempts: 1 }), ['E', 'E']);
    expect(output).toEqual({ gaveUp: 'E' });
  });

  test('JitterStrategy FULL draws each wait from 0 to what it would have been', async () => {
    const fields = retry({ ErrorEquals: ['E'], IntervalSeconds: 8, BackoffRate: 2, JitterStrategy: 'FULL' });
    expect((await attempts(fields, ['E', 'E'], { random: () => 0.25 })).begun).toEqual([0, 2, 6]);
    expect((await attempts(fields, ['E', 'E'], { random: () => 0 })).begun).toEqual([0, 0, 0]);
  });

  test('counts as a state transition each time', async () => {
    expect((await attempts(retry({ ErrorEquals: ['E'] }), ['E', 'E'])).transitions).toBe(3);
    expect((await attempts({}, [])).transitions).toBe(1);
  });

  test('starts from scratch when the state is entered again', async () => {
    const definition = machine({
      Ask: task({
        End: undefined,
        Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['E'], Next: 'Again' }],
        Next: 'Done',
      }),
      Again: { Type: 'Wait', Seconds: 1, Next: 'Ask' },
      Done: { Type: 'Succeed' },
    });
    const tasks = { Ask: [failure('E'), failure('E'), failure('E'), { ok: true }] };
    expect(await outputOf(JSON.parse(JSON.stringify(definition)), { tasks })).toEqual({ ok: true });
  });
});

describe('ErrorEquals', () => {
  const caughtBy = async (name: string, ask: object, answer: () => unknown) => {
    const definition = machine({
      Ask: task({ ...ask, Catch: [{ ErrorEquals: [name], Next: 'Caught' }] }),
      Caught: { Type: 'Pass', Output: { caught: '{% $states.input.Error %}' }, End: true },
    });
    const { result } = await run(definition, { tasks: { Ask: [answer] } });
    return result.status === 'SUCCEEDED' ? result.output : result.error;
  };
  const throws = (error: string) => () => {
    throw failure(error, 'why');
  };
  const huge = () => 'x'.repeat(300_000);
  const undef = { Arguments: { v: '{% $states.input.missing %}' } };

  test.each<[string, string, object, () => unknown, unknown]>([
    ['States.ALL', 'a task’s own error', {}, throws('E'), { caught: 'E' }],
    ['States.TaskFailed', 'a task’s own error', {}, throws('E'), { caught: 'E' }],
    ['States.Timeout', 'a time-out', { TimeoutSeconds: 1 }, never, { caught: 'States.Timeout' }],
    ['States.Timeout', 'a lapsed heartbeat', { HeartbeatSeconds: 1 }, never, { caught: 'States.Timeout' }],
    ['States.HeartbeatTimeout', 'a lapsed heartbeat', { HeartbeatSeconds: 1 }, never, { caught: 'States.Timeout' }],
    ['States.ALL', 'a lapsed heartbeat', { HeartbeatSeconds: 1 }, never, { caught: 'States.Timeout' }],
    [
      'States.QueryEvaluationError',
      'an expression without result',
      undef,
      never,
      { caught: 'States.QueryEvaluationError' },
    ],
    ['States.TaskFailed', 'an expression without result', undef, never, { caught: 'States.QueryEvaluationError' }],
    ['States.DataLimitExceeded', 'a result of more than 256 KiB', {}, huge, { caught: 'States.DataLimitExceeded' }],
  ])('%s takes %s', async (name, _, ask, answer, expected) => {
    expect(await caughtBy(name, ask, answer)).toEqual(expected);
  });

  test.each<[string, string, object, () => unknown, string]>([
    ['States.TaskFailed', 'a time-out', { TimeoutSeconds: 1 }, never, 'States.Timeout'],
    ['States.TaskFailed', 'a lapsed heartbeat', { HeartbeatSeconds: 1 }, never, 'States.Timeout'],
    ['States.HeartbeatTimeout', 'a time-out', { TimeoutSeconds: 1 }, never, 'States.Timeout'],
    ['States.ALL', 'a result of more than 256 KiB', {}, huge, 'States.DataLimitExceeded'],
    ['States.TaskFailed', 'a result of more than 256 KiB', {}, huge, 'States.DataLimitExceeded'],
    ['states.all', 'anything: names are case-sensitive', {}, throws('E'), 'E'],
    [
      'Rds',
      'what merely begins with it',
      {},
      throws('Rds.DbClusterNotFoundException'),
      'Rds.DbClusterNotFoundException',
    ],
  ])('%s does not take %s', async (name, _, ask, answer, error) => {
    expect(await caughtBy(name, ask, answer)).toBe(error);
  });
});

describe('Catch', () => {
  const twoCatchers = machine({
    Ask: task({
      Catch: [
        {
          ErrorEquals: ['java.lang.Exception'],
          Output: "{% $merge([ $states.input, {'error-info': $states.errorOutput} ]) %}",
          Next: 'RecoveryState',
        },
        {
          ErrorEquals: ['States.ALL'],
          Assign: { isCritical: '{% $contains($lowercase($states.errorOutput.Error), /.*fatal.*/) %}' },
          Next: 'EndMachine',
        },
      ],
      Assign: { isCritical: 'not evaluated' },
    }),
    RecoveryState: { Type: 'Pass', End: true },
    EndMachine: { Type: 'Pass', Output: { critical: '{% $isCritical %}', error: '{% $states.input %}' }, End: true },
  });

  test('the first catcher that matches decides, with its own Output', async () => {
    const tasks = { Ask: [failure('java.lang.Exception', 'oops')] };
    expect(await outputOf(twoCatchers, { input: { a: 1 }, tasks })).toEqual({
      a: 1,
      'error-info': { Error: 'java.lang.Exception', Cause: 'oops' },
    });
  });

  test('its Assign counts instead of the state’s, and without Output the error output is handed on', async () => {
    expect(await outputOf(twoCatchers, { tasks: { Ask: [failure('My.FatalThing')] } })).toEqual({
      critical: true,
      error: { Error: 'My.FatalThing', Cause: '' },
    });
  });

  test('a failure without cause has an empty one, so that a Catch can read it', async () => {
    const definition = machine({
      Ask: task({
        TimeoutSeconds: 1,
        Catch: [
          { ErrorEquals: ['States.ALL'], Output: { said: "{% 'cause: ' & $states.errorOutput.Cause %}" }, Next: 'End' },
        ],
      }),
      End: { Type: 'Succeed' },
    });
    expect(await outputOf(definition, { tasks: { Ask: [never] } })).toEqual({ said: 'cause: ' });
  });

  test('the caught state is left with its catcher’s output, on the way to its Next', async () => {
    const seen: unknown[] = [];
    const { trace } = await run(twoCatchers, {
      tasks: { Ask: [failure('java.lang.Exception', 'oops')] },
      listener: { stateExited: ({ name }, outcome) => seen.push([name, outcome]) },
    });
    expect(trace.slice(4)).toEqual([
      '5<4 TaskFailed',
      '6<5 TaskStateExited Ask',
      '7<6 PassStateEntered RecoveryState',
      '8<7 PassStateExited RecoveryState',
      '9<8 ExecutionSucceeded',
    ]);
    expect(seen[0]).toEqual([
      'Ask',
      { kind: 'caught', error: 'java.lang.Exception', cause: 'oops', next: 'RecoveryState' },
    ]);
  });

  test('a result that Output cannot be made of is retried and caught like any failure of the state', async () => {
    const definition = machine({
      Ask: task({
        Output: '{% $states.result.wanted %}',
        Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
      }),
      Caught: { Type: 'Pass', Output: { caught: true }, End: true },
    });
    expect(await outputOf(definition, { tasks: { Ask: [{}, { wanted: 7 }] } })).toBe(7);
    expect(await outputOf(definition, { tasks: { Ask: [{}] } })).toEqual({ caught: true });
  });

  test('States.Runtime is beyond any catcher and retrier, even by its own name', async () => {
    const definition = machine({
      Try: {
        Type: 'Parallel',
        Branches: [
          block({
            Pick: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'Ok' }] },
            Ok: { Type: 'Succeed' },
          }),
        ],
        Retry: [{ ErrorEquals: ['States.Runtime'] }],
        Catch: [{ ErrorEquals: ['States.Runtime'], Next: 'Back' }],
        End: true,
      },
      Back: { Type: 'Pass', End: true },
    });
    expect((await run(definition)).result).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });
});
