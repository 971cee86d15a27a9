import { TaskFailure } from '../../../../rehearsal/states-language';
import { checkOptimizedTask } from './check-optimized-task';
import { faultOf, stageOf } from './state-machine-testbed';

const THEIRS = 'arn:aws:states:eu-west-1:111122223333:stateMachine:quiesce-search';
const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:quiesce-search:n';
const RULE = 'arn:aws:events:eu-west-1:111122223333:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule';

const task = (resource: string, more: object = {}) => ({
  Resource: `arn:aws:states:::${resource}`,
  Arguments: { StateMachineArn: THEIRS, Name: 'n', Input: { indexes: 3 }, ...more },
});

const theirs = (run: (input: unknown, signal: AbortSignal) => Promise<unknown>) => ({
  scripted: [{ arn: THEIRS, run }],
});
const paused = theirs(async (input) => ({ paused: (input as { indexes: number }).indexes }));

const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource }) as const;

describe('a nested execution', () => {
  test('waited for gives its output, parsed by .sync:2', async () => {
    const { output } = await stageOf(task('states:startExecution.sync:2'), paused).run();
    expect(JSON.parse(output ?? '')).toMatchObject({
      ExecutionArn: EXECUTION,
      StateMachineArn: THEIRS,
      Name: 'n',
      Status: 'SUCCEEDED',
      Input: '{"indexes":3}',
      Output: { paused: 3 },
      StartDate: expect.any(Number),
      StopDate: expect.any(Number),
    });
  });

  test('waited for gives its output as text by .sync', async () => {
    const { output } = await stageOf(task('states:startExecution.sync'), paused).run();
    expect(JSON.parse(output ?? '').Output).toBe('{"paused":3}');
  });

  test('that fails fails the task, with its description as cause', async () => {
    const failing = theirs(() => Promise.reject(new TaskFailure('Search.Busy', 'reindexing')));
    const { error, cause } = await stageOf(task('states:startExecution.sync:2'), failing).run();
    expect(error).toBe('States.TaskFailed');
    expect(JSON.parse(cause ?? '')).toMatchObject({ Status: 'FAILED', Error: 'Search.Busy', Cause: 'reindexing' });
  });

  test('is stopped with the execution that waits for it', async () => {
    const stopped: boolean[] = [];
    const staged = stageOf(
      task('states:startExecution.sync:2'),
      theirs(
        (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(stopped.push(true)))),
      ),
    );
    const ends = staged.run();
    while (staged.outside.executions(THEIRS).length === 0) await new Promise((resolve) => setImmediate(resolve));
    await staged.call('stopExecution', { executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:cutover:one' });
    expect((await ends).status).toBe('ABORTED');
    while (stopped.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(staged.outside.executions(THEIRS)).toMatchObject([{ status: 'ABORTED' }]);
  });

  test('started and left alone gives its name', async () => {
    const { output } = await stageOf(task('states:startExecution'), paused).run();
    expect(JSON.parse(output ?? '')).toMatchObject({ ExecutionArn: EXECUTION, StartDate: expect.any(String) });
  });

  test('of the SDK integration takes its input as text', async () => {
    const sdk = task('aws-sdk:sfn:startExecution', { Input: '{"indexes":3}' });
    expect(JSON.parse((await stageOf(sdk, paused).run()).output ?? '')).toMatchObject({ ExecutionArn: EXECUTION });
    expect(await stageOf(task('aws-sdk:sfn:startExecution'), paused).run()).toMatchObject({ error: 'States.Runtime' });
  });

  test('of a state machine that is gone fails under its optimized name', async () => {
    expect(await stageOf(task('states:startExecution.sync:2')).run()).toMatchObject({
      error: 'StepFunctions.StateMachineDoesNotExistException',
    });
  });
});

describe('permissions of a nested execution', () => {
  const start = allow('states:StartExecution', THEIRS);
  const follow = allow('states:*', EXECUTION.replace(/n$/, '*'));
  const rule = allow('events:*', RULE);

  test('are those for the state machine, its executions and the rule that tells of them', async () => {
    const statements = [start, follow, rule];
    expect((await stageOf(task('states:startExecution.sync:2'), { ...paused, statements }).run()).status).toBe(
      'SUCCEEDED',
    );
    expect((await stageOf(task('states:startExecution'), { ...paused, statements: [start] }).run()).status).toBe(
      'SUCCEEDED',
    );
  });

  test('without the rule the definition could not be deployed, which no Catch hides', async () => {
    const statements = [start, follow, allow('events:PutRule', RULE)];
    const staged = stageOf(task('states:startExecution.sync:2'), { ...paused, statements });
    expect(await faultOf(staged)).toContain(
      `not authorized to create managed-rule: it lacks events:PutTargets, events:DescribeRule on ${RULE}`,
    );
  });

  test('without StartExecution the task fails', async () => {
    const statements = [follow, rule];
    expect(await stageOf(task('states:startExecution.sync:2'), { ...paused, statements }).run()).toMatchObject({
      error: expect.stringMatching(/^StepFunctions\./),
      cause: expect.stringContaining(`states:StartExecution on resource: ${THEIRS}`),
    });
  });
});

test('the check of a definition accepts a nested execution, and finds what is wrong with one', () => {
  const resource = 'arn:aws:states:::states:startExecution';
  const given = { StateMachineArn: THEIRS, Input: '{% $states.input %}' };
  for (const pattern of ['', '.sync', '.sync:2']) expect(checkOptimizedTask(resource + pattern, given)).toEqual([]);
  expect(checkOptimizedTask(resource, { Input: {} })).toMatchObject([{ kind: 'missing-parameter' }]);
  expect(checkOptimizedTask(resource, { ...given, input: {} })).toMatchObject([{ kind: 'unknown-parameter' }]);
  expect(checkOptimizedTask(`${resource}.waitForTaskToken`, given)).toMatchObject([{ kind: 'no-task-token' }]);
  expect(checkOptimizedTask(`${resource}.sync:3`, given)).toMatchObject([{ kind: 'unknown-pattern' }]);
});
