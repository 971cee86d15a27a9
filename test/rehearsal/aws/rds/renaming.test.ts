import { rdsTestbed } from './rds-testbed';

const named = ({ rds }: ReturnType<typeof rdsTestbed>) => [
  ...rds.databases.clusters.map(({ identifier }) => identifier),
  ...rds.databases.instances.map(({ identifier }) => identifier),
];

describe('a cluster', () => {
  const rename = (NewDBClusterIdentifier: string) => ({
    DBClusterIdentifier: 'shop',
    NewDBClusterIdentifier,
    ApplyImmediately: true,
  });

  test('has its new name and endpoints when it is renamed, its id all the time', async () => {
    const testbed = rdsTestbed();
    const { call, clock, blue, rds } = testbed;
    const before = blue.resourceId;
    expect(await call('modifyDBCluster', rename('Shop-Left'))).toMatchObject({
      DBCluster: {
        DBClusterIdentifier: 'shop',
        Status: 'renaming',
        PendingModifiedValues: { DBClusterIdentifier: 'shop-left' },
      },
    });
    expect(rds.databases.ownerOf('shop.cluster-abc.example')?.resourceId).toBe(before);
    await clock.pass(0);
    expect(rds.databases.ownerOf('shop.cluster-abc.example')).toBeUndefined();
    const found = await call('describeDBClusters', { Filters: [{ Name: 'db-cluster-resource-id', Values: [before] }] });
    expect(found).toMatchObject({
      DBClusters: [
        {
          DBClusterIdentifier: 'shop-left',
          Status: 'available',
          Endpoint: 'shop-left.cluster-abc.example',
          ReaderEndpoint: 'shop-left.cluster-ro-abc.example',
          DBClusterMembers: [{ DBInstanceIdentifier: 'shop-1' }, { DBInstanceIdentifier: 'shop-2' }],
        },
      ],
    });
    expect(await call('modifyDBCluster', { ...rename('shop'), DBClusterIdentifier: 'shop-left' })).toMatchObject({
      DBCluster: { DBClusterIdentifier: 'shop-left' },
    });
    await clock.pass(0);
    expect(rds.databases.ownerOf('shop.cluster-abc.example')?.resourceId).toBe(before);
  });

  test.each(['1shop', 'shop-', 'shop--left', 'shop_left', `s${'h'.repeat(63)}`])(
    'is not renamed to %s',
    async (name) => {
      const testbed = rdsTestbed();
      expect((await testbed.refusal('modifyDBCluster', rename(name)))?.cause).toMatch(/is not a valid identifier/);
      expect(named(testbed)[0]).toBe('shop');
    },
  );

  test('takes no name that another has, or is being given', async () => {
    const testbed = rdsTestbed();
    testbed.rds.databases.addCluster({
      identifier: 'other',
      engine: 'aurora-mysql',
      engineVersion: '8.0.mysql_aurora.3.08.2',
    });
    expect((await testbed.refusal('modifyDBCluster', rename('Other')))?.error).toBe(
      'Rds.DbClusterAlreadyExistsException',
    );
    await testbed.call('modifyDBCluster', rename('left'));
    const taken = await testbed.refusal('modifyDBCluster', { ...rename('left'), DBClusterIdentifier: 'other' });
    expect(taken?.error).toBe('Rds.DbClusterAlreadyExistsException');
  });

  test('is changed by nobody while it is being renamed', async () => {
    const { call, refusal } = rdsTestbed();
    await call('modifyDBCluster', rename('left'));
    expect(await refusal('modifyDBCluster', rename('other'))).toEqual({
      error: 'Rds.InvalidDbClusterStateException',
      cause: 'DBCluster shop is not available: its status is renaming.',
    });
  });

  test('is in its new security groups, with all of its instances, after a while', async () => {
    const { call, clock } = rdsTestbed();
    const shown = async () => {
      const clusters = (await call('describeDBClusters', {})) as { DBClusters: { VpcSecurityGroups: object[] }[] };
      const instances = (await call('describeDBInstances', {})) as { DBInstances: { VpcSecurityGroups: object[] }[] };
      return [clusters.DBClusters[0]?.VpcSecurityGroups, instances.DBInstances[1]?.VpcSecurityGroups];
    };
    await call('modifyDBCluster', { DBClusterIdentifier: 'shop', VpcSecurityGroupIds: ['sg-2'] });
    const [before] = await shown();
    expect(before).toEqual([
      { VpcSecurityGroupId: 'sg-1', Status: 'removing' },
      { VpcSecurityGroupId: 'sg-2', Status: 'adding' },
    ]);
    await clock.pass(0);
    const after = [{ VpcSecurityGroupId: 'sg-2', Status: 'active' }];
    expect(await shown()).toEqual([after, after]);
  });
});

describe('an instance', () => {
  test('is restarted by a new name', async () => {
    const testbed = rdsTestbed();
    const { call, clock } = testbed;
    await call('modifyDBInstance', {
      DBInstanceIdentifier: 'shop-1',
      NewDBInstanceIdentifier: 'left-1',
      ApplyImmediately: true,
    });
    expect(await call('describeDBInstances', { DBInstanceIdentifier: 'shop-1' })).toMatchObject({
      DBInstances: [{ DBInstanceStatus: 'renaming', PendingModifiedValues: { DBInstanceIdentifier: 'left-1' } }],
    });
    await clock.pass(0);
    expect(named(testbed)).toEqual(['shop', 'left-1', 'shop-2']);
    expect(await call('describeEvents', { SourceType: 'db-instance' })).toMatchObject({
      Events: [{ Message: 'DB instance restarted' }],
    });
  });

  test('takes no name that another has', async () => {
    const taken = await rdsTestbed().refusal('modifyDBInstance', {
      DBInstanceIdentifier: 'shop-1',
      NewDBInstanceIdentifier: 'shop-2',
      ApplyImmediately: true,
    });
    expect(taken?.error).toBe('Rds.DbInstanceAlreadyExistsException');
  });
});
