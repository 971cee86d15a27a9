import { ApplicationAutoScaling } from '../../../../rehearsal/aws/application-auto-scaling/application-auto-scaling';
import { callerOf, testEnvironment } from '../test-environment';

const TARGET = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/prod/watcher',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;
const SUSPENDED = {
  DynamicScalingInSuspended: true,
  DynamicScalingOutSuspended: true,
  ScheduledScalingSuspended: true,
};

function testbed() {
  const { environment } = testEnvironment();
  const scaling = new ApplicationAutoScaling(environment);
  return { ...callerOf(environment, scaling), scaling };
}

test('a target keeps what a later registration leaves out', async () => {
  const { call } = testbed();
  await call('registerScalableTarget', { ...TARGET, MinCapacity: 1, MaxCapacity: 4 });
  await call('registerScalableTarget', { ...TARGET, SuspendedState: SUSPENDED });
  expect(
    await call('describeScalableTargets', { ServiceNamespace: 'ecs', ResourceIds: [TARGET.ResourceId] }),
  ).toMatchObject({
    ScalableTargets: [{ MinCapacity: 1, MaxCapacity: 4, SuspendedState: SUSPENDED }],
  });
});

test('scaling brings a service back above its minimum, unless it is suspended', async () => {
  const { call, scaling } = testbed();
  expect(scaling.capacityAfterScaling(TARGET, 0)).toBe(0);
  await call('registerScalableTarget', { ...TARGET, MinCapacity: 2, MaxCapacity: 4 });
  expect(scaling.capacityAfterScaling(TARGET, 0)).toBe(2);
  expect(scaling.capacityAfterScaling(TARGET, 9)).toBe(4);
  await call('registerScalableTarget', { ...TARGET, SuspendedState: SUSPENDED });
  expect(scaling.capacityAfterScaling(TARGET, 0)).toBe(0);
});

test.each([
  ['a new target without capacities', 'registerScalableTarget', TARGET, 'MinCapacity and MaxCapacity are required'],
  [
    'a maximum below the minimum',
    'registerScalableTarget',
    { ...TARGET, MinCapacity: 3, MaxCapacity: 2 },
    'Maximum capacity cannot be less',
  ],
  ['an unknown dimension', 'registerScalableTarget', { ...TARGET, ScalableDimension: 'ecs:count' }, 'accepted are'],
  [
    'a dimension without resources',
    'describeScalableTargets',
    { ServiceNamespace: 'ecs', ScalableDimension: TARGET.ScalableDimension },
    'ResourceIds must be given',
  ],
])('%s is refused', async (_what, action, request, cause) => {
  expect(await testbed().refusal(action, request)).toEqual({
    error: 'ApplicationAutoScaling.ValidationException',
    cause: expect.stringContaining(cause),
  });
});

const READERS = {
  ServiceNamespace: 'rds',
  ResourceId: 'cluster:blue',
  ScalableDimension: 'rds:cluster:ReadReplicaCount',
} as const;
const TRACKING = {
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 60,
    PredefinedMetricSpecification: { PredefinedMetricType: 'RDSReaderAverageCPUUtilization' },
  },
} as const;

test('a policy of the same name is changed, and keeps its ARN and its alarms', async () => {
  const { call } = testbed();
  await call('registerScalableTarget', { ...READERS, MinCapacity: 1, MaxCapacity: 4 });
  const put = () => call('putScalingPolicy', { ...READERS, ...TRACKING, PolicyName: 'cpu' });
  const first = await put();
  expect(await put()).toEqual(first);
  expect(await call('describeScalingPolicies', READERS)).toMatchObject({
    ScalingPolicies: [{ PolicyName: 'cpu', ...TRACKING, Alarms: [{}, {}] }],
  });
});

test('policies and scheduled actions go with their target', async () => {
  const { call, refusal } = testbed();
  await call('registerScalableTarget', { ...READERS, MinCapacity: 1, MaxCapacity: 4 });
  await call('putScalingPolicy', { ...READERS, ...TRACKING, PolicyName: 'cpu' });
  const night = { ...READERS, ScheduledActionName: 'night', Schedule: 'cron(0 22 * * ? *)' };
  await call('putScheduledAction', night);
  expect(await call('describeScheduledActions', READERS)).toMatchObject({ ScheduledActions: [night] });
  await call('deregisterScalableTarget', READERS);
  expect(await call('describeScalingPolicies', READERS)).toEqual({ ScalingPolicies: [] });
  expect(await call('describeScheduledActions', READERS)).toEqual({ ScheduledActions: [] });
  for (const [action, request] of [
    ['deregisterScalableTarget', READERS],
    ['putScalingPolicy', { ...READERS, ...TRACKING, PolicyName: 'cpu' }],
    ['putScheduledAction', night],
  ] as const) {
    expect((await refusal(action, request)).error).toBe('ApplicationAutoScaling.ObjectNotFoundException');
  }
});
