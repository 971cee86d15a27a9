import type { DescribeServicesResponse, DescribeTasksResponse, ListTasksResponse } from '@aws-sdk/client-ecs';
import type { EcsServiceProps } from '../../../../rehearsal/aws/ecs/cluster-services';
import { Ecs } from '../../../../rehearsal/aws/ecs/ecs';
import { allowing, callerOf, testEnvironment } from '../test-environment';

const PACE = { tellMs: 0, startMs: 1_000, drainMs: 300_000, stopMs: 30_000, deprovisionMs: 5_000 };

function testbed(service: Partial<EcsServiceProps> = {}, pace = PACE) {
  const { clock, environment } = testEnvironment();
  const scaled: [string, number][] = [];
  const ecs = new Ecs({
    environment,
    pace,
    scale: async ({ name }, running) => {
      scaled.push([name, running]);
    },
  });
  ecs.services.add({ cluster: 'prod', name: 'watcher', desiredCount: 2, ...service });
  const caller = callerOf(environment, ecs);
  return {
    ...caller,
    ecs,
    scaled,
    /** Time passes, and what stands for the tasks follows. */
    pass: async (ms: number) => {
      await clock.pass(ms);
      await ecs.services.settled();
    },
    counts: async () => {
      const { services } = (await caller.call('describeServices', {
        cluster: 'prod',
        services: ['watcher'],
      })) as DescribeServicesResponse;
      return [services?.[0]?.runningCount, services?.[0]?.pendingCount];
    },
    list: async (desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING') => {
      const request = { cluster: 'prod', serviceName: 'watcher', desiredStatus };
      return ((await caller.call('listTasks', request)) as ListTasksResponse).taskArns ?? [];
    },
    statuses: async (tasks: readonly string[]) => {
      const answer = (await caller.call('describeTasks', { cluster: 'prod', tasks })) as DescribeTasksResponse;
      return [
        ...(answer.tasks ?? []).map(({ lastStatus }) => lastStatus),
        ...(answer.failures ?? []).map(({ reason }) => reason),
      ];
    },
    scaleTo: (desiredCount: number) =>
      caller.call('updateService', { cluster: 'prod', service: 'watcher', desiredCount }),
  };
}

const ARN = 'arn:aws:ecs:eu-west-1:111122223333:service/prod/watcher';

test('a task that is scaled away is counted nowhere, and works on until it has been drained and stopped', async () => {
  const { scaled, pass, counts, list, statuses, scaleTo } = testbed();
  const tasks = await list();
  expect(await counts()).toEqual([2, 0]);
  await scaleTo(0);
  expect(await counts()).toEqual([0, 0]);
  expect([await list(), await list('STOPPED')]).toEqual([[], tasks]);
  expect([await statuses(tasks), scaled]).toEqual([['DEACTIVATING', 'DEACTIVATING'], []]);
  await pass(PACE.drainMs);
  expect([await statuses(tasks), scaled]).toEqual([['STOPPING', 'STOPPING'], []]);
  await pass(PACE.stopMs);
  expect([await statuses(tasks), scaled]).toEqual([['DEPROVISIONING', 'DEPROVISIONING'], [['watcher', 0]]]);
  await pass(PACE.deprovisionMs);
  expect(await statuses(tasks)).toEqual(['STOPPED', 'STOPPED']);
});

// @see docs/aws-facts.md#ecs-eventual-consistency
test('a task is told to stop some seconds after its service no longer wants it', async () => {
  const { pass, list, statuses, scaleTo } = testbed({}, { ...PACE, tellMs: 10_000 });
  const tasks = await list();
  await scaleTo(0);
  await pass(9_999);
  expect([await list(), await list('STOPPED'), await statuses(tasks)]).toEqual([tasks, [], ['RUNNING', 'RUNNING']]);
  await scaleTo(1);
  await pass(1);
  expect([await list(), await list('STOPPED')]).toEqual([tasks.slice(0, 1), tasks.slice(1)]);
  expect(await statuses(tasks)).toEqual(['RUNNING', 'DEACTIVATING']);
});

test('what has stopped is told of for an hour', async () => {
  const { pass, list, statuses, scaleTo } = testbed();
  const tasks = await list();
  await scaleTo(1);
  for (const ms of [PACE.drainMs + PACE.stopMs, PACE.deprovisionMs, 3_600_000 - 1]) await pass(ms);
  expect([await list('STOPPED'), await statuses(tasks)]).toEqual([tasks.slice(1), ['RUNNING', 'STOPPED']]);
  await pass(1);
  expect([await list('STOPPED'), await statuses(tasks)]).toEqual([[], ['RUNNING', 'MISSING']]);
});

test('a task is counted when its network interface is there, and runs when its containers do', async () => {
  const { scaled, pass, counts, list, statuses, scaleTo } = testbed({ desiredCount: 0 });
  await scaleTo(1);
  const tasks = await list();
  expect([await statuses(tasks), await counts()]).toEqual([['PROVISIONING'], [0, 0]]);
  await pass(PACE.startMs / 2);
  expect([await statuses(tasks), await counts(), scaled]).toEqual([['ACTIVATING'], [0, 1], [['watcher', 1]]]);
  await pass(PACE.startMs / 2);
  expect([await statuses(tasks), await counts()]).toEqual([['RUNNING'], [1, 0]]);
});

