import type { Rds } from '../../../../rehearsal/aws/rds/rds';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { DatabaseCloud } from '../database-cloud';
import { Databases } from '../databases-under-test';
import { putClone, putManaged, putReplica } from '../existing-databases';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const ARN = 'arn:aws:rds:eu-west-1:111122223333';
const ETL = { IntegrationName: 'orders', IntegrationArn: `${ARN}:integration:1`, TargetArn: 'arn:aws:redshift:eu' };

interface Finding {
  readonly id: string;
  readonly severity: string;
  readonly message: string;
  readonly remedy: string;
}

function deployed(migrate: (databases: Databases) => unknown, put: (rds: Rds) => void) {
  const databases = new Databases();
  migrate(databases);
  const assembly = databases.deploy();
  return () => DatabaseCloud.of(assembly, put);
}

/** What the preflight says besides, and why it refuses, if it does. */
async function findings(cloud: DatabaseCloud) {
  const { output, cause } = await cloud.run('preflight');
  const found = (output as { phases?: { Preflight: { findings: Finding[] } } } | undefined)?.phases?.Preflight;
  return { found: found?.findings ?? [], cause: cause ?? '' };
}

const scale = (cloud: DatabaseCloud, cluster: string) =>
  cloud.callAsAdministrator('applicationautoscaling', 'registerScalableTarget', {
    ServiceNamespace: 'rds',
    ScalableDimension: 'rds:cluster:ReadReplicaCount',
    ResourceId: `cluster:${cluster}`,
    MinCapacity: 1,
    MaxCapacity: 4,
  });

describe('with managedBlueGreen', () => {
  const newCloud = deployed((databases) => databases.manage(), putManaged);

  test('nothing is said of a cluster on which nothing hangs', async () => {
    expect(await findings(await newCloud())).toEqual({ found: [], cause: '' });
  });

  test.each<[string, (cloud: DatabaseCloud) => void, RegExp]>([
    [
      'a zero-ETL integration',
      ({ rds }) => rds.dependents.integrations.push({ ...ETL, SourceArn: `${ARN}:cluster:blue` }),
      /rds\.zero-etl: Blue feeds .* orders, .*aws rds delete-integration --integration-identifier \S+:integration:1,.*--source-arn arn:aws:rds:eu-west-1:111122223333:cluster:blue --target-arn arn:aws:redshift:eu/,
    ],
    [
      'a global database',
      ({ rds }) =>
        rds.dependents.globalClusters.push({
          GlobalClusterIdentifier: 'world',
          GlobalClusterMembers: [{ DBClusterArn: `${ARN}:cluster:blue` }, { DBClusterArn: 'arn:aws:rds:us-east-1:…' }],
        }),
      /rds\.global-database: .* world, .*aws rds remove-from-global-cluster --global-cluster-identifier world/,
    ],
    [
      'a reader that Auto Scaling has added',
      ({ rds }) =>
        rds.databases.addInstance({
          identifier: 'application-autoscaling-1234',
          engine: 'aurora-mysql',
          engineVersion: '8.0.mysql_aurora.3.08.0',
          instanceClass: 'db.r6g.large',
          cluster: rds.databases.cluster('blue'),
        }),
      /rds\.auto-scaled-reader: .*application-autoscaling-1234 .*brought to db\.r7g\.large.* aws rds delete-db-instance/,
    ],
    [
      'a master password that RDS manages',
      ({ rds }) => void Object.assign(rds.databases.cluster('blue'), { managedMasterPassword: true }),
      /rds\.managed-master-password: .*makes no green.*aws rds modify-db-cluster --db-cluster-identifier blue --no-manage-master-user-password/,
    ],
  ])('%s is an error of the preflight, with its remedy', async (_what, put, cause) => {
    const cloud = await newCloud();
    put(cloud);
    expect((await findings(cloud)).cause).toMatch(cause);
  });

  test('a replica in another Region is an error, and green, which may look like one in this Region, is none', async () => {
    const cloud = await newCloud();
    const { databases } = cloud.rds;
    const facts = { engine: 'aurora-mysql', engineVersion: '8.0.mysql_aurora.3.08.0' } as const;
    databases.addCluster({ ...facts, identifier: 'blue-green-abc', replicationSource: `${ARN}:cluster:blue` });
    expect((await findings(cloud)).cause).toBe('');
    const elsewhere = databases.addCluster({ ...facts, identifier: 'far', replicationSource: `${ARN}:cluster:blue` });
    const arn = databases.clusterArn.bind(databases);
    databases.clusterArn = (cluster) =>
      cluster === elsewhere ? 'arn:aws:rds:us-east-1:111122223333:cluster:far' : arn(cluster);
    expect((await findings(cloud)).cause).toMatch(
      /rds\.cross-region-replica: .*promote-read-replica-db-cluster --region us-east-1 --db-cluster-identifier far,/,
    );
  });

  test('an event scheduler that is on in the group of green is an error, for RDS refuses to make green', async () => {
    const withGroup = deployed(
      (databases) => databases.manage({}, { targetClusterParameterGroupName: 'green-aurora3' }),
      (rds) => {
        putManaged(rds);
        rds.parameterGroups.add('green-aurora3', 'aurora-mysql8.0', { binlog_format: 'ROW', event_scheduler: 'ON' });
      },
    );
    const cloud = await withGroup();
    const request = {
      BlueGreenDeploymentName: 'by-hand',
      Source: `${ARN}:cluster:blue`,
      TargetEngineVersion: '8.0.mysql_aurora.3.10.1',
      TargetDBClusterParameterGroupName: 'green-aurora3',
    };
    await expect(cloud.callAsAdministrator('rds', 'createBlueGreenDeployment', request)).rejects.toThrow(
      /event_scheduler/,
    );
    expect((await findings(cloud)).cause).toMatch(
      /rds\.event-scheduler: event_scheduler is ON .*green-aurora3.*aws rds modify-db-cluster-parameter-group .*ParameterValue=OFF/,
    );
    cloud.rds.parameterGroups.add('green-aurora3', 'aurora-mysql8.0', { binlog_format: 'ROW' });
    expect(await findings(cloud)).toEqual({ found: [], cause: '' });
  });

  test('a proxy that leads to blue is named among hundreds: RDS takes it along, and a rollback does not', async () => {
    const cloud = await newCloud();
    cloud.rds.databases.addCluster({
      identifier: 'other',
      engine: 'aurora-mysql',
      engineVersion: '8.0.mysql_aurora.3.08.0',
    });
    for (let number = 0; number < 250; number++) cloud.rds.proxies.add(`other-${number}`, 'other');
    cloud.rds.proxies.add('booking', 'blue');
    expect((await findings(cloud)).found).toMatchObject([
      {
        id: 'rds.proxy',
        severity: 'warning',
        message: expect.stringMatching(/RDS Proxy booking leads to blue\. RDS takes it along/),
        remedy: expect.stringContaining('--db-proxy-name booking --db-cluster-identifiers blue'),
      },
    ]);
  });

  test('what Auto Scaling does to readers is said to be put back', async () => {
    const cloud = await newCloud();
    await scale(cloud, 'blue');
    expect((await findings(cloud)).found).toMatchObject([
      {
        id: 'rds.auto-scaling',
        severity: 'info',
        message: expect.stringContaining('1 to 4 readers'),
        remedy: expect.stringMatching(/--resource-id cluster:blue --min-capacity 1 --max-capacity 4$/),
      },
    ]);
  });
});

