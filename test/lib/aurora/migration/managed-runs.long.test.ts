import { Duration } from 'aws-cdk-lib';
import { DatabaseEngine } from '../../../../lib';
import { type DatabaseBackend, EmptyBackend, type Switchover } from '../../../../rehearsal/aws/rds/backend';
import type { Ways } from '../../../../rehearsal/aws/rds/context';
import { TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { DatabaseCloud } from '../database-cloud';
import { BLUE_GROUP, Databases } from '../databases-under-test';
import { putManaged } from '../existing-databases';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const databases = new Databases();
databases.manage(databases.everything(), { associatedRoles: [databases.role('loader')] });
const assembly = databases.deploy();

const newCloud = (backend?: DatabaseBackend) => DatabaseCloud.of(assembly, putManaged, backend && { backend });

const home = { blue: 100, green: 0 };
const clusters = ({ rds }: DatabaseCloud) =>
  Object.fromEntries(rds.databases.clusters.map(({ identifier, engineVersion }) => [identifier, engineVersion]));

test('a cutover has RDS make green, resize it and give it blue’s names, and leaves readers on the name that stays', async () => {
  const cloud = await newCloud();
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'green' } });
  expect(clusters(cloud)).toEqual({ blue: '8.0.mysql_aurora.3.10.1', 'blue-old1': '8.0.mysql_aurora.3.08.0' });
  const classes = cloud.rds.databases.instances.map(({ identifier, instanceClass }) => [identifier, instanceClass]);
  expect(Object.fromEntries(classes)).toMatchObject({ 'blue-1': 'db.r7g.large', 'blue-1-old1': 'db.r6g.large' });
  expect(cloud.observe()).toMatchObject({ readers: home, lock: undefined, phase: 'settled' });
  expect(cloud.broken).toEqual([]);
});

test('readers reach green under the name that RDS made up, and never a name that is gone', async () => {
  const cloud = await newCloud();
  const seen = new Set<string>();
  const entered = (state: string) => {
    if (state === 'Check green at reader weight 10 of 100') seen.add(cloud.targetOfReaders('green'));
    if (state === 'Start the switchover') seen.add(cloud.targetOfReaders('green'));
  };
  await cloud.run('cutover', { entered });
  expect([...seen]).toEqual([
    expect.stringMatching(/^blue-green-\w+\.cluster-ro-/),
    'blue.cluster-ro-abc123.eu-west-1.rds.amazonaws.com',
  ]);
  expect(cloud.targetOfReaders('green')).toBe('blue.cluster-ro-abc123.eu-west-1.rds.amazonaws.com');
});

/** Who has the name that clients know, and who may connect to whom. */
function sides({ rds, closedGroup }: DatabaseCloud) {
  return Object.fromEntries(
    rds.databases.clusters.map((cluster) => [
      cluster.identifier.replace(/-green-.*/, '-green'),
      {
        version: cluster.engineVersion.slice(-6),
        ingress: cluster.securityGroupIds.includes(closedGroup) ? 'revoked' : 'restored',
        instances: rds.databases.members(cluster).map(({ identifier }) => identifier.replace(/-green-.*/, '-green')),
      },
    ]),
  );
}

const ON_BLUE = {
  blue: { version: '3.08.0', ingress: 'restored', instances: ['blue-1', 'blue-2'] },
  'blue-green': { version: '3.10.1', ingress: 'revoked', instances: ['blue-1-green', 'blue-2-green'] },
};
const ON_GREEN = {
  'blue-old1': { version: '3.08.0', ingress: 'revoked', instances: ['blue-1-old1', 'blue-2-old1'] },
  blue: { version: '3.10.1', ingress: 'restored', instances: ['blue-1', 'blue-2'] },
};

test('after a cutover the old side follows from where RDS said, and no user may connect to it', async () => {
  const cloud = await newCloud();
  const { output } = await cloud.run('cutover');
  expect(output).toMatchObject({
    phases: { Reverse: { position: { file: 'mysql-bin-changelog.000003', position: 40_134_574 } } },
  });
  expect(sides(cloud)).toEqual(ON_GREEN);
  expect(cloud.asked.filter(({ verb }) => verb === 'mysql.follow').map(({ args }) => args)).toEqual([
    {
      from: 'green',
      to: 'blue',
      hosts: { blue: 'blue-old1.cluster-abc123.eu-west-1.rds.amazonaws.com' },
      position: { file: 'mysql-bin-changelog.000003', position: 40_134_574 },
    },
  ]);
});

