import { App, Stack } from 'aws-cdk-lib';
import { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { type AutoScalingGroupWorkloadProps, Workload } from '../../../lib';
import { AutoScaling } from '../../../rehearsal/aws/auto-scaling/auto-scaling';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { anyone, testEnvironment } from '../../rehearsal/aws/test-environment';
import { journalKeeper, Night } from './night';

afterAll(removeTemporaryFolders);

const workloadIn = (stack: Stack, props: Partial<AutoScalingGroupWorkloadProps>) =>
  Workload.autoScalingGroup({
    autoScalingGroup: AutoScalingGroup.fromAutoScalingGroupName(stack, 'Crawlers', 'crawlers'),
    ...props,
  });

function stage(props: Partial<AutoScalingGroupWorkloadProps> = {}, sizes = { least: 2, most: 6, desired: 4 }) {
  const { environment } = testEnvironment();
  const scaling = new AutoScaling({ environment });
  scaling.addGroup({ name: 'crawlers', ...sizes });
  const ssm = journalKeeper(environment);
  const plane = new ControlPlane({ environment, services: [scaling, ssm] });
  const by = (action: string, input: Record<string, unknown>) =>
    plane.call({
      service: 'autoscaling',
      action,
      arguments: { AutoScalingGroupName: 'crawlers', ...input },
      principal: anyone,
    });
  const group = () => {
    const [found] = scaling.operations.describeAutoScalingGroups.run({}).AutoScalingGroups ?? [];
    return {
      min: found?.MinSize,
      desired: found?.DesiredCapacity,
      suspended: found?.SuspendedProcesses?.map(({ ProcessName }) => ProcessName),
    };
  };
  return { night: new Night(plane, (stack) => [workloadIn(stack, props)]), scaling, group, by };
}

const BEFORE = { min: 2, desired: 4, suspended: [] };

test('a group that was stopped has its instances and its scaling again', async () => {
  const { night, group, scaling } = stage();
  await night.survey();
  expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(group()).toMatchObject({ min: 0, desired: 0 });
  scaling.alarmAsksFor('crawlers', 5);
  expect(group()).toMatchObject({ desired: 0 });
  expect(await night.resume()).toMatchObject({ status: 'SUCCEEDED', output: { meanwhile: [] } });
  expect(group()).toEqual(BEFORE);
});

test('some instances go on where they are to be kept', async () => {
  const { night, group } = stage({ keepRunning: 1 });
  await night.survey();
  await night.quiesce();
  expect(group()).toMatchObject({ min: 1, desired: 1 });
  await night.resume();
  expect(group()).toEqual(BEFORE);
});

test('one at 0 stays at 0', async () => {
  const { night, group } = stage({}, { least: 0, most: 3, desired: 0 });
  await night.survey();
  await night.quiesce();
  await night.resume();
  expect(group()).toEqual({ min: 0, desired: 0, suspended: [] });
});

test('what was suspended before stays suspended', async () => {
  const { night, group, by } = stage();
  await by('suspendProcesses', { ScalingProcesses: ['AlarmNotification', 'ScheduledActions', 'AZRebalance'] });
  const before = group().suspended;
  await night.survey();
  await night.quiesce();
  await night.resume();
  expect(group().suspended).toEqual(before);
});

test('with suspendOnly its instances stay, and none comes or goes', async () => {
  const { night, group, by } = stage({ suspendOnly: true });
  await by('suspendProcesses', { ScalingProcesses: ['AZRebalance'] });
  await night.survey();
  await night.quiesce();
  expect(group()).toMatchObject({ min: 2, desired: 4 });
  expect(group().suspended).toEqual(expect.arrayContaining(['Launch', 'Terminate', 'AlarmNotification']));
  await night.resume();
  expect(group()).toEqual({ ...BEFORE, suspended: ['AZRebalance'] });
});

test('what somebody changed meanwhile is put back to what was recorded, and said', async () => {
  const { night, group, by } = stage();
  await night.survey();
  await night.quiesce();
  await by('updateAutoScalingGroup', { DesiredCapacity: 3 });
  expect(await night.resume()).toMatchObject({
    output: { meanwhile: ['Crawlers: desired capacity was set to 3 meanwhile; it is 4 again'] },
  });
  expect(group()).toEqual(BEFORE);
});

test.each([
  [{ keepRunning: 1.5 }, /keepRunning of Crawlers: got 1.5; accepted are whole numbers from 0/],
  [{ keepRunning: 1, suspendOnly: true }, /got 1 with suspendOnly/],
])('refused: %j', (props, message) => {
  expect(() => workloadIn(new Stack(new App(), 'Stack'), props)).toThrow(message);
});
