import { type DatabaseBackend, EmptyBackend, type Switchover } from '../../../rehearsal/aws/rds/backend';
import { TaskFailure } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { DatabaseCloud } from './database-cloud';
import { Databases } from './databases-under-test';
import { putManaged } from './existing-databases';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const databases = new Databases();
databases.manage(databases.everything(), { associatedRoles: [databases.role('loader')] });
const assembly = databases.deploy();

const newCloud = (backend?: DatabaseBackend) => DatabaseCloud.of(assembly, putManaged, backend);

const home = { blue: 100, green: 0 };
const clusters = ({ rds }: DatabaseCloud) =>
  Object.fromEntries(rds.databases.clusters.map(({ identifier, engineVersion }) => [identifier, engineVersion]));

test('a cutover has RDS make green, resize it and give it blue’s names, and leaves readers on the name that stays', async () => {
  const cloud = await newCloud();
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'green' } });
  expect(clusters(cloud)).toEqual({ blue: '8.0.mysql_aurora.3.10.1', 'blue-old1': '8.0.mysql_aurora.3.08.0' });
  const classes = cloud.rds.databases.instances.map(({ identifier, instanceClass }) => [identifier, instanceClass]);
  expect(Object.fromEntries(classes)).toMatchObject({ 'blue-1': 'db.r7g.large', 'blue-1-old1': 'db.r6g.large' });
  expect(cloud.standing()).toMatchObject({ readers: home, lock: undefined, phase: 'settled' });
  expect(cloud.broken).toEqual([]);
});

test('readers reach green under the name that RDS made up, and never a name that is gone', async () => {
  const cloud = await newCloud();
  const seen = new Set<string>();
  const entered = (state: string) => {
    if (state === 'Is the new side well at 10 to 90?') seen.add(cloud.targetOfReaders('green'));
    if (state === 'Have RDS switch over') seen.add(cloud.targetOfReaders('green'));
  };
  await cloud.run('cutover', { entered });
  expect([...seen]).toEqual([
    expect.stringMatching(/^blue-green-\w+\.cluster-ro-/),
    'blue.cluster-ro-abc123.eu-west-1.rds.amazonaws.com',
  ]);
  expect(cloud.targetOfReaders('green')).toBe('blue.cluster-ro-abc123.eu-west-1.rds.amazonaws.com');
});

test('there is no way back from a switchover, and the refusal says what there is', async () => {
  const cloud = await newCloud();
  await cloud.run('cutover');
  expect(await cloud.run('back')).toMatchObject({
    error: 'NoWayBack',
    cause: expect.stringMatching(/RDS has no way back from a switchover .* kept as it was until .*retire/),
  });
  for (const action of ['cutover', 'preflight']) expect((await cloud.run(action)).error).toBe('NothingToDo');
  expect(cloud.standing()).toMatchObject({ lock: undefined });
});

test('an alarm in the watch leaves users where they are, and says so', async () => {
  const cloud = await newCloud();
  const entered = (state: string) => {
    if (state === 'Journal Watch') cloud.cloudwatch.setAlarmState('OrderErrors', 'ALARM', 'by the test');
  };
  expect(await cloud.run('cutover', { entered })).toMatchObject({
    error: 'Unwatched',
    cause: expect.stringMatching(/^Watch: Alarm: In ALARM: OrderErrors -- Users are on green .* RDS has no way back/),
  });
});

const LOADER = 'arn:aws:iam::111122223333:role/loader';
const STRANGER = 'arn:aws:iam::111122223333:role/stranger';
const giveRole = (cloud: DatabaseCloud, RoleArn: string) =>
  cloud.callAsAdministrator('rds', 'addRoleToDBCluster', { DBClusterIdentifier: 'blue', RoleArn });

test('green is given the roles that RDS leaves with the old side, even if the answer to that is lost', async () => {
  const cloud = await newCloud();
  await giveRole(cloud, LOADER);
  const fail = (state: string) =>
    state === 'Give green the role' ? new TaskFailure('Injected', 'by the test') : undefined;
  expect(await cloud.run('cutover', { fail })).toMatchObject({ status: 'SUCCEEDED' });
  expect(cloud.rds.databases.cluster('blue').roles).toEqual([{ arn: LOADER, feature: undefined }]);
});

