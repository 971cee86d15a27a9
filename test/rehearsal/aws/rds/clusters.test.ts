import type { DatabaseBackend } from '../../../../rehearsal/aws/rds/backend';
import { allowing } from '../test-environment';
import { ARN, backendWith, rdsTestbed } from './rds-testbed';

const INVALID_COMBINATION = 'Rds.RdsException';

describe('a cluster', () => {
  test('is shown with its endpoints and members, its writer first', async () => {
    const { call } = rdsTestbed();
    expect(await call('describeDBClusters', { DBClusterIdentifier: 'Shop' })).toMatchObject({
      DBClusters: [
        {
          DBClusterIdentifier: 'shop',
          DBClusterArn: `${ARN}:cluster:shop`,
          Status: 'available',
          Endpoint: 'shop.cluster-abc.example',
          ReaderEndpoint: 'shop.cluster-ro-abc.example',
          Port: 3306,
          DBClusterParameterGroup: 'shop57',
          DBClusterMembers: [
            { DBInstanceIdentifier: 'shop-1', IsClusterWriter: true },
            { DBInstanceIdentifier: 'shop-2', IsClusterWriter: false },
          ],
        },
      ],
    });
    const answer = await call('describeDBClusters', { Filters: [{ Name: 'db-cluster-id', Values: ['other'] }] });
    expect(answer).toEqual({ DBClusters: [] });
  });

  test.each([
    ['describeDBClusters', { DBClusterIdentifier: 'x' }, 'Rds.DbClusterNotFoundException', 'DBCluster x not found.'],
    [
      'describeDBInstances',
      { DBInstanceIdentifier: 'x' },
      'Rds.DbInstanceNotFoundException',
      'DBInstance x not found.',
    ],
    [
      'describeDBClusters',
      { MaxRecords: 5 },
      'Rds.RdsException',
      'Invalid value 5 for MaxRecords. Must be between 20 and 100',
    ],
    [
      'describeDBClusterParameters',
      { DBClusterParameterGroupName: 'x' },
      'Rds.DbParameterGroupNotFoundException',
      'DBClusterParameterGroup not found: x',
    ],
    [
      'promoteReadReplicaDBCluster',
      { DBClusterIdentifier: 'shop' },
      'Rds.InvalidDbClusterStateException',
      'DB cluster shop is not a read replica.',
    ],
    [
      'describeEvents',
      { SourceIdentifier: 'shop' },
      'Rds.RdsException',
      'The parameter SourceType must be provided when SourceIdentifier is.',
    ],
  ])('%s with %j is refused', async (action, request, error, cause) => {
    expect(await rdsTestbed().refusal(action, request)).toEqual({ error, cause });
  });

  test('is seen by those only who may see it', async () => {
    const { refusal } = rdsTestbed();
    const principal = allowing({ Effect: 'Allow', Action: 'rds:*', Resource: `${ARN}:cluster:other` });
    expect(await refusal('describeDBClusters', { DBClusterIdentifier: 'shop' }, { principal })).toMatchObject({
      cause: expect.stringContaining(`rds:DescribeDBClusters on resource: ${ARN}:cluster:shop`),
    });
  });
});