describe('with promoteReplica', () => {
  const newCloud = deployed((databases) => databases.promote(), putReplica);

  test('what follows or reads blue besides green is a warning; green itself is not', async () => {
    const cloud = await newCloud();
    cloud.rds.dependents.integrations.push({ ...ETL, SourceArn: `${ARN}:db:shop` });
    expect((await findings(cloud)).found.map(({ id, severity }) => [id, severity])).toEqual([
      ['rds.zero-etl', 'warning'],
    ]);
    cloud.rds.databases.addInstance({
      identifier: 'reports',
      engine: 'mysql',
      engineVersion: '8.0.39',
      instanceClass: 'db.r6g.large',
      replicationSource: 'shop',
    });
    expect((await findings(cloud)).found).toMatchObject([
      { id: 'rds.replica-left-behind', message: expect.stringContaining(', reports, ') },
      { id: 'rds.zero-etl', remedy: expect.stringContaining(`--source-arn ${ARN}:cluster:green`) },
    ]);
  });
});

test('a proxy that leads to an instance stays with it, with client ingress revoked: a warning', async () => {
  const cloud = await deployed((databases) => databases.promote(), putReplica)();
  cloud.rds.proxies.add('shop-proxy', 'shop');
  expect((await findings(cloud)).found).toMatchObject([
    {
      id: 'rds.proxy',
      severity: 'warning',
      message: expect.stringContaining('Clients of the RDS Proxy shop-proxy stay on blue'),
      remedy: expect.stringMatching(/--db-instance-identifiers shop, and register.* --db-cluster-identifiers green$/),
    },
  ]);
});

describe('with binlogReplica', () => {
  const newCloud = deployed((databases) => databases.follow(), putClone);

  test('roles, endpoints, a global database and Auto Scaling that blue has and green has not are warnings', async () => {
    const cloud = await newCloud();
    const role = (cluster: string, name: string) =>
      cloud.callAsAdministrator('rds', 'addRoleToDBCluster', {
        DBClusterIdentifier: cluster,
        RoleArn: `arn:aws:iam::111122223333:role/${name}`,
      });
    await role('blue', 'both');
    await role('green', 'both');
    await role('blue', 'loader');
    const { databases } = cloud.rds;
    databases.addCustomEndpoint({ identifier: 'reports', cluster: databases.cluster('blue'), type: 'READER' });
    cloud.rds.dependents.globalClusters.push({
      GlobalClusterIdentifier: 'world',
      GlobalClusterMembers: [{ DBClusterArn: `${ARN}:cluster:blue` }],
    });
    await scale(cloud, 'blue');
    const { found } = await findings(cloud);
    expect(found.map(({ id, severity, remedy }) => [id, severity, remedy])).toEqual([
      [
        'rds.role-not-on-green',
        'warning',
        'aws rds add-role-to-db-cluster --db-cluster-identifier green --role-arn arn:aws:iam::111122223333:role/loader',
      ],
      ['rds.global-database', 'warning', expect.stringContaining('--global-cluster-identifier world-green')],
      ['rds.custom-endpoint', 'warning', expect.stringContaining('--db-cluster-identifier green')],
      ['rds.auto-scaling', 'warning', expect.stringContaining('--resource-id cluster:green --min-capacity 1')],
    ]);
    await scale(cloud, 'green');
    expect((await findings(cloud)).found.map(({ id }) => id)).not.toContain('rds.auto-scaling');
  });
});
