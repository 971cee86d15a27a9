import { ApplicationAutoScaling } from '../../../rehearsal/aws/application-auto-scaling';
import { callerOf, testEnvironment } from './stage';

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

function stage() {
  const { environment } = testEnvironment();
  const scaling = new ApplicationAutoScaling(environment);
  return { ...callerOf(environment, scaling), scaling };
}

test('a target keeps what a later registration leaves out', async () => {
  const { call } = stage();
  await call('registerScalableTarget', { ...TARGET, MinCapacity: 1, MaxCapacity: 4 });
  await call('registerScalableTarget', { ...TARGET, SuspendedState: SUSPENDED });
  expect(
    await call('describeScalableTargets', { ServiceNamespace: 'ecs', ResourceIds: [TARGET.ResourceId] }),
  ).toMatchObject({
    ScalableTargets: [{ MinCapacity: 1, MaxCapacity: 4, SuspendedState: SUSPENDED }],
  });
});

test('scaling brings a service back above its minimum, unless it is suspended', async () => {
  const { call, scaling } = stage();
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
  expect(await stage().refusal(action, request)).toEqual({
    error: 'ApplicationAutoScaling.ValidationException',
    cause: expect.stringContaining(cause),
  });
});