test('a role of blue that is not stated is an error of the preflight', async () => {
  const cloud = await newCloud();
  await giveRole(cloud, LOADER);
  await giveRole(cloud, STRANGER);
  expect((await cloud.run('preflight')).cause).toMatch(
    /^Preflight: RolesNotStated: .*: arn:aws:iam::\d+:role\/stranger\. St/,
  );
});

/** As S2's blue: replication that somebody left over keeps RDS from switching over. */
class LeftOver extends EmptyBackend {
  public cleared = false;

  public override async guardrails(): Promise<readonly string[]> {
    return this.cleared ? [] : ['External replication is configured on blue.'];
  }
}

test('a guardrail that RDS meets ends it with blue serving and green listed; started again, it goes on with that', async () => {
  const backend = new LeftOver();
  const cloud = await newCloud(backend);
  const before = cloud.standing();
  const { error, cause } = await cloud.run('cutover');
  expect(error).toBe('RolledBack');
  expect(cause).toMatch(
    /^Switch: SwitchoverFailed: The deployment bgd-\w+ is SWITCHOVER_FAILED: External replication is configured on blue\. Blue serves/,
  );
  expect(cause).toMatch(
    /Users are on blue.* Green stays and costs money: bgd-\w+ \(shop\) is SWITCHOVER_FAILED.*--delete-target/,
  );
  expect(cloud.standing()).toEqual({ ...before, phase: 'settled' });
  backend.cleared = true;
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(Object.keys(clusters(cloud)).sort()).toEqual(['blue', 'blue-old1']);
});

test('a switchover that takes too long is put back by RDS, and named', async () => {
  class Slow extends EmptyBackend {
    public override switchOver({ signal }: Switchover): Promise<undefined> {
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    }
  }
  const cloud = await newCloud(new Slow());
  expect((await cloud.run('cutover')).cause).toMatch(
    /SwitchoverFailed: .* The switchover took longer than 300 seconds\./,
  );
  expect(Object.keys(clusters(cloud))).toContain('blue');
});

test('a green that RDS cannot make is named, and listed', async () => {
  class Broken extends EmptyBackend {
    public override createGreen(): Promise<void> {
      return Promise.reject(new Error('The upgrade of green failed.'));
    }
  }
  const cloud = await newCloud(new Broken());
  const { cause } = await cloud.run('cutover');
  expect(cause).toMatch(/^Create: DeploymentFailed: .* is INVALID_CONFIGURATION: The upgrade of green failed\./);
  expect(cause).toMatch(/Green stays and costs money: .* is INVALID_CONFIGURATION/);
});

test('blue that is in another deployment already is refused', async () => {
  const cloud = await newCloud();
  await cloud.callAsAdministrator('rds', 'createBlueGreenDeployment', {
    BlueGreenDeploymentName: 'by-hand',
    Source: 'arn:aws:rds:eu-west-1:111122223333:cluster:blue',
    TargetEngineVersion: '8.0.mysql_aurora.3.10.1',
  });
  expect((await cloud.run('preflight')).cause).toMatch(/^Preflight: DeploymentExists: .* already: by-hand\./);
});

test('a switchover whose answer was lost counts: users are on green, and everything else is put back', async () => {
  const cloud = await newCloud();
  const fail = (state: string) =>
    state === 'How far is the switchover?' ? new TaskFailure('Injected', 'by the test') : undefined;
  expect(await cloud.run('cutover', { fail })).toMatchObject({
    error: 'Unwatched',
    cause: expect.stringMatching(/^Switch: Injected: .* Users are on green/),
  });
  expect(cloud.standing()).toMatchObject({ readers: home, lock: undefined, phase: 'settled' });
  expect((await cloud.run('cutover')).error).toBe('NothingToDo');
});

test('once retired, the old cluster is gone, with a last snapshot, and the deployment', async () => {
  const cloud = await newCloud();
  await cloud.run('cutover');
  expect(await cloud.run('retire')).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'retired' } });
  expect(cloud.rds.databases.clusters.map(({ identifier, status }) => [identifier, status])).toEqual([
    ['blue-old1', 'deleting'],
    ['blue', 'available'],
  ]);
  expect(cloud.rds.snapshots.clusterSnapshots).toHaveLength(1);
});
