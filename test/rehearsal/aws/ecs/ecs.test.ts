import { Ecs } from '../../../../rehearsal/aws/ecs/ecs';
import { allowing, callerOf, testEnvironment } from '../stage';

function stage() {
  const { environment } = testEnvironment();
  const scaled: [string, number][] = [];
  let finish: () => void = () => {};
  const ecs = new Ecs({
    environment,
    scale: ({ name }, running) => {
      scaled.push([name, running]);
      return new Promise((resolve) => {
        finish = resolve;
      });
    },
  });
  ecs.services.add({ cluster: 'prod', name: 'watcher', desiredCount: 2 });
  return {
    ...callerOf(environment, ecs),
    ecs,
    scaled,
    tasksHaveFollowed: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      finish();
      await ecs.services.settled();
    },
  };
}

const ARN = 'arn:aws:ecs:eu-west-1:111122223333:service/prod/watcher';

test('running tasks follow the desired count, not at once', async () => {
  const { call, scaled, tasksHaveFollowed } = stage();
  const describe = () => call('describeServices', { cluster: 'prod', services: ['watcher'] });
  expect(await describe()).toMatchObject({
    services: [{ serviceArn: ARN, desiredCount: 2, runningCount: 2, status: 'ACTIVE' }],
  });
  await call('updateService', { cluster: 'prod', service: 'watcher', desiredCount: 0 });
  expect(await describe()).toMatchObject({
    services: [{ desiredCount: 0, runningCount: 2, deployments: [{ rolloutState: 'IN_PROGRESS' }] }],
  });
  await tasksHaveFollowed();
  expect(scaled).toEqual([['watcher', 0]]);
  expect(await describe()).toMatchObject({
    services: [{ desiredCount: 0, runningCount: 0, deployments: [{ rolloutState: 'COMPLETED' }] }],
  });
});

test('tasks are listed and described while they run', async () => {
  const { call, tasksHaveFollowed } = stage();
  const list = async () =>
    ((await call('listTasks', { cluster: 'prod', serviceName: 'watcher' })) as { taskArns: string[] }).taskArns;
  const tasks = await list();
  expect(tasks).toHaveLength(2);
  expect(await call('describeTasks', { cluster: 'prod', tasks })).toMatchObject({
    tasks: [{ lastStatus: 'RUNNING' }, {}],
    failures: [],
  });
  await call('updateService', { cluster: 'prod', service: ARN, desiredCount: 1 });
  await tasksHaveFollowed();
  expect(await list()).toEqual(tasks.slice(0, 1));
  expect(await call('describeTasks', { cluster: 'prod', tasks })).toMatchObject({
    tasks: [{}],
    failures: [{ arn: tasks[1], reason: 'MISSING' }],
  });
  expect(await call('listTasks', { cluster: 'prod', desiredStatus: 'STOPPED' })).toEqual({ taskArns: [] });
});

test('a service that is not there is a failure to DescribeServices, and an error to UpdateService', async () => {
  const { call, refusal } = stage();
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
  expect(await stage().refusal(action, request)).toEqual({ error, cause: expect.stringContaining(cause) });
});

test('what is not rehearsed is refused by name', async () => {
  await expect(
    stage().call('updateService', { cluster: 'prod', service: 'watcher', taskDefinition: 't:2' }),
  ).rejects.toThrow('UpdateService with taskDefinition cannot be rehearsed');
});

test('updating takes the permission on the service; ECS has an error of its own for that', async () => {
  const { call, refusal, tasksHaveFollowed } = stage();
  const principal = allowing({ Effect: 'Allow', Action: 'ecs:UpdateService', Resource: ARN });
  await call('updateService', { cluster: 'prod', service: 'watcher', desiredCount: 1 }, { principal });
  await tasksHaveFollowed();
  expect((await refusal('describeServices', { cluster: 'prod', services: ['watcher'] }, { principal })).error).toBe(
    'Ecs.AccessDeniedException',
  );
});
