import type { Switchover } from '../../../../rehearsal/aws/rds/backend';
import type { NewCluster } from '../../../../rehearsal/aws/rds/databases';
import { allowing } from '../test-environment';
import { ARN, BLUE_VERSION, backendWith, GREEN_VERSION, type RdsTestbed, rdsTestbed } from './rds-testbed';

const REQUEST = {
  BlueGreenDeploymentName: 'shop-upgrade',
  Source: `${ARN}:cluster:shop`,
  TargetEngineVersion: GREEN_VERSION,
  TargetDBClusterParameterGroupName: 'shop80',
};

interface Shown {
  readonly BlueGreenDeploymentIdentifier: string;
  readonly Status: string;
  readonly StatusDetails?: string;
  readonly Source: string;
  readonly Target: string;
}

async function create({ call }: RdsTestbed, request: object = REQUEST): Promise<Shown> {
  return ((await call('createBlueGreenDeployment', request)) as { BlueGreenDeployment: Shown }).BlueGreenDeployment;
}

async function shown({ call }: RdsTestbed): Promise<Shown | undefined> {
  return ((await call('describeBlueGreenDeployments')) as { BlueGreenDeployments: Shown[] }).BlueGreenDeployments[0];
}

/** A testbed whose deployment is ready to be switched over. */
async function ready(testbed: RdsTestbed) {
  const { BlueGreenDeploymentIdentifier } = await create(testbed);
  await testbed.clock.pass(0);
  return { ...testbed, id: { BlueGreenDeploymentIdentifier } };
}

const names = ({ rds: { databases } }: RdsTestbed) => ({
  clusters: databases.clusters.map(({ identifier }) => identifier),
  instances: databases.instances.map(({ identifier }) => identifier),
});

