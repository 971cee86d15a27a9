import { StateMachines } from '../../../../rehearsal/aws/integration/state-machines';
import type { ExecutionStatus, ExecutionView } from '../../../../rehearsal/aws/sfn/executions';
import { Sfn } from '../../../../rehearsal/aws/sfn/sfn';
import { allowing, callerOf, testEnvironment } from '../test-environment';

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:cutover';
const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:cutover:one';
const DAY_MS = 24 * 60 * 60 * 1000;

/** An account with one execution, as it is told. */
function stageWith(more: Partial<ExecutionView>) {
  const { clock, environment } = testEnvironment();
  let execution: ExecutionView = {
    executionArn: EXECUTION,
    stateMachineArn: MACHINE,
    name: 'one',
    status: 'FAILED',
    startedAt: clock.now(),
    stoppedAt: clock.now(),
    input: '{}',
    ...more,
  };
  const sfn = new Sfn({
    environment,
    activityArns: [],
    runner: {
      stateMachineArns: [MACHINE],
      executions: () => [execution],
      start: () => undefined,
      stop: () => Promise.resolve(),
      redrive: () => {
        const { redriveCount = 0 } = execution;
        execution = { ...execution, status: 'RUNNING', redriveCount: redriveCount + 1, redrivenAt: clock.now() };
      },
    },
  });
  return { clock, ...callerOf(environment, sfn) };
}

test.each<ExecutionStatus>(['FAILED', 'ABORTED', 'TIMED_OUT'])('one that is %s is taken up again', async (status) => {
  const { call } = stageWith({ status });
  const described = () => call('describeExecution', { executionArn: EXECUTION });
  expect(await described()).toMatchObject({ redriveStatus: 'REDRIVABLE', redriveCount: 0 });
  expect(await call('redriveExecution', { executionArn: EXECUTION })).toEqual({ redriveDate: expect.any(Date) });
  expect(await described()).toMatchObject({ status: 'RUNNING', redriveCount: 1, redriveDate: expect.any(Date) });
  const listed = (redriveFilter: string) => call('listExecutions', { stateMachineArn: MACHINE, redriveFilter });
  expect(await listed('REDRIVEN')).toMatchObject({ executions: [{ name: 'one', redriveCount: 1 }] });
  expect(await listed('NOT_REDRIVEN')).toEqual({ executions: [] });
});

test.each<[string, Partial<ExecutionView>, number, string]>([
  ['runs', { status: 'RUNNING' }, 0, 'Execution is RUNNING and cannot be redriven'],
  ['has succeeded', { status: 'SUCCEEDED' }, 0, 'Execution is SUCCEEDED and cannot be redriven'],
  ['ended more than 14 days ago', {}, 14 * DAY_MS + 1, 'Execution redrivable period exceeded'],
  ['has no room for events', { events: 24_999 }, 0, 'Execution history event limit exceeded'],
])('one that %s is not', async (_what, more, passedMs, reason) => {
  const { call, refusal, clock } = stageWith(more);
  await clock.pass(passedMs);
  expect(await refusal('redriveExecution', { executionArn: EXECUTION })).toEqual({
    error: 'Sfn.ExecutionNotRedrivableException',
    cause: expect.stringContaining(reason),
  });
  expect(await call('describeExecution', { executionArn: EXECUTION })).toMatchObject({
    redriveStatus: 'NOT_REDRIVABLE',
    redriveStatusReason: reason,
  });
});

test('14 days later it still is', async () => {
  const { call, clock } = stageWith({});
  await clock.pass(14 * DAY_MS);
  await call('redriveExecution', { executionArn: EXECUTION });
});

test('a request that is sent again with its token is answered, and not carried out', async () => {
  const { call, refusal, clock } = stageWith({});
  const request = { executionArn: EXECUTION, clientToken: 'once' };
  const first = await call('redriveExecution', request);
  await clock.pass(60_000);
  expect(await call('redriveExecution', request)).toEqual(first);
  await clock.pass(15 * 60_000);
  expect((await refusal('redriveExecution', request)).error).toBe('Sfn.ExecutionNotRedrivableException');
});

test('who may not is refused, and so is what is not there', async () => {
  const { refusal } = stageWith({});
  const by = allowing({ Effect: 'Allow', Action: 'states:StartExecution', Resource: '*' });
  expect((await refusal('redriveExecution', { executionArn: EXECUTION }, { principal: by })).error).toBe(
    'Sfn.SfnException',
  );
  expect((await refusal('redriveExecution', { executionArn: `${EXECUTION}2` })).error).toBe(
    'Sfn.ExecutionDoesNotExistException',
  );
});

test('it goes on where it failed, with its variables, its history and its count', async () => {
  const { environment } = testEnvironment();
  let works = false;
  const machines: StateMachines = new StateMachines({
    machines: [
      {
        arn: MACHINE,
        roleArn: 'arn:aws:iam::111122223333:role/Machine',
        definition: {
          QueryLanguage: 'JSONata',
          StartAt: 'Remember',
          States: {
            Remember: { Type: 'Pass', Assign: { known: 7 }, Next: 'Work' },
            Work: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sts:getCallerIdentity', Next: 'Tell' },
            Tell: { Type: 'Succeed', Output: '{% [$known, $states.context.Execution.RedriveCount] %}' },
          },
        },
      },
    ],
    taskHandler: () => (works ? Promise.resolve({}) : Promise.reject(new Error('unused'))),
    onStatusChange: () => undefined,
    onFault: () => undefined,
  });
  const sfn = new Sfn({ environment, activityArns: [], runner: machines });
  const { call } = callerOf(environment, sfn);
  const { executionArn = '' } = (await call('startExecution', { stateMachineArn: MACHINE, name: 'one' })) as {
    executionArn?: string;
  };
  await call('stopExecution', { executionArn });
  works = true;
  await call('redriveExecution', { executionArn });
  await machines.ended(executionArn);
  expect(await call('describeExecution', { executionArn })).toMatchObject({
    status: 'SUCCEEDED',
    redriveCount: 1,
    redriveStatus: 'NOT_REDRIVABLE',
  });
  const types = machines.history(executionArn).map(({ type }) => type);
  expect(types.filter((type) => type === 'ExecutionStarted')).toHaveLength(1);
  expect(types.indexOf('ExecutionRedriven')).toBeGreaterThan(types.indexOf('ExecutionAborted'));
});
