import { loadAssembly } from '../../../../rehearsal/assembly';
import { EventBridge } from '../../../../rehearsal/aws/eventbridge/eventbridge';
import { executionStatusChange } from '../../../../rehearsal/aws/eventbridge/execution-event';
import type { EventRule, RuleTarget } from '../../../../rehearsal/aws/eventbridge/rule';
import { eventRule } from '../../../../rehearsal/aws/eventbridge/rules-of-assembly';
import type { ExecutionView } from '../../../../rehearsal/aws/sfn/executions';
import { removeTemporaryFolders, writeAssembly } from '../../assembly/written-assembly';
import { allowing, callerOf, testEnvironment } from '../test-environment';

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

const NIGHTLY: EventRule = {
  name: 'nightly',
  pattern: undefined,
  schedule: 'cron(0 3 * * ? *)',
  description: 'Reports',
  targets: [{ arn: 'arn:queue', roleArn: undefined, input: undefined }],
};
const CLOUDTRAIL = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

function testbed(fail?: string) {
  const { environment, clock } = testEnvironment();
  const changed: string[] = [];
  const invoked: { target: RuleTarget; input: string }[] = [];
  const eventbridge = new EventBridge({
    environment,
    invoke: (target, input) => {
      invoked.push({ target, input });
      return fail === undefined ? Promise.resolve() : Promise.reject(new Error(fail));
    },
    onChange: async ({ name }, enabled) => {
      changed.push(`${name} ${enabled ? 'on' : 'off'}`);
    },
  });
  eventbridge.addRule({
    name: 'recover',
    pattern: { source: ['aws.states'], detail: { stateMachineArn: [MACHINE], status: ['ABORTED', 'TIMED_OUT'] } },
    targets: [{ arn: MACHINE, roleArn: 'arn:role', input: '{"action":"recover"}' }],
  });
  return {
    ...callerOf(environment, eventbridge),
    eventbridge,
    clock,
    invoked,
    changed,
    happens: (more: Partial<ExecutionView>) => eventbridge.put(executionStatusChange(execution(more), environment)),
  };
}

test('a matching event reaches the rule’s target with its constant input', async () => {
  const { happens, invoked, eventbridge } = testbed();
  await happens({ status: 'ABORTED' });
  expect(invoked).toEqual([
    { target: expect.objectContaining({ arn: MACHINE, roleArn: 'arn:role' }), input: '{"action":"recover"}' },
  ]);
  expect(eventbridge.deliveries).toMatchObject([{ rule: 'recover', target: MACHINE, error: undefined }]);
});

test('an event that does not match reaches nobody', async () => {
  const { happens, invoked } = testbed();
  await happens({ status: 'SUCCEEDED' });
  await happens({ stateMachineArn: `${MACHINE}-other` });
  expect(invoked).toEqual([]);
});

test('a disabled rule may match for another minute, and rests then until it is enabled', async () => {
  const { happens, invoked, call, clock } = testbed();
  await call('disableRule', { Name: 'recover' });
  await happens({});
  expect(invoked.splice(0)).toHaveLength(1);
  await clock.pass(60_000);
  await happens({});
  expect(invoked).toEqual([]);
  expect(await call('describeRule', { Name: 'recover' })).toMatchObject({ State: 'DISABLED' });
  await call('enableRule', { Name: 'recover' });
  await happens({});
  expect(invoked).toHaveLength(1);
});

test('an unknown rule is refused', async () => {
  expect(await testbed().refusal('disableRule', { Name: 'x' })).toEqual({
    error: 'EventBridge.ResourceNotFoundException',
    cause: 'Rule x does not exist on EventBus default.',
  });
});

test('anyone who stands for a rule follows when it is enabled or disabled, and not when it was so before', async () => {
  const { call, changed, eventbridge } = testbed();
  await call('enableRule', { Name: 'recover' });
  await call('disableRule', { Name: 'recover' });
  await call('disableRule', { Name: 'recover' });
  await call('enableRule', { Name: 'recover' });
  await eventbridge.settled();
  expect(changed).toEqual(['recover off', 'recover on']);
});