describe('creating', () => {
  test('makes a green cluster like blue, of the version that was asked for, and takes its time', async () => {
    const testbed = rdsTestbed({ durations: { create: 1_800_000 } });
    const { Target } = await create(testbed);
    expect(Target).toMatch(/cluster:shop-green-[0-9a-f]{6}$/);
    expect(await shown(testbed)).toMatchObject({ Status: 'PROVISIONING', Source: REQUEST.Source });
    await testbed.clock.pass(1_800_000);
    expect(await shown(testbed)).toMatchObject({ Status: 'AVAILABLE' });
    expect(await testbed.call('describeDBClusters', { DBClusterIdentifier: Target })).toMatchObject({
      DBClusters: [
        {
          EngineVersion: GREEN_VERSION,
          DBClusterParameterGroup: 'shop80',
          ReplicationSourceIdentifier: REQUEST.Source,
          DBClusterMembers: [{ IsClusterWriter: true }, { IsClusterWriter: false }],
          VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1' }],
        },
      ],
    });
  });

  test('gives green the default parameter group where none is named, not blue’s', async () => {
    const testbed = rdsTestbed();
    const { TargetDBClusterParameterGroupName, ...without } = REQUEST;
    const { Target } = await create(testbed, without);
    expect(testbed.rds.databases.cluster(Target).parameterGroup).toBe('default.aurora-mysql8.0');
  });

  test('that fails leaves a deployment that can only be deleted', async () => {
    const testbed = rdsTestbed({
      backend: backendWith({ createGreen: () => Promise.reject(new Error('Blue has no binary log.')) }),
    });
    const { id, refusal } = await ready(testbed);
    expect(await shown(testbed)).toMatchObject({
      Status: 'INVALID_CONFIGURATION',
      StatusDetails: 'Blue has no binary log.',
    });
    expect((await refusal('switchoverBlueGreenDeployment', id)).error).toBe(
      'Rds.InvalidBlueGreenDeploymentStateException',
    );
    await testbed.call('deleteBlueGreenDeployment', { ...id, DeleteTarget: true });
    await testbed.clock.pass(0);
    expect(names(testbed)).toEqual({ clusters: ['shop'], instances: ['shop-1', 'shop-2'] });
  });

  test.each([
    [{ BlueGreenDeploymentName: '2nd' }, 'Rds.RdsException', /BlueGreenDeploymentName: Got "2nd"; it must match/],
    [{ Source: `${ARN}:cluster:x` }, 'Rds.DbClusterNotFoundException', /DBCluster x not found/],
    [{ TargetDBInstanceClass: 'db.r6g.large' }, 'Rds.RdsException', /TargetDBInstanceClass cannot be specified/],
    [{ TargetEngineVersion: '9.9' }, 'Rds.RdsException', /Cannot find version 9.9/],
    [{ TargetDBClusterParameterGroupName: 'none' }, 'Rds.DbClusterParameterGroupNotFoundException', /not found: none/],
    [{ TargetDBClusterParameterGroupName: 'shop57' }, 'Rds.RdsException', /DBParameterGroupFamily aurora-mysql8.0/],
  ])('with %j is refused', async (change, error, cause) => {
    const refused = await rdsTestbed().refusal('createBlueGreenDeployment', { ...REQUEST, ...change });
    expect(refused).toEqual({
      error,
      cause: expect.stringMatching(cause),
    });
  });

  const SOURCE: NewCluster = {
    identifier: 'other',
    engine: 'aurora-mysql',
    engineVersion: BLUE_VERSION,
    parameterGroup: 'shop57',
  };

  test.each<[string, Partial<NewCluster>, RegExp]>([
    ['without a binary log', { parameterGroup: 'default.aurora-mysql5.7' }, /has binlog enabled/],
    ['that is a read replica', { replicationSource: `${ARN}:cluster:shop` }, /is a read replica/],
    ['whose password RDS manages', { managedMasterPassword: true }, /managed in AWS Secrets Manager/],
    [
      'of PostgreSQL without logical replication',
      { engine: 'aurora-postgresql', engineVersion: '15.12', parameterGroup: 'default.aurora-postgresql15' },
      /logical replication enabled/,
    ],
  ])('from a cluster %s is refused', async (_case, facts, cause) => {
    const { rds, refusal } = rdsTestbed();
    rds.databases.addCluster({ ...SOURCE, ...facts });
    const refused = await refusal('createBlueGreenDeployment', { ...REQUEST, Source: `${ARN}:cluster:other` });
    expect(refused).toEqual({
      error: 'Rds.SourceClusterNotSupportedException',
      cause: expect.stringMatching(cause),
    });
  });

  test('with another case of table names is refused', async () => {
    const { rds, refusal } = rdsTestbed();
    rds.parameterGroups.add('lower', 'aurora-mysql8.0', { binlog_format: 'ROW', lower_case_table_names: '1' });
    const refused = await refusal('createBlueGreenDeployment', {
      ...REQUEST,
      TargetDBClusterParameterGroupName: 'lower',
    });
    expect(refused.cause).toMatch(/lower_case_table_names parameter within the parameter group \[lower\]/);
  });

  test('a second one, of the same name or of the same cluster, is refused', async () => {
    const { refusal } = await ready(rdsTestbed());
    expect((await refusal('createBlueGreenDeployment', REQUEST)).error).toBe(
      'Rds.BlueGreenDeploymentAlreadyExistsException',
    );
    const again = { ...REQUEST, BlueGreenDeploymentName: 'again' };
    expect((await refusal('createBlueGreenDeployment', again)).cause).toMatch(/already part of a blue\/green/);
  });

  test('takes the right to what RDS creates on the caller’s behalf', async () => {
    const principal = allowing({ Effect: 'Allow', Action: 'rds:CreateBlueGreenDeployment', Resource: '*' });
    const { cause } = await rdsTestbed().refusal('createBlueGreenDeployment', REQUEST, { principal });
    expect(cause).toContain('rds:AddTagsToResource');
  });
});

