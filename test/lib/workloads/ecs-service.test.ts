import { App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService } from 'aws-cdk-lib/aws-ecs';
import { type EcsServiceWorkloadProps, type IWorkload, Workload } from '../../../lib';
import { ApplicationAutoScaling } from '../../../rehearsal/aws/application-auto-scaling/application-auto-scaling';
import { CallJournal } from '../../../rehearsal/aws/call-journal';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import type { EcsServiceProps } from '../../../rehearsal/aws/ecs/cluster-services';
import { Ecs } from '../../../rehearsal/aws/ecs/ecs';
import { ElasticLoadBalancing } from '../../../rehearsal/aws/elastic-load-balancing/elastic-load-balancing';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { anyone } from '../../rehearsal/aws/test-environment';
import { journalKeeper, Night, virtualTime } from './night';

afterAll(removeTemporaryFolders);

const TARGET = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/batch/watcher',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;

interface Setting {
  readonly name?: string;
  readonly desired?: number;
  /** Whether and how the service is autoscaled. */
  readonly suspended?: object;
  readonly props?: Partial<EcsServiceWorkloadProps>;
  /** Whether tasks ever start and stop. */
  readonly settles?: boolean;
  readonly service?: Partial<EcsServiceProps>;
  /** Seconds after which the service's target groups let go of a task. @default - it has no target group */
  readonly deregistration?: readonly number[];
  /** What somebody sets the desired count to as soon as the service's tasks have been listed. @default - nobody does */
  readonly meanwhile?: number;
}

function workloadIn(stack: Stack, props: Partial<EcsServiceWorkloadProps> = {}): IWorkload {
  const service = FargateService.fromFargateServiceAttributes(stack, 'Watcher', {
    cluster: Cluster.fromClusterAttributes(stack, 'Batch', {
      clusterName: 'batch',
      vpc: Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'] }),
    }),
    serviceName: 'watcher',
  });
  return Workload.ecsService({ service, ...props });
}

async function stage(setting: Setting = {}) {
  const { name = 'watcher', desired = 2, suspended, props, settles = true, service = {} } = setting;
  const { deregistration = [], meanwhile } = setting;
  const { clock, environment } = virtualTime();
  let processes = desired;
  const ecs = new Ecs({
    environment,
    scale: async (_, running) => {
      if (!settles) await new Promise(() => {});
      processes = running;
    },
  });
  const balancing = new ElasticLoadBalancing({ environment });
  const targetGroupArns = deregistration.map((seconds, index) => {
    const arn = `arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web-${index}/0123456789abcdef`;
    balancing.addTargetGroup(arn, { 'deregistration_delay.timeout_seconds': String(seconds) });
    return arn;
  });
  ecs.services.add({ cluster: 'batch', name, desiredCount: desired, targetGroupArns, ...service });
  const scaling = new ApplicationAutoScaling(environment);
  const ssm = journalKeeper(environment);
  let listed = 0;
  const journal = new CallJournal(({ action }) => {
    if (action !== 'listTasks' || meanwhile === undefined || listed > 0) return;
    listed += 1;
    for (const each of ecs.services.all('batch')) ecs.services.setDesiredCount(each, meanwhile);
  });
  const plane = new ControlPlane({ environment, journal, services: [ecs, balancing, scaling, ssm] });
  const call = (service: string, action: string, input: Record<string, unknown>) =>
    plane.call({ service, action, arguments: input, principal: anyone });
  if (suspended !== undefined) {
    await call('applicationautoscaling', 'registerScalableTarget', {
      ...TARGET,
      MinCapacity: 1,
      MaxCapacity: 4,
      SuspendedState: suspended,
    });
  }
  return {
    night: new Night(plane, (stack) => [workloadIn(stack, props)], { clock }),
    /** What of the service still works. */
    processes: () => processes,
    journal: plane.journal,
    desired: () => ecs.services.find('batch', 'watcher')?.desiredCount,
    deploy: (desiredCount: number) => call('ecs', 'updateService', { cluster: 'batch', service: name, desiredCount }),
    suspended: () =>
      scaling.operations.describeScalableTargets.run({ ServiceNamespace: 'ecs' }).ScalableTargets?.[0]?.SuspendedState,
    undoneByScaling: () => scaling.capacityAfterScaling(TARGET, 0) > 0,
  };
}

const NONE = { DynamicScalingInSuspended: false, DynamicScalingOutSuspended: false, ScheduledScalingSuspended: false };

test('a service that was stopped has its tasks again', async () => {
  const { night, desired } = await stage({ desired: 3 });
  await night.survey();
  expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(desired()).toBe(0);
  expect(await night.resume()).toMatchObject({ status: 'SUCCEEDED', output: { meanwhile: [] } });
  expect(desired()).toBe(3);
});

test('one that was at 0 stays at 0', async () => {
  const { night, desired } = await stage({ desired: 0 });
  await night.survey();
  await night.quiesce();
  await night.resume();
  expect(desired()).toBe(0);
});