test('clients return: green’s client ingress is revoked, blue has the names that they know, and what is left is told', async () => {
  const cloud = await newCloud();
  await cloud.run('cutover');
  const { status, output, cause } = await cloud.run('rollback');
  expect({ status, cause }).toEqual({ status: 'SUCCEEDED' });
  expect(output).toMatchObject({
    outcome: 'rolledBackOnRequest',
    serving: 'blue',
    phases: {
      Return: {
        remains: expect.stringMatching(
          /^Green stays as blue-green-\w{6}, with its client ingress revoked, and costs money\. .*--db-instance-identifier blue-1-green-\w{6}; .*delete-db-cluster --skip-final-snapshot --db-cluster-identifier blue-green-\w{6}$/,
        ),
      },
    },
  });
  expect(sides(cloud)).toEqual(ON_BLUE);
  expect(cloud.rds.databases.cluster('blue').endpoint).toBe('blue.cluster-abc123.eu-west-1.rds.amazonaws.com');
  expect(cloud.observe()).toMatchObject({ readers: home, lock: undefined, phase: 'settled' });
  expect((await cloud.run('rollback')).error).toBe('NothingToDo');
});

test('who has gone back can move again, with a green of its own', async () => {
  const cloud = await newCloud();
  for (const action of ['cutover', 'rollback', 'cutover', 'rollback']) {
    expect(await cloud.run(action)).toMatchObject({ status: 'SUCCEEDED' });
  }
  expect(sides(cloud).blue).toEqual(ON_BLUE.blue);
  expect(cloud.rds.databases.clusters).toHaveLength(3);
});

test('an alarm in the watch sends clients back', async () => {
  const cloud = await newCloud();
  const entered = (state: string) => {
    if (state === 'Journal: Watch begins') cloud.cloudwatch.setAlarmState('OrderErrors', 'ALARM', 'by the test');
  };
  expect(await cloud.run('cutover', { entered })).toMatchObject({
    error: 'RolledBack',
    cause: expect.stringMatching(
      /^Watch: Alarm: In ALARM: OrderErrors -- Clients are on blue, and what was stopped is back\. Green stays as blue-green-/,
    ),
  });
  expect(sides(cloud)).toEqual(ON_BLUE);
});

test('a rollback that cannot be had does not fail the cutover, and is told; `rollback` tries it again', async () => {
  const cloud = await newCloud();
  const usual = cloud.agent;
  cloud.agent = (verb, args) =>
    verb === 'mysql.follow' ? new TaskFailure('Agent.Failed', 'no REPLICATION SLAVE') : usual(verb, args);
  expect(await cloud.run('cutover')).toMatchObject({
    status: 'SUCCEEDED',
    output: {
      serving: 'green',
      phases: { Reverse: { rollbackUnsupported: expect.stringMatching(/no REPLICATION SLAVE/) } },
    },
  });
  expect(await cloud.run('rollback')).toMatchObject({
    error: 'RolledBack',
    cause: expect.stringMatching(/^Replicate: Agent\.Failed: no REPLICATION SLAVE -- Clients are on green/),
  });
  expect(sides(cloud)).toEqual(ON_GREEN);
  cloud.agent = usual;
  expect(await cloud.run('rollback')).toMatchObject({ status: 'SUCCEEDED' });
});

test('a blue that nobody can write to is not returned to: green opens again, and is followed', async () => {
  const cloud = await newCloud();
  await cloud.run('cutover');
  const usual = cloud.agent;
  cloud.agent = (verb, args) =>
    verb === 'mysql.alive' && 'writableWithinSeconds' in Object(args)
      ? new TaskFailure('Agent.TargetReadOnly', 'read_only is ON')
      : usual(verb, args);
  expect(await cloud.run('rollback')).toMatchObject({
    error: 'RolledBack',
    cause: expect.stringMatching(/^Detach: Agent\.TargetReadOnly: read_only is ON -- Clients are on green/),
  });
  expect(sides(cloud)).toEqual(ON_GREEN);
  expect(cloud.observe().follows.blue).toBe('green');
  cloud.agent = usual;
  expect(await cloud.run('rollback')).toMatchObject({ status: 'SUCCEEDED' });
  expect(sides(cloud)).toEqual(ON_BLUE);
});

/** By what is documented, RDS may go either way, and takes minutes for it. */
const WAYS: readonly (readonly [string, Partial<Ways>])[] = [
  ['ends the read-only state', { recordKeepsReadOnly: true }],
  ['leaves the read-only state until a reboot', { recordKeepsReadOnly: false }],
  ['takes no right but to the record', { recordTakesRightsToDelete: false }],
];