describe('switching over', () => {
  test('gives green blue’s names and endpoints, while resource ids stay with the data', async () => {
    const testbed = rdsTestbed();
    const { call, clock, id, rds, blue } = await ready(testbed);
    const green = rds.databases.clusters[1];
    await call('switchoverBlueGreenDeployment', id);
    expect(await shown(testbed)).toMatchObject({ Status: 'SWITCHOVER_IN_PROGRESS' });
    await clock.pass(0);
    expect(await shown(testbed)).toMatchObject({
      Status: 'SWITCHOVER_COMPLETED',
      Source: `${ARN}:cluster:shop-old1`,
      Target: `${ARN}:cluster:shop`,
    });
    expect(names(testbed)).toEqual({
      clusters: ['shop-old1', 'shop'],
      instances: ['shop-1-old1', 'shop-2-old1', 'shop-1', 'shop-2'],
    });
    expect(rds.databases.ownerOf('shop.cluster-abc.example')).toEqual({
      resourceId: green?.resourceId,
      kind: 'writer',
    });
    expect(rds.databases.ownerOf(blue.endpoint)).toEqual({ resourceId: blue.resourceId, kind: 'writer' });
    expect(blue.endpoint).toMatch(/^shop-old1\.cluster-/);
    expect(green).toMatchObject({ replicationSource: undefined, tags: [{ Key: 'team' }] });
  });

  test('tells where the log of the new production stands, in an event of its writer by the name that it had', async () => {
    const testbed = rdsTestbed();
    const { call, clock, id } = await ready(testbed);
    const writer = testbed.rds.databases.instances[2]?.identifier;
    expect(writer).toMatch(/^shop-1-green-/);
    await call('switchoverBlueGreenDeployment', id);
    await clock.pass(0);
    expect(await call('describeEvents', { SourceType: 'db-instance', SourceIdentifier: writer })).toMatchObject({
      Events: [
        {
          Message:
            'Binary log coordinates in green environment after switchover: file mysql-bin-changelog.000003 and position 40134574',
        },
      ],
    });
  });

  test('is called off by a guardrail, and can be tried again', async () => {
    const findings = ['External replication is configured on the blue environment.'];
    let fenced = false;
    const testbed = rdsTestbed({
      backend: backendWith({
        guardrails: async () => findings,
        switchOver: async ({ rename }) => {
          fenced = true;
          rename();
          return undefined;
        },
      }),
    });
    const { call, clock, id } = await ready(testbed);
    const before = names(testbed);
    await call('switchoverBlueGreenDeployment', id);
    await clock.pass(0);
    expect(await shown(testbed)).toMatchObject({ Status: 'SWITCHOVER_FAILED', StatusDetails: findings[0] });
    expect(names(testbed)).toEqual(before);
    expect(fenced).toBe(false);
    findings.pop();
    await call('switchoverBlueGreenDeployment', id);
    await clock.pass(0);
    expect(await shown(testbed)).toMatchObject({ Status: 'SWITCHOVER_COMPLETED' });
  });

  test('leaves everything as it was when the time is up, even after the names were changed', async () => {
    const untilAborted = ({ signal, rename }: Switchover) =>
      new Promise<undefined>((_resolve, reject) => {
        rename();
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      });
    const testbed = rdsTestbed({ backend: backendWith({ switchOver: untilAborted }) });
    const { call, clock, id } = await ready(testbed);
    const before = names(testbed);
    await call('switchoverBlueGreenDeployment', { ...id, SwitchoverTimeout: 60 });
    await clock.pass(59_000);
    expect(await shown(testbed)).toMatchObject({ Status: 'SWITCHOVER_IN_PROGRESS' });
    await clock.pass(1_000);
    expect(await shown(testbed)).toMatchObject({
      Status: 'SWITCHOVER_FAILED',
      StatusDetails: 'The switchover took longer than 60 seconds.',
    });
    expect(names(testbed)).toEqual(before);
    expect(testbed.rds.databases.ownerOf('shop.cluster-abc.example')?.resourceId).toBe(testbed.blue.resourceId);
  });

  test('is refused for a green that was promoted by hand', async () => {
    const testbed = rdsTestbed();
    const { call, clock, id, rds } = await ready(testbed);
    await call('promoteReadReplicaDBCluster', { DBClusterIdentifier: rds.databases.clusters[1]?.identifier });
    await clock.pass(0);
    await clock.pass(0);
    await call('switchoverBlueGreenDeployment', id);
    await clock.pass(0);
    expect((await shown(testbed))?.Status).toBe('SWITCHOVER_FAILED');
  });

  test('is refused in any other state', async () => {
    const { call, clock, id, refusal, rds } = await ready(rdsTestbed({ durations: { modify: 60_000 } }));
    for (const SwitchoverTimeout of [29, 3601]) {
      expect((await refusal('switchoverBlueGreenDeployment', { ...id, SwitchoverTimeout })).cause).toContain('30');
    }
    const green = rds.databases.instances[2]?.identifier;
    await call('modifyDBInstance', {
      DBInstanceIdentifier: green,
      DBInstanceClass: 'db.r7g.large',
      ApplyImmediately: true,
    });
    expect((await refusal('switchoverBlueGreenDeployment', id)).error).toBe('Rds.InvalidDbInstanceStateException');
    await clock.pass(60_000);
    await call('switchoverBlueGreenDeployment', id);
    await clock.pass(0);
    expect((await refusal('switchoverBlueGreenDeployment', id)).error).toBe(
      'Rds.InvalidBlueGreenDeploymentStateException',
    );
  });

  test('keeps its databases from being changed while it runs', async () => {
    const testbed = rdsTestbed({ backend: backendWith({ switchOver: () => new Promise(() => undefined) }) });
    const { call, id, refusal } = await ready(testbed);
    await call('switchoverBlueGreenDeployment', id);
    for (const action of ['modifyDBInstance', 'deleteDBInstance', 'rebootDBInstance']) {
      expect((await refusal(action, { DBInstanceIdentifier: 'shop-1' })).cause).toMatch(/being switched over/);
    }
    expect((await refusal('deleteBlueGreenDeployment', id)).error).toBe('Rds.InvalidBlueGreenDeploymentStateException');
  });
});

