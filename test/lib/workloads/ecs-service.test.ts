import { App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService } from 'aws-cdk-lib/aws-ecs';
import { Chain, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { EcsServiceWorkloadProps } from '../../../lib';
import { expression } from '../../../lib/cutover/expression';
import { EcsServiceWorkload } from '../../../lib/workloads/ecs-service';
import { ApplicationAutoScaling } from '../../../rehearsal/aws/application-auto-scaling';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { Ecs } from '../../../rehearsal/aws/ecs/ecs';
import type { Json } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { anyone, testEnvironment } from '../../rehearsal/aws/stage';
import { play } from '../cutover/play';

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
}

function workloadIn(stack: Stack, props: Partial<EcsServiceWorkloadProps> = {}): EcsServiceWorkload {
  const service = FargateService.fromFargateServiceAttributes(stack, 'Watcher', {
    cluster: Cluster.fromClusterAttributes(stack, 'Batch', {
      clusterName: 'batch',
      vpc: Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'] }),
    }),
    serviceName: 'watcher',
  });
  return new EcsServiceWorkload({ service, ...props });
}

async function stage({ name = 'watcher', desired = 2, suspended, props, settles = true }: Setting = {}) {
  const { environment } = testEnvironment();
  const ecs = new Ecs({ environment, scale: () => (settles ? Promise.resolve() : new Promise(() => {})) });
  ecs.services.add({ cluster: 'batch', name, desiredCount: desired });
  const scaling = new ApplicationAutoScaling(environment);
  const plane = new ControlPlane({ environment, services: [ecs, scaling] });
  if (suspended !== undefined) {
    await plane.call({
      service: 'applicationautoscaling',
      action: 'registerScalableTarget',
      arguments: { ...TARGET, MinCapacity: 1, MaxCapacity: 4, SuspendedState: suspended },
      principal: anyone,
    });
  }
  const run = async (step: 'survey' | 'quiesce' | 'resume', recorded: Json = {}) => {
    const result = await play(
      plane,
      (stack) => {
        const workload = workloadIn(stack, props);
        const states = { prefix: 'The watcher', recorded: '$recorded' };
        const chain: IChainable = step === 'survey' ? workload.survey(stack, states) : workload[step](stack, states);
        const end = Pass.jsonata(stack, 'End');
        for (const last of chain.endStates) last.next(end);
        const begin = Pass.jsonata(stack, 'Begin', { assign: { recorded: expression('$states.input') } });
        return Chain.start(begin.next(chain));
      },
      recorded,
    );
    return result;
  };
  return {
    survey: async () => (await run('survey')).output as Json,
    failedSurvey: async () => (await run('survey')).cause,
    quiesce: (recorded: Json) => run('quiesce', recorded),
    resume: (recorded: Json) => run('resume', recorded),
    desired: () => ecs.services.find('batch', 'watcher')?.desiredCount,
    suspended: () =>
      scaling.operations.describeScalableTargets.run({ ServiceNamespace: 'ecs' }).ScalableTargets?.[0]?.SuspendedState,
    undoneByScaling: () => scaling.capacityAfterScaling(TARGET, 0) > 0,
  };
}

const NONE = { DynamicScalingInSuspended: false, DynamicScalingOutSuspended: false, ScheduledScalingSuspended: false };

test('a service that was stopped has its tasks again', async () => {
  const service = await stage({ desired: 3 });
  const recorded = await service.survey();
  expect(await service.quiesce(recorded)).toMatchObject({ status: 'SUCCEEDED' });
  expect(service.desired()).toBe(0);
  expect(await service.resume(recorded)).toMatchObject({ status: 'SUCCEEDED' });
  expect(service.desired()).toBe(3);
});

test('one that was at 0 stays at 0', async () => {
  const service = await stage({ desired: 0 });
  const recorded = await service.survey();
  await service.quiesce(recorded);
  await service.resume(recorded);
  expect(service.desired()).toBe(0);
});

test.each([
  [5, 2],
  [1, 1],
])('of %d tasks, %d go on where two are to be kept', async (desired, kept) => {
  const service = await stage({ desired, props: { keepRunning: 2 } });
  const recorded = await service.survey();
  await service.quiesce(recorded);
  expect(service.desired()).toBe(kept);
  await service.resume(recorded);
  expect(service.desired()).toBe(desired);
});

test.each([
  ['not at all', NONE],
  ['for schedules', { ...NONE, ScheduledScalingSuspended: true }],
])('autoscaling does not undo the stop, and is suspended afterwards as before: %s', async (_, suspended) => {
  const service = await stage({ suspended });
  const recorded = await service.survey();
  await service.quiesce(recorded);
  expect(service.undoneByScaling()).toBe(false);
  await service.resume(recorded);
  expect(service.suspended()).toEqual(suspended);
});

test('stopping and putting back twice is doing it once', async () => {
  const service = await stage({ desired: 3, suspended: NONE });
  const recorded = await service.survey();
  await service.quiesce(recorded);
  await service.quiesce(recorded);
  await service.resume(recorded);
  await service.resume(recorded);
  expect([service.desired(), service.suspended()]).toEqual([3, NONE]);
});

test('tasks that do not stop are not taken for quiet', async () => {
  const service = await stage({ settles: false });
  const recorded = await service.survey();
  expect(await service.quiesce(recorded)).toMatchObject({
    error: 'NotSettled',
    cause: expect.stringContaining('The tasks of Watcher did not reach their count within 15 minutes'),
  });
});

test('a service that is not there is found out before anything is recorded', async () => {
  const service = await stage({ name: 'mailer' });
  expect(await service.failedSurvey()).toContain('There is no ECS service watcher in cluster batch.');
});

test('a number of tasks to keep that is none is refused', () => {
  const stack = new Stack(new App(), 'Stack');
  expect(() => workloadIn(stack, { keepRunning: -1 })).toThrow(
    /keepRunning of Watcher: got -1; accepted are whole numbers from 0/,
  );
});