describe('a read replica cluster', () => {
  function replica(promote: DatabaseBackend['promote'] = async () => undefined) {
    const testbed = rdsTestbed({ durations: { promote: 60_000 }, backend: backendWith({ promote }) });
    const { databases } = testbed.rds;
    databases.addInstance({
      identifier: 'legacy',
      engine: 'mysql',
      engineVersion: '5.7.44',
      instanceClass: 'db.m5.large',
    });
    databases.addCluster({
      identifier: 'replica',
      engine: 'aurora-mysql',
      engineVersion: '5.7.mysql_aurora.2.12.5',
      replicationSource: `${ARN}:db:legacy`,
      instances: [{ identifier: 'replica-1', instanceClass: 'db.r6g.large' }],
    });
    const status = async () => {
      const answer = await testbed.call('describeDBClusters', { DBClusterIdentifier: 'replica' });
      const [cluster] = (answer as { DBClusters: { Status: string; ReplicationSourceIdentifier?: string }[] })
        .DBClusters;
      return [cluster?.Status, cluster?.ReplicationSourceIdentifier];
    };
    return { ...testbed, status };
  }

  test('is known to its source', async () => {
    const { call } = replica();
    expect(await call('describeDBInstances', { DBInstanceIdentifier: 'legacy' })).toMatchObject({
      DBInstances: [{ ReadReplicaDBClusterIdentifiers: ['replica'] }],
    });
  });

  test('follows its source until its promotion is over', async () => {
    const { call, clock, refusal, status } = replica();
    await call('promoteReadReplicaDBCluster', { DBClusterIdentifier: 'replica' });
    expect(await status()).toEqual(['promoting', `${ARN}:db:legacy`]);
    expect(await refusal('promoteReadReplicaDBCluster', { DBClusterIdentifier: 'replica' })).toMatchObject({
      error: 'Rds.InvalidDbClusterStateException',
    });
    await clock.pass(60_000);
    expect(await status()).toEqual(['available', undefined]);
  });

  test('is a replica still when its promotion failed', async () => {
    const { call, clock, status } = replica(() => Promise.reject(new Error('its source does not answer')));
    await call('promoteReadReplicaDBCluster', { DBClusterIdentifier: 'replica' });
    await clock.pass(60_000);
    expect(await status()).toEqual(['available', `${ARN}:db:legacy`]);
    expect(await call('describeEvents', { SourceType: 'db-cluster', SourceIdentifier: 'replica' })).toMatchObject({
      Events: [{ Message: 'The promotion failed: its source does not answer' }],
    });
  });

  test('keeps its last instance', async () => {
    const { refusal } = replica();
    expect((await refusal('deleteDBInstance', { DBInstanceIdentifier: 'replica-1' })).cause).toMatch(
      /^Cannot delete the last instance of the read replica DB cluster/,
    );
  });
});

describe('deleting', () => {
  const id = { DBClusterIdentifier: 'shop' };

  test('takes a last snapshot, unless that is given up on purpose', async () => {
    const { refusal } = rdsTestbed();
    for (const request of [id, { ...id, SkipFinalSnapshot: true, FinalDBSnapshotIdentifier: 'last' }]) {
      expect((await refusal('deleteDBCluster', request)).error).toBe(INVALID_COMBINATION);
    }
  });

  test('a cluster goes after its instances, and leaves its snapshot', async () => {
    const removed: string[] = [];
    const remove = async (resource: string) => void removed.push(resource);
    const { call, clock, refusal, blue } = rdsTestbed({
      durations: { delete: 60_000, snapshot: 30_000 },
      backend: backendWith({ remove }),
    });
    const last = { ...id, FinalDBSnapshotIdentifier: 'last' };
    expect((await refusal('deleteDBCluster', last)).cause).toMatch(/still contains DB instances/);
    for (const name of ['shop-1', 'shop-2']) await call('deleteDBInstance', { DBInstanceIdentifier: name });
    await call('deleteDBCluster', last);
    expect(await call('describeDBClusters', id)).toMatchObject({ DBClusters: [{ Status: 'deleting' }] });
    await clock.pass(60_000);
    expect((await refusal('describeDBClusters', id)).error).toBe('Rds.DbClusterNotFoundException');
    expect(removed).toEqual([blue.resourceId]);
    expect(await call('describeDBClusterSnapshots', { DBClusterIdentifier: 'shop' })).toMatchObject({
      DBClusterSnapshots: [{ DBClusterSnapshotIdentifier: 'last', Status: 'available' }],
    });
  });

  test('a protected cluster stays', async () => {
    const { refusal, blue } = rdsTestbed();
    blue.deletionProtection = true;
    expect((await refusal('deleteDBCluster', { ...id, SkipFinalSnapshot: true })).cause).toMatch(/protected Cluster/);
  });

  test('another instance becomes the writer', async () => {
    const { call, clock } = rdsTestbed();
    await call('deleteDBInstance', { DBInstanceIdentifier: 'shop-1' });
    await clock.pass(0);
    expect(await call('describeDBClusters', id)).toMatchObject({
      DBClusters: [{ DBClusterMembers: [{ DBInstanceIdentifier: 'shop-2', IsClusterWriter: true }] }],
    });
  });

  test('a snapshot’s name is used once, and is needed by anyone who deletes', async () => {
    const { call, refusal } = rdsTestbed();
    const snapshot = { ...id, DBClusterSnapshotIdentifier: 'before' };
    await call('createDBClusterSnapshot', snapshot);
    expect((await refusal('createDBClusterSnapshot', snapshot)).error).toBe(
      'Rds.DbClusterSnapshotAlreadyExistsException',
    );
    const principal = allowing({ Effect: 'Allow', Action: 'rds:DeleteDBCluster', Resource: '*' });
    const denied = await refusal('deleteDBCluster', { ...id, FinalDBSnapshotIdentifier: 'last' }, { principal });
    expect(denied.cause).toContain('rds:CreateDBClusterSnapshot');
  });
});