describe('deleting', () => {
  test('after the switchover leaves both clusters, and does not take the target', async () => {
    const testbed = rdsTestbed();
    const { call, clock, id, refusal } = await ready(testbed);
    await call('switchoverBlueGreenDeployment', id);
    await clock.pass(0);
    expect((await refusal('deleteBlueGreenDeployment', { ...id, DeleteTarget: true })).cause).toMatch(/DeleteTarget/);
    await call('deleteBlueGreenDeployment', id);
    await clock.pass(0);
    expect((await refusal('describeBlueGreenDeployments', id)).error).toBe('Rds.BlueGreenDeploymentNotFoundException');
    expect(names(testbed).clusters).toEqual(['shop-old1', 'shop']);
  });

  test('before it takes green along where asked to, else leaves it by itself', async () => {
    const kept = await ready(rdsTestbed());
    await kept.call('deleteBlueGreenDeployment', kept.id);
    await kept.clock.pass(0);
    expect(names(kept).clusters).toHaveLength(2);

    const gone = await ready(rdsTestbed());
    await gone.call('deleteBlueGreenDeployment', { ...gone.id, DeleteTarget: true });
    await gone.clock.pass(0);
    expect(names(gone)).toEqual({ clusters: ['shop'], instances: ['shop-1', 'shop-2'] });
  });

  test('a cluster within a deployment is refused', async () => {
    const { refusal } = await ready(rdsTestbed());
    const refused = await refusal('deleteDBCluster', { DBClusterIdentifier: 'shop', SkipFinalSnapshot: true });
    expect(refused.cause).toMatch(/part of a blue\/green deployment/);
  });
});
