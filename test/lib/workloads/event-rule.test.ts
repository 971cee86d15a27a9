import { Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { Workload } from '../../../lib';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { EventBridge } from '../../../rehearsal/aws/eventbridge/eventbridge';
import type { EventRule } from '../../../rehearsal/aws/eventbridge/rule';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { anyone } from '../../rehearsal/aws/test-environment';
import { journalKeeper, Night, virtualTime } from './night';

afterAll(removeTemporaryFolders);

const ARN = 'arn:aws:events:eu-west-1:111122223333:rule/nightly';

function stage(rule: Partial<Pick<EventRule, 'name' | 'state' | 'managedBy'>> = {}) {
  const { clock, environment } = virtualTime();
  const eventBridge = new EventBridge({ environment, invoke: () => Promise.resolve() });
  const targets = [{ arn: 'arn:aws:sqs:eu-west-1:111122223333:jobs', roleArn: undefined, input: undefined }];
  eventBridge.addRule({ name: 'nightly', pattern: undefined, schedule: 'rate(1 hour)', targets, ...rule });
  const ssm = journalKeeper(environment);
  const plane = new ControlPlane({ environment, services: [eventBridge, ssm] });
  const workload = (stack: Stack) => [Workload.eventRule({ rule: Rule.fromEventRuleArn(stack, 'Nightly', ARN) })];
  const state = () => eventBridge.operations.describeRule.run({ Name: 'nightly' }).State;
  const by = (action: string) =>
    plane.call({ service: 'eventbridge', action, arguments: { Name: 'nightly' }, principal: anyone });
  return { night: new Night(plane, workload, { clock }), state, by, eventBridge };
}

test('a rule that was enabled is disabled, and enabled again', async () => {
  const { night, state } = stage();
  await night.survey();
  expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(state()).toBe('DISABLED');
  expect(await night.resume()).toMatchObject({ status: 'SUCCEEDED', output: { meanwhile: [] } });
  expect(state()).toBe('ENABLED');
});

test('it is quiet when it starts nothing any more, not when it is disabled', async () => {
  const { night, eventBridge } = stage();
  await night.survey();
  await night.quiesce();
  await eventBridge.fire('nightly');
  expect(eventBridge.deliveries).toEqual([]);
});

test('one that was disabled stays disabled, and is again if somebody enabled it meanwhile', async () => {
  const { night, state, by } = stage({ state: 'DISABLED' });
  await night.survey();
  await night.quiesce();
  await by('enableRule');
  expect(await night.resume()).toMatchObject({
    output: {
      meanwhile: ['Nightly: was set to {"state":"ENABLED"} meanwhile; it is {"state":"DISABLED"} again'],
    },
  });
  expect(state()).toBe('DISABLED');
});

test('stopping and putting back twice is doing it once', async () => {
  const { night, state } = stage();
  await night.survey();
  for (const step of [night.quiesce, night.quiesce, night.resume, night.resume]) await step.call(night);
  expect(state()).toBe('ENABLED');
});

test.each([
  [
    'that another service manages',
    { managedBy: 'autoscaling.amazonaws.com' },
    'is managed by autoscaling.amazonaws.com',
  ],
  [
    'that EnableRule could not put back',
    { state: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' as const },
    'is ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS, which EnableRule cannot put back',
  ],
  ['of another name', { name: 'daily' }, 'nightly does not exist'],
])('a rule %s is found by the preflight', async (_, rule, message) => {
  expect(await stage(rule).night.preflight()).toEqual([expect.stringContaining(message)]);
});

const BUS = 'arn:aws:events:eu-west-1:111122223333:rule/orders/nightly';

test.each([
  ['the default bus', (stack: Stack) => Rule.fromEventRuleArn(stack, 'Rule', ARN), 'default'],
  ['its ARN', (stack: Stack) => Rule.fromEventRuleArn(stack, 'Rule', BUS), 'orders'],
])('the bus of a rule is known from %s', (_, rule, bus) => {
  const workload = Workload.eventRule({ rule: rule(new Stack()) });
  expect(workload._bind(new Stack())).toMatchObject({ rule: 'nightly', bus });
});

test('the bus of a rule that the app makes is that of the app', () => {
  const stack = new Stack();
  const eventBus = new EventBus(stack, 'Orders', { eventBusName: 'orders' });
  const rule = new Rule(stack, 'Rule', { eventBus, eventPattern: { source: ['shop'] } });
  expect(stack.resolve(Workload.eventRule({ rule })._bind(stack))).toMatchObject({ bus: { Ref: expect.any(String) } });
});
