import { loadAssembly } from '../../../../rehearsal/assembly';
import { EventBridge, type RuleTarget } from '../../../../rehearsal/aws/eventbridge/eventbridge';
import { executionStatusChange } from '../../../../rehearsal/aws/eventbridge/execution-event';
import { eventRule } from '../../../../rehearsal/aws/eventbridge/rules-of-assembly';
import type { ExecutionView } from '../../../../rehearsal/aws/sfn/executions';
import { removeTemporaryFolders, writeAssembly } from '../../assembly/written-assembly';
import { callerOf, testEnvironment } from '../stage';

afterAll(removeTemporaryFolders);

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:cutover';

const execution = (more: Partial<ExecutionView>): ExecutionView => ({
  executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:cutover:one',
  stateMachineArn: MACHINE,
  name: 'one',
  status: 'ABORTED',
  startedAt: 0,
  stoppedAt: 1,
  input: '{"action":"cutover"}',
  ...more,
});

function stage(fail?: string) {
  const { environment } = testEnvironment();
  const invoked: { target: RuleTarget; input: string }[] = [];
  const eventbridge = new EventBridge({
    environment,
    invoke: (target, input) => {
      invoked.push({ target, input });
      return fail === undefined ? Promise.resolve() : Promise.reject(new Error(fail));
    },
  });
  eventbridge.addRule({
    name: 'recover',
    enabled: true,
    pattern: { source: ['aws.states'], detail: { stateMachineArn: [MACHINE], status: ['ABORTED', 'TIMED_OUT'] } },
    targets: [{ arn: MACHINE, roleArn: 'arn:role', input: '{"action":"recover"}' }],
  });
  return {
    ...callerOf(environment, eventbridge),
    eventbridge,
    invoked,
    happens: (more: Partial<ExecutionView>) => eventbridge.put(executionStatusChange(execution(more), environment)),
  };
}

test('a matching event reaches the rule’s target with its constant input', async () => {
  const { happens, invoked, eventbridge } = stage();
  await happens({ status: 'ABORTED' });
  expect(invoked).toEqual([
    { target: expect.objectContaining({ arn: MACHINE, roleArn: 'arn:role' }), input: '{"action":"recover"}' },
  ]);
  expect(eventbridge.deliveries).toMatchObject([{ rule: 'recover', target: MACHINE, error: undefined }]);
});

test('an event that does not match reaches nobody', async () => {
  const { happens, invoked } = stage();
  await happens({ status: 'SUCCEEDED' });
  await happens({ stateMachineArn: `${MACHINE}-other` });
  expect(invoked).toEqual([]);
});

test('a disabled rule rests until it is enabled', async () => {
  const { happens, invoked, call } = stage();
  await call('disableRule', { Name: 'recover' });
  await happens({});
  expect(invoked).toEqual([]);
  expect(await call('describeRule', { Name: 'recover' })).toMatchObject({ State: 'DISABLED' });
  await call('enableRule', { Name: 'recover' });
  await happens({});
  expect(invoked).toHaveLength(1);
});

test('an unknown rule is refused', async () => {
  expect(await stage().refusal('disableRule', { Name: 'x' })).toEqual({
    error: 'EventBridge.ResourceNotFoundException',
    cause: 'Rule x does not exist on EventBus default.',
  });
});

test('a target that refuses is told of', async () => {
  const { happens, eventbridge } = stage('not authorized to perform: states:StartExecution');
  await happens({});
  expect(eventbridge.deliveries).toMatchObject([{ error: 'not authorized to perform: states:StartExecution' }]);
});

test('an execution’s event carries what Step Functions documents, and leaves long texts out', () => {
  const { environment } = testEnvironment();
  expect(executionStatusChange(execution({ status: 'FAILED', error: 'E', cause: 'C' }), environment)).toMatchObject({
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    resources: ['arn:aws:states:eu-west-1:111122223333:execution:cutover:one'],
    detail: {
      status: 'FAILED',
      error: 'E',
      cause: 'C',
      input: '{"action":"cutover"}',
      inputDetails: { included: true },
      output: null,
    },
  });
  const long = executionStatusChange(execution({ input: JSON.stringify('x'.repeat(250 * 1024)) }), environment);
  expect(long.detail).toMatchObject({ input: null, inputDetails: { included: false } });
});

describe('a rule of the assembly', () => {
  const rule = (target: object, more: object = {}) =>
    loadAssembly(
      writeAssembly({
        App: {
          Resources: {
            Rule: {
              Type: 'AWS::Events::Rule',
              Properties: { EventPattern: { source: ['aws.states'] }, State: 'ENABLED', Targets: [target], ...more },
            },
          },
        },
      }),
    ).resources('AWS::Events::Rule')[0];

  test('is read with its pattern and targets', () => {
    const resource = rule({ Id: 'T', Arn: MACHINE, RoleArn: 'arn:role', Input: '{}' });
    expect(resource && eventRule(resource)).toMatchObject({
      enabled: true,
      pattern: { source: ['aws.states'] },
      targets: [{ arn: MACHINE, roleArn: 'arn:role', input: '{}' }],
    });
  });

  test('with what is not supported is refused by name', () => {
    const resource = rule({ Id: 'T', Arn: MACHINE, InputTransformer: {} });
    expect(() => resource && eventRule(resource)).toThrow(
      'has a target with InputTransformer, which is not supported here.',
    );
  });
});
