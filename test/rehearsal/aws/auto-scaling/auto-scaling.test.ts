import { AutoScaling, type AutoScalingProps } from '../../../../rehearsal/aws/auto-scaling/auto-scaling';
import { PROCESSES } from '../../../../rehearsal/aws/auto-scaling/processes';
import { allowing, callerOf, testEnvironment } from '../test-environment';

interface Described {
  readonly MinSize: number;
  readonly MaxSize: number;
  readonly DesiredCapacity: number;
  readonly Instances: readonly { readonly InstanceId: string; readonly LifecycleState: string }[];
  readonly SuspendedProcesses: readonly { readonly ProcessName: string }[];
}

const NAME = { AutoScalingGroupName: 'workers' };

function testbed(props: Partial<AutoScalingProps> = {}) {
  const { environment, clock } = testEnvironment();
  const scaling = new AutoScaling({ environment, ...props });
  scaling.addGroup({ name: 'workers', least: 1, most: 4, desired: 2 });
  scaling.addGroup({ name: 'web', least: 0, most: 2, desired: 0 });
  const caller = callerOf(environment, scaling);
  const describe = async (name = 'workers') => {
    const answer = await caller.call('describeAutoScalingGroups', { AutoScalingGroupNames: [name] });
    const [group] = (answer as { AutoScalingGroups: Described[] }).AutoScalingGroups;
    if (group === undefined) throw new Error(`There is no group ${name}.`);
    return group;
  };
  const update = (more: object) => caller.call('updateAutoScalingGroup', { ...NAME, ...more });
  const states = async () => (await describe()).Instances.map(({ LifecycleState }) => LifecycleState);
  const suspended = async () => (await describe()).SuspendedProcesses.map(({ ProcessName }) => ProcessName);
  return { ...caller, scaling, clock, describe, update, states, suspended };
}

test('instances go when the capacity is lowered and come when it is raised, in their own time', async () => {
  const events: string[] = [];
  const { clock, describe, scaling, states, update } = testbed({
    launchMs: 90_000,
    terminateMs: 30_000,
    onInstance: async ({ group, event }) => {
      events.push(`${group} ${event}`);
    },
  });
  const before = (await describe()).Instances.map(({ InstanceId }) => InstanceId);
  expect(await states()).toEqual(['InService', 'InService']);
  await update({ MinSize: 0, DesiredCapacity: 0 });
  expect(await states()).toEqual(['Terminating', 'Terminating']);
  await clock.pass(30_000);
  expect(await states()).toEqual([]);
  await update({ MinSize: 1, DesiredCapacity: 2 });
  await clock.pass(30_000);
  expect(await states()).toEqual(['Pending', 'Pending']);
  await clock.pass(60_000);
  expect(await states()).toEqual(['InService', 'InService']);
  const after = (await describe()).Instances.map(({ InstanceId }) => InstanceId);
  expect(after.some((id) => before.includes(id))).toBe(false);
  await scaling.settled();
  expect(events).toEqual(['workers terminate', 'workers terminate', 'workers launch', 'workers launch']);
});

test('an instance is not in service, nor gone, before what stands for it has followed', async () => {
  const waiting: (() => void)[] = [];
  const { clock, scaling, states, update } = testbed({
    onInstance: () => new Promise((resolve) => waiting.push(resolve)),
  });
  await update({ DesiredCapacity: 1 });
  await clock.pass(3_600_000);
  expect(await states()).toEqual(['Terminating', 'InService']);
  waiting.shift()?.();
  await scaling.settled();
  expect(await states()).toEqual(['InService']);
});

test('a group keeps its instances while Terminate is suspended, and gets none while Launch is', async () => {
  const { call, clock, states, update } = testbed();
  await call('suspendProcesses', { ...NAME, ScalingProcesses: ['Launch', 'Terminate'] });
  await update({ MinSize: 0, DesiredCapacity: 0 });
  await clock.pass(1);
  expect(await states()).toEqual(['InService', 'InService']);
  await update({ DesiredCapacity: 3 });
  await clock.pass(1);
  expect(await states()).toEqual(['InService', 'InService']);
  await call('resumeProcesses', { ...NAME, ScalingProcesses: ['Launch'] });
  await clock.pass(1);
  expect(await states()).toEqual(['InService', 'InService', 'InService']);
});

test('only the named processes are suspended and resumed', async () => {
  const { call, suspended } = testbed();
  await call('suspendProcesses', { ...NAME, ScalingProcesses: ['AZRebalance', 'AlarmNotification'] });
  await call('suspendProcesses', { ...NAME, ScalingProcesses: ['ScheduledActions', 'AZRebalance'] });
  await call('resumeProcesses', { ...NAME, ScalingProcesses: ['AlarmNotification', 'HealthCheck'] });
  expect(await suspended()).toEqual(['AZRebalance', 'ScheduledActions']);
});

test('a suspension tells since when it is', async () => {
  const { call, clock, describe } = testbed();
  await call('suspendProcesses', { ...NAME, ScalingProcesses: ['Launch'] });
  await clock.pass(1000);
  await call('suspendProcesses', { ...NAME, ScalingProcesses: ['Launch'] });
  expect((await describe()).SuspendedProcesses).toEqual([
    { ProcessName: 'Launch', SuspensionReason: 'User suspended at 2026-01-01T00:00:00.000Z' },
  ]);
});