describe('roles', () => {
  const role = { DBClusterIdentifier: 'shop', RoleArn: 'arn:aws:iam::111122223333:role/S3' };

  test('are added once', async () => {
    const { call, refusal } = rdsTestbed();
    await call('addRoleToDBCluster', role);
    expect((await refusal('addRoleToDBCluster', role)).error).toBe('Rds.DbClusterRoleAlreadyExistsException');
    expect(await call('describeDBClusters')).toMatchObject({
      DBClusters: [{ AssociatedRoles: [{ RoleArn: role.RoleArn, Status: 'ACTIVE' }] }],
    });
  });

  test('are passed by those who may pass them', async () => {
    const principal = allowing({ Effect: 'Allow', Action: 'rds:*', Resource: '*' });
    const denied = await rdsTestbed().refusal('addRoleToDBCluster', role, { principal });
    expect(denied.cause).toContain('iam:PassRole');
  });
});

describe('a clone', () => {
  const restore = {
    DBClusterIdentifier: 'copy',
    SourceDBClusterIdentifier: 'shop',
    RestoreType: 'copy-on-write',
    UseLatestRestorableTime: true,
  };

  test('has no instance until one is created, of the same engine', async () => {
    const cloned: string[] = [];
    const clone = async (source: string, target: string) => void cloned.push(source, target);
    const { call, clock, refusal, rds, blue } = rdsTestbed({ backend: backendWith({ clone }) });
    await call('restoreDBClusterToPointInTime', restore);
    await clock.pass(0);
    const copy = rds.databases.cluster('copy');
    expect(cloned).toEqual([blue.resourceId, copy.resourceId]);
    expect(rds.databases.members(copy)).toEqual([]);
    const instance = { DBInstanceIdentifier: 'copy-1', DBInstanceClass: 'db.r5.large', DBClusterIdentifier: 'copy' };
    expect((await refusal('createDBInstance', { ...instance, Engine: 'mysql' })).cause).toMatch(/doesn't match/);
    await call('createDBInstance', { ...instance, Engine: 'aurora-mysql' });
    expect(await call('describeDBInstances', { DBInstanceIdentifier: 'copy-1' })).toMatchObject({
      DBInstances: [{ DBInstanceStatus: 'creating' }],
    });
    await clock.pass(0);
    expect(await call('describeDBClusters', { DBClusterIdentifier: 'copy' })).toMatchObject({
      DBClusters: [{ Status: 'available', DBClusterMembers: [{ IsClusterWriter: true }] }],
    });
  });

  test('is of a time that is said', async () => {
    const { refusal } = rdsTestbed();
    const { UseLatestRestorableTime, ...without } = restore;
    expect((await refusal('restoreDBClusterToPointInTime', without)).cause).toMatch(/UseLatestRestorableTime/);
  });
});

describe('an instance', () => {
  const larger = { DBInstanceIdentifier: 'shop-2', DBInstanceClass: 'db.r5.xlarge' };

  test('has its new class after a restart', async () => {
    const restarted: string[] = [];
    const restart = async (resource: string) => void restarted.push(resource);
    const { call, clock, refusal, rds } = rdsTestbed({
      durations: { modify: 300_000 },
      backend: backendWith({ restart }),
    });
    await call('modifyDBInstance', { ...larger, ApplyImmediately: true });
    expect(await call('describeDBInstances', { DBInstanceIdentifier: 'shop-2' })).toMatchObject({
      DBInstances: [{ DBInstanceStatus: 'modifying', DBInstanceClass: 'db.r5.large' }],
    });
    expect((await refusal('modifyDBInstance', larger)).error).toBe('Rds.InvalidDbInstanceStateException');
    await clock.pass(300_000);
    expect(restarted).toEqual([rds.databases.instance('shop-2').resourceId]);
    expect(await call('describeDBInstances', { DBInstanceIdentifier: 'shop-2' })).toMatchObject({
      DBInstances: [{ DBInstanceStatus: 'available', DBInstanceClass: 'db.r5.xlarge', PendingModifiedValues: {} }],
    });
    const restarts = await call('describeEvents', { SourceType: 'db-instance', SourceIdentifier: 'shop-2' });
    expect(restarts).toMatchObject({ Events: [{ Message: 'DB instance restarted' }, {}] });
  });

  test('waits for its maintenance window unless told otherwise', async () => {
    const { call, clock } = rdsTestbed();
    await call('modifyDBInstance', larger);
    await clock.pass(0);
    expect(await call('describeDBInstances', { DBInstanceIdentifier: 'shop-2' })).toMatchObject({
      DBInstances: [{ DBInstanceClass: 'db.r5.large', PendingModifiedValues: { DBInstanceClass: 'db.r5.xlarge' } }],
    });
  });

  test('is not given a class that its engine does not run on', async () => {
    const { call, refusal } = rdsTestbed();
    const refused = await refusal('modifyDBInstance', { ...larger, DBInstanceClass: 'db.r8g.large' });
    expect(refused.cause).toMatch(/^RDS does not support creating a DB instance with the following combination/);
    const offered = {
      Engine: 'aurora-mysql',
      EngineVersion: '8.0.mysql_aurora.3.08.2',
      DBInstanceClass: 'db.r8g.large',
    };
    expect(await call('describeOrderableDBInstanceOptions', offered)).toMatchObject({
      OrderableDBInstanceOptions: [{}],
    });
    const old = { ...offered, EngineVersion: '5.7.mysql_aurora.2.11.6' };
    expect(await call('describeOrderableDBInstanceOptions', old)).toEqual({ OrderableDBInstanceOptions: [] });
  });
});

test('parameters that were set are the user’s', async () => {
  const { call } = rdsTestbed();
  const group = { DBClusterParameterGroupName: 'shop80' };
  expect(await call('describeDBClusterParameters', { ...group, Source: 'user' })).toMatchObject({
    Parameters: [{ ParameterName: 'binlog_format', ParameterValue: 'ROW', Source: 'user' }],
  });
  expect(await call('describeDBClusterParameterGroups', group)).toMatchObject({
    DBClusterParameterGroups: [{ DBParameterGroupFamily: 'aurora-mysql8.0' }],
  });
});

test('a version is upgraded to later ones only', async () => {
  const answer = await rdsTestbed().call('describeDBEngineVersions', {
    Engine: 'aurora-mysql',
    EngineVersion: '8.0.mysql_aurora.3.08.2',
  });
  expect(answer).toMatchObject({
    DBEngineVersions: [
      {
        DBParameterGroupFamily: 'aurora-mysql8.0',
        ValidUpgradeTarget: [
          { EngineVersion: '8.0.mysql_aurora.3.10.1', IsMajorVersionUpgrade: false },
          { EngineVersion: '8.4.mysql_aurora.8.4.7', IsMajorVersionUpgrade: true },
        ],
      },
    ],
  });
});
