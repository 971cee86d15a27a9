import { EmptyBackend } from '../../../../rehearsal/aws/rds/backend';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { DatabaseCloud } from '../database-cloud';
import { Databases } from '../databases-under-test';
import { putManaged } from '../existing-databases';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const databases = new Databases();
databases.manage(databases.everything());
const assembly = databases.deploy();

const READERS = {
  ServiceNamespace: 'rds',
  ResourceId: 'cluster:blue',
  ScalableDimension: 'rds:cluster:ReadReplicaCount',
} as const;
const SUSPENDED = {
  DynamicScalingInSuspended: true,
  DynamicScalingOutSuspended: true,
  ScheduledScalingSuspended: true,
};
/** Somebody has forbidden to take readers away. */
const AS_IT_WAS = { ...SUSPENDED, DynamicScalingOutSuspended: false, ScheduledScalingSuspended: false };
const CPU = {
  PolicyName: 'cpu',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 60,
    PredefinedMetricSpecification: { PredefinedMetricType: 'RDSReaderAverageCPUUtilization' },
    ScaleInCooldown: 300,
  },
} as const;
const EVENING = {
  ScheduledActionName: 'evening',
  Schedule: 'cron(0 18 * * ? *)',
  Timezone: 'Europe/Dublin',
  ScalableTargetAction: { MinCapacity: 3 },
};

async function scaledCloud(backend = new EmptyBackend()): Promise<DatabaseCloud> {
  const cloud = await DatabaseCloud.of(assembly, putManaged, { backend });
  const put = (action: string, request: object) =>
    cloud.callAsAdministrator('applicationautoscaling', action, { ...READERS, ...request });
  await put('registerScalableTarget', { MinCapacity: 1, MaxCapacity: 6, SuspendedState: AS_IT_WAS });
  await put('putScalingPolicy', CPU);
  await put('putScheduledAction', EVENING);
  return cloud;
}

async function scalingOf(cloud: DatabaseCloud): Promise<unknown> {
  const ask = (what: string, request: object = READERS) =>
    cloud.callAsAdministrator('applicationautoscaling', `describe${what}`, { ...request });
  return Object.assign(
    {},
    await ask('ScalableTargets', { ServiceNamespace: 'rds' }),
    await ask('ScalingPolicies'),
    await ask('ScheduledActions'),
  );
}

const WHOLE = {
  ScalableTargets: [{ MinCapacity: 1, MaxCapacity: 6, SuspendedState: AS_IT_WAS }],
  ScalingPolicies: [CPU],
  ScheduledActions: [EVENING],
};

test('readers are not scaled while RDS renames them, and green’s are as blue’s were, though nothing came along', async () => {
  const cloud = await scaledCloud();
  const during: unknown[] = [];
  const entered = (state: string) => {
    if (state === 'Start the switchover') void scalingOf(cloud).then((found) => during.push(found));
    if (state !== 'Switchover: done') return;
    void cloud.callAsAdministrator('applicationautoscaling', 'deregisterScalableTarget', READERS);
  };
  expect(await cloud.run('cutover', { entered })).toMatchObject({ status: 'SUCCEEDED' });
  expect(during).toMatchObject([{ ScalableTargets: [{ SuspendedState: SUSPENDED }] }]);
  expect(await scalingOf(cloud)).toMatchObject(WHOLE);
});

test('who goes back has the readers scaled as before', async () => {
  const cloud = await scaledCloud();
  await cloud.run('cutover');
  const entered = (state: string) => {
    if (state !== 'Return: were the readers scaled?') return;
    void cloud.callAsAdministrator('applicationautoscaling', 'deregisterScalableTarget', READERS);
  };
  expect(await cloud.run('rollback', { entered })).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'blue' } });
  expect(await scalingOf(cloud)).toMatchObject(WHOLE);
});

/** RDS refuses whatever happens. */
class Guarded extends EmptyBackend {
  public override async guardrails(): Promise<readonly string[]> {
    return ['External replication is configured on blue.'];
  }
}

test('a switchover that RDS refuses leaves the scaling of blue as it was', async () => {
  const cloud = await scaledCloud(new Guarded());
  expect((await cloud.run('cutover')).error).toBe('RolledBack');
  expect(await scalingOf(cloud)).toMatchObject(WHOLE);
});

test('an execution that is stopped in the switchover is recovered from, and readers are scaled again', async () => {
  const cloud = await scaledCloud();
  await cloud.run('cutover', { abortAt: 'Start the switchover' });
  expect(await scalingOf(cloud)).toMatchObject({ ScalableTargets: [{ SuspendedState: SUSPENDED }] });
  expect(await cloud.run('recover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(await scalingOf(cloud)).toMatchObject(WHOLE);
});

test('a cluster whose readers nobody scales is given no scaling', async () => {
  const cloud = await DatabaseCloud.of(assembly, putManaged);
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(await scalingOf(cloud)).toEqual({ ScalableTargets: [], ScalingPolicies: [], ScheduledActions: [] });
});

test('scheduled actions beyond the first page are not left behind: the preflight says that there are too many', async () => {
  const cloud = await DatabaseCloud.of(assembly, putManaged);
  const put = (action: string, request: object) =>
    cloud.callAsAdministrator('applicationautoscaling', action, { ...READERS, ...request });
  await put('registerScalableTarget', { MinCapacity: 1, MaxCapacity: 6 });
  for (let day = 1; day <= 50; day++) {
    const Schedule = `at(2026-01-01T00:00:${String(day).padStart(2, '0')})`;
    await put('putScheduledAction', { ...EVENING, ScheduledActionName: `once-${day}`, Schedule });
  }
  await put('putScheduledAction', EVENING);
  expect(await cloud.run('preflight')).toMatchObject({ cause: expect.stringContaining('rds.auto-scaling-too-long') });
});