test.each([{}, { ScalingProcesses: [] }])('%j means every process', async (none) => {
  const { call, suspended } = testbed();
  await call('suspendProcesses', { ...NAME, ...none });
  expect(await suspended()).toEqual([...PROCESSES]);
  await call('resumeProcesses', { ...NAME, ...none });
  expect(await suspended()).toEqual([]);
});

test('an alarm changes the capacity within the bounds, unless AlarmNotification is suspended', async () => {
  const { call, describe, scaling, update } = testbed();
  scaling.alarmAsksFor('workers', 9);
  expect(await describe()).toMatchObject({ DesiredCapacity: 4 });
  await update({ MinSize: 0, MaxSize: 0 });
  scaling.alarmAsksFor('workers', 3);
  expect(await describe()).toMatchObject({ DesiredCapacity: 0 });
  await update({ MaxSize: 4 });
  await call('suspendProcesses', { ...NAME, ScalingProcesses: ['AlarmNotification'] });
  scaling.alarmAsksFor('workers', 3);
  expect(await describe()).toMatchObject({ DesiredCapacity: 0 });
});

test.each([
  [{ MinSize: 3 }, { MinSize: 3, MaxSize: 4, DesiredCapacity: 3 }],
  [{ MaxSize: 1 }, { MinSize: 1, MaxSize: 1, DesiredCapacity: 1 }],
  [{ MinSize: 0 }, { MinSize: 0, MaxSize: 4, DesiredCapacity: 2 }],
  [{ DesiredCapacity: 4 }, { MinSize: 1, MaxSize: 4, DesiredCapacity: 4 }],
  [
    { MinSize: 5, MaxSize: 6 },
    { MinSize: 5, MaxSize: 6, DesiredCapacity: 5 },
  ],
])('an update with %j makes it %j', async (request, sizes) => {
  const { describe, update } = testbed();
  await update(request);
  expect(await describe()).toMatchObject(sizes);
});

test.each([
  [
    'updateAutoScalingGroup',
    { ...NAME, DesiredCapacity: 0 },
    'must be between the specified min size:1 and max size:4',
  ],
  [
    'updateAutoScalingGroup',
    { ...NAME, DesiredCapacity: 5 },
    'must be between the specified min size:1 and max size:4',
  ],
  ['updateAutoScalingGroup', { ...NAME, MaxSize: 0 }, 'Max bound, 0, must be greater than or equal to min bound, 1'],
  ['updateAutoScalingGroup', { ...NAME, MinSize: -1 }, 'MinSize must be a whole number from 0; got -1.'],
  ['updateAutoScalingGroup', { AutoScalingGroupName: 'x', MinSize: 0 }, "AutoScalingGroup 'x' not found"],
  ['suspendProcesses', { AutoScalingGroupName: 'x' }, "AutoScalingGroup 'x' not found"],
  ['resumeProcesses', { AutoScalingGroupName: 'x' }, "AutoScalingGroup 'x' not found"],
  ['suspendProcesses', { ...NAME, ScalingProcesses: ['Scaling'] }, 'The process Scaling is not known'],
  ['describeAutoScalingGroups', { MaxRecords: 101 }, 'from 1 to 100'],
  ['describeAutoScalingGroups', { AutoScalingGroupNames: ['a', 'b'], MaxRecords: 1 }, 'At most 1'],
])('%s with %j is refused', async (action, request, cause) => {
  expect(await testbed().refusal(action, request)).toEqual({
    error: 'AutoScaling.AutoScalingException',
    cause: expect.stringContaining(cause),
  });
});

test('groups page, and a name that is not there is no error', async () => {
  const { call, refusal } = testbed();
  const first = (await call('describeAutoScalingGroups', { MaxRecords: 1 })) as { NextToken: string };
  expect(await call('describeAutoScalingGroups', { MaxRecords: 1, NextToken: first.NextToken })).toMatchObject({
    AutoScalingGroups: [{ AutoScalingGroupName: 'web', Instances: [] }],
  });
  expect(await call('describeAutoScalingGroups', { AutoScalingGroupNames: ['x'] })).toEqual({ AutoScalingGroups: [] });
  expect((await refusal('describeAutoScalingGroups', { NextToken: 'x' })).error).toBe(
    'AutoScaling.InvalidNextTokenException',
  );
});

test('instances are left out on request', async () => {
  expect(await testbed().call('describeAutoScalingGroups', { IncludeInstances: false })).toMatchObject({
    AutoScalingGroups: [{ DesiredCapacity: 2, Instances: [] }, {}],
  });
});

test('what is not rehearsed is refused by name', async () => {
  await expect(testbed().update({ HealthCheckType: 'ELB' })).rejects.toThrow(
    'UpdateAutoScalingGroup with HealthCheckType cannot be rehearsed',
  );
});

test('suspending takes the permission on the group', async () => {
  const { call, refusal } = testbed();
  const principal = allowing({
    Effect: 'Allow',
    Action: 'autoscaling:SuspendProcesses',
    Resource: 'arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:*:autoScalingGroupName/workers',
  });
  await call('suspendProcesses', NAME, { principal });
  expect((await refusal('suspendProcesses', { AutoScalingGroupName: 'web' }, { principal })).cause).toContain(
    'is not authorized to perform: autoscaling:SuspendProcesses',
  );
});