test('a rule on a schedule fires with a scheduled event, unless it was disabled a minute before', async () => {
  const { call, eventbridge, invoked, clock } = testbed();
  eventbridge.addRule(NIGHTLY);
  await call('disableRule', { Name: 'nightly' });
  await clock.pass(59_999);
  await eventbridge.fire('nightly');
  expect(invoked.splice(0)).toHaveLength(1);
  await clock.pass(1);
  await eventbridge.fire('nightly');
  expect(invoked).toEqual([]);
  await call('enableRule', { Name: 'nightly' });
  await eventbridge.fire('nightly');
  expect(JSON.parse(invoked[0]?.input ?? '')).toMatchObject({
    source: 'aws.events',
    'detail-type': 'Scheduled Event',
    resources: ['arn:aws:events:eu-west-1:111122223333:rule/nightly'],
  });
});

test('enabling a rule that had CloudTrail’s management events loses them; PutRule brings them back', async () => {
  const { call, eventbridge, happens, invoked } = testbed();
  const state = async () => ((await call('describeRule', { Name: 'audit' })) as { State: string }).State;
  const pattern = { source: ['aws.states'] };
  eventbridge.addRule({ ...NIGHTLY, name: 'audit', state: CLOUDTRAIL, schedule: 'rate(1 day)', pattern });
  await happens({ status: 'SUCCEEDED' });
  expect(invoked).toHaveLength(1);
  await call('disableRule', { Name: 'audit' });
  await call('enableRule', { Name: 'audit' });
  expect(await state()).toBe('ENABLED');
  await call('putRule', { Name: 'audit', EventPattern: JSON.stringify(pattern), State: CLOUDTRAIL });
  expect(await state()).toBe(CLOUDTRAIL);
});

test('PutRule forgets what the request leaves out, enables the rule, and keeps its targets', async () => {
  const { call, eventbridge, invoked } = testbed();
  eventbridge.addRule({ ...NIGHTLY, state: 'DISABLED' });
  await call('putRule', { Name: 'nightly', ScheduleExpression: 'rate(5 minutes)' });
  expect(await call('describeRule', { Name: 'nightly' })).toEqual({
    Name: 'nightly',
    Arn: 'arn:aws:events:eu-west-1:111122223333:rule/nightly',
    EventBusName: 'default',
    State: 'ENABLED',
    ScheduleExpression: 'rate(5 minutes)',
    CreatedBy: '111122223333',
  });
  await eventbridge.fire('nightly');
  expect(invoked).toHaveLength(1);
});

test('a rule of a bus of its own is found there alone, by the bus’s name or ARN', async () => {
  const { call, refusal, eventbridge } = testbed();
  eventbridge.addRule({ name: 'paid', bus: 'orders', pattern: { source: ['shop'] }, targets: [] });
  const arn = 'arn:aws:events:eu-west-1:111122223333:event-bus/orders';
  await call('disableRule', { Name: 'paid', EventBusName: arn });
  expect(await call('describeRule', { Name: 'paid', EventBusName: 'orders' })).toMatchObject({
    Arn: 'arn:aws:events:eu-west-1:111122223333:rule/orders/paid',
    State: 'DISABLED',
  });
  expect((await refusal('describeRule', { Name: 'paid' })).cause).toBe('Rule paid does not exist on EventBus default.');
});

test('rules are listed by bus and prefix, page by page', async () => {
  const { call, eventbridge } = testbed();
  eventbridge.addRule(NIGHTLY);
  eventbridge.addRule({ ...NIGHTLY, name: 'night-watch' });
  const list = async (more: object) =>
    (await call('listRules', { NamePrefix: 'night', Limit: 1, ...more })) as { Rules: object[]; NextToken?: string };
  const first = await list({});
  expect(first.Rules).toMatchObject([{ Name: 'night-watch' }]);
  const second = await list({ NextToken: first.NextToken });
  expect(second.Rules).toMatchObject([{ Name: 'nightly', ScheduleExpression: 'cron(0 3 * * ? *)' }]);
  expect(second.NextToken).toBeUndefined();
});