test.each(WAYS)(
  'a rollback whose deployment takes minutes to delete, which %s, keeps clients out of blue, and waits for nothing while clients are refused',
  async (_way, ways) => {
    const cloud = await DatabaseCloud.of(assembly, putManaged, { ways, durations: { delete: 300_000 } });
    await cloud.run('cutover');
    const reboots = () =>
      cloud.asked.filter(({ args }) => JSON.stringify(args).includes('writableWithinSeconds')).length;
    const sawBlue: string[] = [];
    const entered = (state: string) => {
      if (!/is the deployment gone\?$/.test(state)) return;
      sawBlue.push(cloud.isWritable(cloud.rds.databases.cluster('blue')) ? 'writable' : 'read-only');
    };
    expect(await cloud.run('rollback', { entered })).toMatchObject({ status: 'SUCCEEDED' });
    expect(sawBlue.length).toBeGreaterThan(10);
    expect(new Set(sawBlue)).toEqual(new Set(['writable']));
    // Asked whether it can be written to; once more after a reboot; and when it has its name.
    expect(reboots()).toBe(ways.recordKeepsReadOnly === false ? 3 : 2);
    expect(sides(cloud)).toEqual(ON_BLUE);
    expect(cloud.broken).toEqual([]);
  },
);

test('a record whose deletion is refused leaves clients on green, whose client ingress was never revoked', async () => {
  const cloud = await newCloud();
  await cloud.run('cutover');
  const refuse = (state: string) =>
    state === 'Replicate: delete the deployment, keep both clusters'
      ? new TaskFailure('Rds.RdsException', 'not authorized to perform: rds:DeleteDBCluster')
      : undefined;
  expect((await cloud.run('rollback', { refuse })).cause).toMatch(
    /^Replicate: DeploymentStays: .*not authorized to perform: rds:DeleteDBCluster .*Clients are on green/,
  );
  expect(sides(cloud)).toEqual(ON_GREEN);
  expect(await cloud.run('rollback')).toMatchObject({ status: 'SUCCEEDED' });
});

test('a deletion that RDS takes and gives up is not waited for, and leaves clients on green', async () => {
  const cloud = await DatabaseCloud.of(assembly, putManaged, { durations: { delete: 3_600_000 } });
  await cloud.run('cutover');
  const begun = cloud.clock.now();
  const entered = (state: string) => {
    if (state !== 'Replicate: is the deployment gone?') return;
    for (const deployment of cloud.rds.deployments.all) deployment.status = 'INVALID_CONFIGURATION';
  };
  expect((await cloud.run('rollback', { entered })).cause).toMatch(
    /^Replicate: DeploymentStays: .* is INVALID_CONFIGURATION.*Clients are on green/,
  );
  expect(cloud.clock.now() - begun).toBeLessThan(5 * 60_000);
  expect(sides(cloud)).toEqual(ON_GREEN);
});

test('the coordinates are found behind hundreds of events, of a green that was made longer ago than RDS keeps them', async () => {
  const cloud = await newCloud();
  await cloud.callAsAdministrator('rds', 'createBlueGreenDeployment', {
    BlueGreenDeploymentName: 'shop',
    Source: 'arn:aws:rds:eu-west-1:111122223333:cluster:blue',
    TargetEngineVersion: '8.0.mysql_aurora.3.10.1',
  });
  const never = new AbortController().signal;
  await cloud.clock.sleep(Duration.days(20).toSeconds(), { reason: 'wait', state: 'the night', signal: never });
  const entered = (state: string) => {
    if (state !== 'Start the switchover') return;
    for (let number = 0; number < 450; number++) {
      cloud.rds.events.write('db-instance', `other-${number}`, ['notification'], 'Something that RDS notes.');
    }
  };
  expect(await cloud.run('cutover', { entered })).toMatchObject({
    status: 'SUCCEEDED',
    output: { phases: { Reverse: { position: { file: 'mysql-bin-changelog.000003', position: 40_134_574 } } } },
  });
});

test('coordinates of an earlier switchover of the same names are not taken', async () => {
  const cloud = await newCloud();
  cloud.rds.events.write(
    'db-instance',
    'blue-1',
    ['notification'],
    'Binary log coordinates in green environment after switchover: file mysql-bin-changelog.000001 and position 4',
  );
  expect(await cloud.run('cutover')).toMatchObject({
    status: 'SUCCEEDED',
    output: { phases: { Reverse: { position: { file: 'mysql-bin-changelog.000003', position: 40_134_574 } } } },
  });
});