test.each([
  [5, 2],
  [1, 1],
])('of %d tasks, %d go on where two are to be kept', async (before, kept) => {
  const { night, desired } = await stage({ desired: before, props: { keepRunning: 2 } });
  await night.survey();
  await night.quiesce();
  expect(desired()).toBe(kept);
  await night.resume();
  expect(desired()).toBe(before);
});

// @see docs/aws-facts.md#ecs-eventual-consistency
test.each([0, 2])('a task that is started while a service of %d is looked at has stopped, too', async (desired) => {
  const { night, processes } = await stage({ desired, meanwhile: desired + 1 });
  await night.survey();
  expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(processes()).toBe(0);
});

test('what a deploy changed while it was stopped is put back to what was recorded, and said', async () => {
  const { night, desired, deploy } = await stage({ desired: 3 });
  await night.survey();
  await night.quiesce();
  await deploy(5);
  expect(await night.resume()).toMatchObject({
    output: { meanwhile: ['Watcher: desired count was set to 5 meanwhile; it is 3 again'] },
  });
  expect(desired()).toBe(3);
});

test.each([
  ['not at all', NONE],
  ['for schedules', { ...NONE, ScheduledScalingSuspended: true }],
])('autoscaling does not undo the stop, and is suspended afterwards as before: %s', async (_, before) => {
  const { night, suspended, undoneByScaling } = await stage({ suspended: before });
  await night.survey();
  await night.quiesce();
  expect(undoneByScaling()).toBe(false);
  await night.resume();
  expect(suspended()).toEqual(before);
});

test('stopping and putting back twice is doing it once', async () => {
  const { night, desired, suspended } = await stage({ desired: 3, suspended: NONE });
  await night.survey();
  for (const step of [night.quiesce, night.quiesce, night.resume, night.resume]) await step.call(night);
  expect([desired(), suspended()]).toEqual([3, NONE]);
});

test('tasks that do not stop are not taken for quiet', async () => {
  const { night } = await stage({ settles: false });
  await night.survey();
  expect(await night.quiesce()).toMatchObject({
    error: 'NotSettled',
    cause: expect.stringMatching(
      /^2 tasks of ECS service watcher in cluster batch are not STOPPED 15 minutes after they were told to, such as [0-9a-f]{32}\./,
    ),
  });
});

test.each([1, 2, 45, 250])('of %d tasks, none works any more when the service is quiet', async (desired) => {
  const { night, processes, journal } = await stage({ desired });
  await night.survey();
  expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(processes()).toBe(0);
  // Ten containers a task: no answer may be large enough to end the execution.
  for (const { input } of journal.entries.filter(({ action }) => action === 'describeTasks')) {
    expect((input as { tasks: string[] }).tasks.length).toBeLessThanOrEqual(20);
  }
});

test('tasks that are kept go on, and the others have ended', async () => {
  const { night, processes } = await stage({ desired: 30, props: { keepRunning: 25 } });
  await night.survey();
  expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(processes()).toBe(25);
});

test('a service on every instance is found by the preflight: it takes no desired count', async () => {
  const { night } = await stage({ service: { schedulingStrategy: 'DAEMON' } });
  expect(await night.preflight()).toEqual([
    'Watcher: The ECS service watcher in cluster batch has the scheduling strategy DAEMON, which takes no desired count: it runs on every instance. Leave it out, and stop what it does by a command workload on those instances.',
  ]);
});

test.each([[[]], [[300]], [[0, 720]]])(
  'a service whose target groups let go of its tasks after %j seconds can be stopped',
  async (deregistration) => {
    const { night } = await stage({ deregistration });
    expect(await night.preflight()).toEqual([]);
    expect((await night.survey()).status).toBe('SUCCEEDED');
  },
);

test('one whose target group lets go of them too late is found by the preflight', async () => {
  const { night } = await stage({ deregistration: [300, 3600, 721] });
  expect(await night.preflight()).toEqual([
    'Watcher: The tasks of ECS service watcher in cluster batch work on until their target group lets go of them: web-1 (3600 s), web-2 (721 s). Within 15 minutes they must have stopped. Set deregistration_delay.timeout_seconds to 720 or less: to what the longest request needs.',
  ]);
});

test.each(['CODE_DEPLOY', 'EXTERNAL'] as const)('a service that %s deploys is stopped all the same', async (which) => {
  const { night, processes } = await stage({ service: { deploymentController: which } });
  expect(await night.preflight()).toEqual([]);
  await night.survey();
  expect(await night.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(processes()).toBe(0);
});

test('a service that is not there is found by the preflight', async () => {
  const { night } = await stage({ name: 'mailer' });
  expect(await night.preflight()).toEqual([
    'Watcher: There is no ECS service watcher in cluster batch. Name another in workloads, or leave it out.',
  ]);
});

test('a number of tasks to keep that is none is refused', () => {
  const stack = new Stack(new App(), 'Stack');
  expect(() => workloadIn(stack, { keepRunning: -1 })).toThrow(
    /keepRunning of Watcher: got -1; accepted are whole numbers from 0/,
  );
});