test.each([
  ['disableRule', { Name: 'managed' }, 'ManagedRuleException', 'was created by ecs.amazonaws.com'],
  ['enableRule', { Name: 'managed' }, 'ManagedRuleException', 'only that service can change it'],
  ['putRule', { Name: 'managed', ScheduleExpression: 'rate(1 day)' }, 'ManagedRuleException', 'only that service'],
  ['putRule', { Name: 'new' }, 'EventBridgeException', 'EventPattern or ScheduleExpression must be specified.'],
  ['putRule', { Name: 'new', ScheduleExpression: 'rate(0 days)' }, 'EventBridgeException', 'is not valid'],
  ['putRule', { Name: 'new', EventPattern: '[]' }, 'InvalidEventPatternException', 'Filter is not an object'],
  ['putRule', { Name: 'new', EventPattern: '{' }, 'InvalidEventPatternException', 'it is no JSON'],
  [
    'putRule',
    { Name: 'new', EventBusName: 'orders', ScheduleExpression: 'rate(1 day)' },
    'ResourceNotFoundException',
    'Event bus orders does not exist.',
  ],
  ['listRules', { EventBusName: 'nowhere' }, 'ResourceNotFoundException', 'Event bus nowhere does not exist.'],
  ['listRules', { Limit: 101 }, 'EventBridgeException', 'from 1 to 100'],
])('%s with %j is refused', async (action, request, error, cause) => {
  const { refusal, eventbridge } = testbed();
  eventbridge.addRule({ ...NIGHTLY, name: 'managed', managedBy: 'ecs.amazonaws.com' });
  expect(await refusal(action, request)).toEqual({
    error: `EventBridge.${error}`,
    cause: expect.stringContaining(cause),
  });
});

test('disabling takes the permission on the rule', async () => {
  const { call, refusal, eventbridge } = testbed();
  eventbridge.addRule(NIGHTLY);
  const arn = 'arn:aws:events:eu-west-1:111122223333:rule/nightly';
  const principal = allowing({ Effect: 'Allow', Action: 'events:DisableRule', Resource: arn });
  await call('disableRule', { Name: 'nightly' }, { principal });
  expect((await refusal('disableRule', { Name: 'recover' }, { principal })).cause).toContain(
    'is not authorized to perform: events:DisableRule',
  );
});

test('a target that refuses is told of', async () => {
  const { happens, eventbridge } = testbed('not authorized to perform: states:StartExecution');
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
      state: 'ENABLED',
      pattern: { source: ['aws.states'] },
      targets: [{ arn: MACHINE, roleArn: 'arn:role', input: '{}' }],
    });
  });

  test('is read with its schedule, bus and state', () => {
    const resource = rule(
      { Id: 'T', Arn: MACHINE },
      { Name: 'paid', EventBusName: 'orders', State: CLOUDTRAIL, ScheduleExpression: 'rate(1 day)', Description: 'd' },
    );
    expect(resource && eventRule(resource)).toMatchObject({
      name: 'paid',
      bus: 'orders',
      state: CLOUDTRAIL,
      schedule: 'rate(1 day)',
      description: 'd',
    });
    const misspelt = rule({ Id: 'T', Arn: MACHINE }, { State: 'Enabled' });
    expect(() => misspelt && eventRule(misspelt)).toThrow('has the state Enabled; accepted are ENABLED, DISABLED');
  });

  test('with what is not supported is refused by name', () => {
    const resource = rule({ Id: 'T', Arn: MACHINE, InputTransformer: {} });
    expect(() => resource && eventRule(resource)).toThrow(
      'has a target with InputTransformer, which is not supported here.',
    );
  });
});
