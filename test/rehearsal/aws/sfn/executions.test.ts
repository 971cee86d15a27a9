import type { ExecutionView } from '../../../../rehearsal/aws/sfn/executions';
import { Sfn } from '../../../../rehearsal/aws/sfn/sfn';
import { allowing, callerOf, testEnvironment } from '../test-environment';

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:cutover';
const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:cutover';

function testbed(endShownAfterMs = 0) {
  const { clock, environment } = testEnvironment();
  const executions: ExecutionView[] = [];
  const sfn = new Sfn({
    environment,
    activityArns: [],
    runner: {
      stateMachineArns: [MACHINE],
      executions: () => executions,
      start: (execution) => {
        executions.unshift({ ...execution, status: 'RUNNING', startedAt: clock.now() });
      },
      stop: (arn, error, cause) => {
        const index = executions.findIndex(({ executionArn }) => executionArn === arn);
        const execution = executions[index];
        if (execution !== undefined) {
          executions[index] = {
            ...execution,
            status: 'ABORTED',
            stoppedAt: clock.now(),
            ...(error && { error }),
            ...(cause && { cause }),
          };
        }
        return Promise.resolve();
      },
    },
    endShownAfterMs,
  });
  return { clock, ...callerOf(environment, sfn) };
}

test('an execution is started, described, listed and stopped', async () => {
  const { call } = testbed();
  const started = await call('startExecution', {
    stateMachineArn: MACHINE,
    name: 'one',
    input: '{"action":"cutover"}',
  });
  expect(started).toMatchObject({ executionArn: `${EXECUTION}:one`, startDate: expect.any(Date) });
  expect(await call('describeExecution', { executionArn: `${EXECUTION}:one` })).toMatchObject({
    status: 'RUNNING',
    input: '{"action":"cutover"}',
    stateMachineArn: MACHINE,
  });
  await call('stopExecution', { executionArn: `${EXECUTION}:one`, error: 'Operator', cause: 'by hand' });
  expect(await call('describeExecution', { executionArn: `${EXECUTION}:one` })).toMatchObject({
    status: 'ABORTED',
    error: 'Operator',
    stopDate: expect.any(Date),
  });
  const list = (statusFilter: string) => call('listExecutions', { stateMachineArn: MACHINE, statusFilter });
  expect(await list('ABORTED')).toMatchObject({ executions: [{ name: 'one', status: 'ABORTED' }] });
  expect(await list('RUNNING')).toEqual({ executions: [] });
});

test('starting the same again means the same execution, another input is in its way', async () => {
  const { call, refusal } = testbed();
  const start = (input: string) => ({ stateMachineArn: MACHINE, name: 'one', input });
  await call('startExecution', start('{}'));
  expect(await call('startExecution', start('{}'))).toMatchObject({ executionArn: `${EXECUTION}:one` });
  expect((await refusal('startExecution', start('{"a":1}'))).error).toBe('Sfn.ExecutionAlreadyExistsException');
  await call('stopExecution', { executionArn: `${EXECUTION}:one` });
  expect((await refusal('startExecution', start('{}'))).error).toBe('Sfn.ExecutionAlreadyExistsException');
});

test('an execution without a name gets one', async () => {
  expect(await testbed().call('startExecution', { stateMachineArn: MACHINE })).toMatchObject({
    executionArn: expect.stringMatching(/:execution:cutover:[0-9a-f-]{36}$/),
  });
});

test.each([
  ['startExecution', { stateMachineArn: `${MACHINE}x` }, 'Sfn.StateMachineDoesNotExistException'],
  ['startExecution', { stateMachineArn: 'cutover' }, 'Sfn.InvalidArnException'],
  ['startExecution', { stateMachineArn: MACHINE, input: '{' }, 'Sfn.InvalidExecutionInputException'],
  ['startExecution', { stateMachineArn: MACHINE, input: `"${'x'.repeat(262_144)}"` }, 'Sfn.ValidationException'],
  ['startExecution', { stateMachineArn: MACHINE, name: 'a b' }, 'Sfn.InvalidNameException'],
  ['startExecution', { stateMachineArn: MACHINE, name: 'x'.repeat(81) }, 'Sfn.ValidationException'],
  ['describeExecution', { executionArn: `${EXECUTION}:none` }, 'Sfn.ExecutionDoesNotExistException'],
  ['describeExecution', { executionArn: MACHINE }, 'Sfn.InvalidArnException'],
  ['stopExecution', { executionArn: `${EXECUTION}:none` }, 'Sfn.ExecutionDoesNotExistException'],
  ['listExecutions', { stateMachineArn: `${MACHINE}x` }, 'Sfn.StateMachineDoesNotExistException'],
  ['listExecutions', { stateMachineArn: MACHINE, nextToken: 'x' }, 'Sfn.InvalidTokenException'],
])('%s with %j is refused', async (action, request, error) => {
  expect((await testbed().refusal(action, request)).error).toBe(error);
});

test('lists page', async () => {
  const { call } = testbed();
  for (const name of ['a', 'b', 'c']) {
    await call('startExecution', { stateMachineArn: MACHINE, name });
  }
  const first = (await call('listExecutions', { stateMachineArn: MACHINE, maxResults: 2 })) as { nextToken: string };
  expect(first).toMatchObject({ executions: [{ name: 'c' }, { name: 'b' }], nextToken: expect.any(String) });
  expect(
    await call('listExecutions', { stateMachineArn: MACHINE, maxResults: 2, nextToken: first.nextToken }),
  ).toMatchObject({
    executions: [{ name: 'a' }],
  });
});

test('describing takes the permission on the execution', async () => {
  const { call, refusal } = testbed();
  await call('startExecution', { stateMachineArn: MACHINE, name: 'one' });
  const allowed = allowing({ Effect: 'Allow', Action: 'states:DescribeExecution', Resource: `${EXECUTION}:*` });
  await call('describeExecution', { executionArn: `${EXECUTION}:one` }, { principal: allowed });
  const machineOnly = allowing({ Effect: 'Allow', Action: 'states:DescribeExecution', Resource: MACHINE });
  expect(
    (await refusal('describeExecution', { executionArn: `${EXECUTION}:one` }, { principal: machineOnly })).error,
  ).toBe('Sfn.SfnException');
});

// @see docs/aws-facts.md#sfn-describe-execution-lags
test('an execution that has ended may be described as running for a while', async () => {
  const { clock, call } = testbed(5_000);
  await call('startExecution', { stateMachineArn: MACHINE, name: 'one' });
  await call('stopExecution', { executionArn: `${EXECUTION}:one`, error: 'Operator', cause: 'by hand' });
  const described = () => call('describeExecution', { executionArn: `${EXECUTION}:one` });
  await clock.pass(4_999);
  expect(await described()).toMatchObject({ status: 'RUNNING' });
  expect(await described()).not.toHaveProperty('error');
  await clock.pass(1);
  expect(await described()).toMatchObject({ status: 'ABORTED', error: 'Operator' });
});