test('green keeps its groups where nobody could note them', async () => {
  const cloud = await newCloud();
  await cloud.run('cutover');
  const [before] = cloud.rds.databases.clusters.filter(({ identifier }) => identifier === 'blue');
  const refuse = (state: string) =>
    state === 'Fence: save the security groups of green'
      ? new TaskFailure('Rds.RdsException', 'not authorized')
      : undefined;
  expect((await cloud.run('rollback', { refuse })).cause).toMatch(/^Fence: .*Clients are on green/);
  const [after] = cloud.rds.databases.clusters.filter(({ identifier }) => identifier === 'blue');
  expect(after?.securityGroupIds).toEqual(before?.securityGroupIds);
  expect(after?.securityGroupIds).toEqual([BLUE_GROUP]);
  expect(await cloud.run('rollback')).toMatchObject({ status: 'SUCCEEDED' });
});

test('of PostgreSQL there is no rollback, and the refusal says what there is', async () => {
  const others = new Databases();
  const engine = DatabaseEngine.auroraPostgres('15.8');
  others.manage(
    { blue: others.cluster('Blue', BLUE_GROUP, { engine }) },
    { targetEngine: DatabaseEngine.auroraPostgres('16.4'), targetInstanceClass: undefined },
  );
  const [machine] = others.deploy().stateMachines();
  const text = JSON.stringify(machine?.definition);
  expect(text).toMatch(/RDS has no rollback from a switchover that is complete, and of PostgreSQL .*retire/);
  expect(/mysql\.follow|rebootDBInstance/.exec(text)).toBeNull();
});

test('the closed group lets in the host and the other side, and blue lets it in: no user, and no wider rule', () => {
  const closed = assembly
    .resources('AWS::EC2::SecurityGroup')
    .find((group) => String(group.property('GroupDescription')).startsWith('The side that users have left'));
  const rules = assembly
    .resources('AWS::EC2::SecurityGroupIngress')
    .filter((rule) => [closed?.physicalId, BLUE_GROUP].includes(String(rule.property('GroupId'))))
    .map((rule) => {
      const isClosed = (id: unknown) => (id === closed?.physicalId ? 'closed' : id === BLUE_GROUP ? 'blue' : 'host');
      const [from, to] = [rule.property('SourceSecurityGroupId'), rule.property('GroupId')].map(isClosed);
      return `${from} → ${to}: ${rule.property('FromPort')}-${rule.property('ToPort')}`;
    });
  const port = '3306-3306';
  expect(rules.sort()).toEqual(
    [`closed → blue: ${port}`, `closed → closed: ${port}`, `host → blue: ${port}`, `host → closed: ${port}`].sort(),
  );
  expect(closed?.property('SecurityGroupIngress')).toBeUndefined();
});

test('who serves is known by RDS alone: a journal that is lost does not lie', async () => {
  const cloud = await newCloud();
  await cloud.run('cutover');
  await cloud.callAsAdministrator('ssm', 'deleteParameter', { Name: '/cdk-cutover/shop/journal' });
  expect((await cloud.run('cutover')).error).toBe('NothingToDo');
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
  const before = cloud.observe();
  const { error, cause } = await cloud.run('cutover');
  expect(error).toBe('RolledBack');
  expect(cause).toMatch(
    /^Switch: SwitchoverFailed: The deployment bgd-\w+ is SWITCHOVER_FAILED: External replication is configured on blue\. Blue serves/,
  );
  expect(cause).toMatch(
    /Clients are on blue.* Green stays and costs money: bgd-\w+ \(shop\) is SWITCHOVER_FAILED.*--delete-target/,
  );
  expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
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

test('a switchover whose answer was lost counts: clients are on green, and everything else is put back', async () => {
  const cloud = await newCloud();
  const fail = (state: string) =>
    state === 'Describe the switchover' ? new TaskFailure('Injected', 'by the test') : undefined;
  expect(await cloud.run('cutover', { fail })).toMatchObject({
    error: 'MonitoringIncomplete',
    cause: expect.stringMatching(/^Switch: Injected: .* Clients are on green/),
  });
  expect(cloud.observe()).toMatchObject({ readers: home, lock: undefined, phase: 'settled' });
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
  // Restored, it would follow anyone who has the name then.
  expect(cloud.observe().follows.blue).toBeUndefined();
});