test('one that has not run yet is not drained', async () => {
  const { pass, list, statuses, scaleTo } = testbed({ desiredCount: 0 });
  await scaleTo(1);
  const tasks = await list();
  await scaleTo(0);
  await pass(PACE.stopMs);
  expect(await statuses(tasks)).toEqual(['DEPROVISIONING']);
});

test('new tasks start while old ones still end', async () => {
  const { pass, counts, list, scaleTo } = testbed();
  await scaleTo(0);
  await scaleTo(2);
  await pass(PACE.startMs);
  expect([await counts(), (await list('STOPPED')).length]).toEqual([[2, 0], 2]);
});

test('a service on every instance takes no desired count; one that others deploy does', async () => {
  expect(
    await testbed({ schedulingStrategy: 'DAEMON' }).refusal('updateService', {
      cluster: 'prod',
      service: 'watcher',
      desiredCount: 0,
    }),
  ).toEqual({
    error: 'Ecs.InvalidParameterException',
    cause:
      'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
  });
  for (const deploymentController of ['CODE_DEPLOY', 'EXTERNAL'] as const) {
    const { scaleTo, counts } = testbed({ deploymentController });
    await scaleTo(0);
    expect(await counts()).toEqual([0, 0]);
  }
});

test('a service that is not there is a failure to DescribeServices, and an error to UpdateService', async () => {
  const { call, refusal } = testbed();
  expect(await call('describeServices', { cluster: 'prod', services: ['x'] })).toMatchObject({
    services: [],
    failures: [{ reason: 'MISSING' }],
  });
  expect(await refusal('updateService', { cluster: 'prod', service: 'x', desiredCount: 0 })).toEqual({
    error: 'Ecs.ServiceNotFoundException',
    cause: 'Service not found.',
  });
});

test.each([
  [
    'describeServices',
    { cluster: 'prod', services: Array.from({ length: 11 }, () => 'x') },
    'Ecs.InvalidParameterException',
    'more than 10 elements',
  ],
  ['describeServices', { cluster: 'prod', services: [] }, 'Ecs.InvalidParameterException', 'cannot be empty'],
  ['describeServices', { cluster: 'x', services: ['watcher'] }, 'Ecs.ClusterNotFoundException', 'Cluster not found.'],
  ['describeServices', { services: ['watcher'] }, 'Ecs.ClusterNotFoundException', 'Cluster not found.'],
  [
    'updateService',
    { cluster: 'prod', service: 'watcher', desiredCount: -1 },
    'Ecs.InvalidParameterException',
    'zero or more',
  ],
  ['listTasks', { cluster: 'prod', serviceName: 'x' }, 'Ecs.ServiceNotFoundException', 'Service not found.'],
  ['describeTasks', { cluster: 'prod', tasks: [] }, 'Ecs.InvalidParameterException', '1 to 100'],
])('%s with %j is refused', async (action, request, error, cause) => {
  expect(await testbed().refusal(action, request)).toEqual({ error, cause: expect.stringContaining(cause) });
});

test('what is not rehearsed is refused by name', async () => {
  await expect(
    testbed().call('updateService', { cluster: 'prod', service: 'watcher', taskDefinition: 't:2' }),
  ).rejects.toThrow('UpdateService with taskDefinition cannot be rehearsed');
});

test('listing the tasks of a cluster may be allowed by the cluster alone', async () => {
  const { call, refusal } = testbed();
  const only = (cluster: string) =>
    allowing({
      Effect: 'Allow',
      Action: 'ecs:ListTasks',
      Resource: '*',
      Condition: { ArnEquals: { 'ecs:cluster': `arn:aws:ecs:eu-west-1:111122223333:cluster/${cluster}` } },
    });
  const request = { cluster: 'prod', serviceName: 'watcher' };
  await call('listTasks', request, { principal: only('prod') });
  expect((await refusal('listTasks', request, { principal: only('test') })).error).toBe('Ecs.AccessDeniedException');
});

test('updating takes the permission on the service; ECS has an error of its own for that', async () => {
  const { call, refusal } = testbed();
  const principal = allowing({ Effect: 'Allow', Action: 'ecs:UpdateService', Resource: ARN });
  await call('updateService', { cluster: 'prod', service: 'watcher', desiredCount: 1 }, { principal });
  expect((await refusal('describeServices', { cluster: 'prod', services: ['watcher'] }, { principal })).error).toBe(
    'Ecs.AccessDeniedException',
  );
});

test('a service whose tasks take long to end holds up no other', async () => {
  const { clock, environment } = testEnvironment();
  let end = () => {};
  const slow = new Promise<void>((resolve) => {
    end = resolve;
  });
  const ended: string[] = [];
  const ecs = new Ecs({
    environment,
    pace: PACE,
    scale: async ({ name }) => {
      if (name === 'slow') await slow;
      ended.push(name);
    },
  });
  for (const name of ['slow', 'quick']) ecs.services.add({ cluster: 'prod', name, desiredCount: 1 });
  for (const service of ecs.services.all('prod')) ecs.services.setDesiredCount(service, 0);
  await clock.pass(PACE.drainMs + PACE.stopMs);
  expect(ended).toEqual(['quick']);
  end();
  await ecs.services.settled();
  expect(ended).toEqual(['quick', 'slow']);
});
