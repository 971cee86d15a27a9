import { allowing } from '../test-environment';
import { ARN, type RdsTestbed, rdsTestbed } from './rds-testbed';

/** As a team measured it on AWS, in milliseconds. */
const MEASURED = { endpoint: 10_000, leaveEndpoint: 38_000, joinEndpoint: 120_000 };

const REPORTS = {
  DBClusterIdentifier: 'shop',
  DBClusterEndpointIdentifier: 'Reports',
  EndpointType: 'READER',
};

async function made(testbed: RdsTestbed, request: object = {}) {
  const answer = await testbed.call('createDBClusterEndpoint', { ...REPORTS, ...request });
  await testbed.clock.pass(MEASURED.endpoint);
  return answer;
}

const behind = ({ rds: { databases } }: RdsTestbed) =>
  databases.behind(databases.customEndpoint('reports')).map(({ identifier }) => identifier);

function withThird(testbed: RdsTestbed): RdsTestbed {
  const { engine, engineVersion } = testbed.blue;
  testbed.rds.databases.addInstance({
    ...{ identifier: 'shop-3', engine, engineVersion, instanceClass: 'db.r5.large', cluster: testbed.blue },
  });
  return testbed;
}

test('one is made in time, under a name of its own, and is shown beside the cluster’s two', async () => {
  const testbed = rdsTestbed({ durations: MEASURED });
  expect(await testbed.call('createDBClusterEndpoint', REPORTS)).toMatchObject({
    DBClusterEndpointIdentifier: 'reports',
    DBClusterEndpointArn: `${ARN}:cluster-endpoint:reports`,
    EndpointType: 'CUSTOM',
    CustomEndpointType: 'READER',
    Status: 'creating',
    Endpoint: expect.stringMatching(/^reports\.cluster-custom-abc\.example$/),
  });
  await testbed.clock.pass(MEASURED.endpoint);
  const { DBClusterEndpoints } = (await testbed.call('describeDBClusterEndpoints', {
    DBClusterIdentifier: 'shop',
  })) as {
    DBClusterEndpoints: object[];
  };
  expect(DBClusterEndpoints).toMatchObject([
    { EndpointType: 'WRITER', Endpoint: 'shop.cluster-abc.example' },
    { EndpointType: 'READER', Endpoint: 'shop.cluster-ro-abc.example' },
    { EndpointType: 'CUSTOM', Status: 'available', StaticMembers: [], ExcludedMembers: [] },
  ]);
});

test.each([
  [{ Filters: [{ Name: 'db-cluster-endpoint-type', Values: ['custom'] }] }, 1],
  [{ Filters: [{ Name: 'db-cluster-endpoint-custom-type', Values: ['any'] }] }, 0],
  [{ Filters: [{ Name: 'db-cluster-endpoint-status', Values: ['available'] }] }, 3],
  [{ DBClusterEndpointIdentifier: 'reports' }, 1],
  [{ DBClusterIdentifier: 'shop', DBClusterEndpointIdentifier: 'others' }, 0],
])('asked with %j it tells of %d', async (request, count) => {
  const testbed = rdsTestbed();
  await made(testbed);
  const answer = (await testbed.call('describeDBClusterEndpoints', request)) as { DBClusterEndpoints: object[] };
  expect(answer.DBClusterEndpoints).toHaveLength(count);
});

test.each([
  [{}, ['shop-2', 'shop-3']],
  [{ EndpointType: 'ANY' }, ['shop-1', 'shop-2', 'shop-3']],
  [{ StaticMembers: ['shop-3'] }, ['shop-3']],
  [{ ExcludedMembers: ['shop-3'] }, ['shop-2']],
  [{ EndpointType: 'ANY', ExcludedMembers: ['shop-1'] }, ['shop-2', 'shop-3']],
])('with %j, %j are behind it', async (request, members) => {
  const testbed = withThird(rdsTestbed());
  await made(testbed, request);
  expect(behind(testbed)).toEqual(members);
});

test('an instance of later is behind one without a static list, and behind no other', async () => {
  const testbed = rdsTestbed();
  await made(testbed);
  await made(testbed, { DBClusterEndpointIdentifier: 'fixed', StaticMembers: ['shop-2'] });
  withThird(testbed);
  expect(behind(testbed)).toEqual(['shop-2', 'shop-3']);
  const { databases } = testbed.rds;
  expect(databases.behind(databases.customEndpoint('fixed'))).toHaveLength(1);
});

test('an instance that does not answer leaves late and comes back later still; its lists stay', async () => {
  const testbed = withThird(rdsTestbed({ durations: MEASURED }));
  await made(testbed, { StaticMembers: ['shop-2', 'shop-3'] });
  const { clock, rds } = testbed;
  rds.databases.instance('shop-3').health.lose();
  await clock.pass(35_000);
  expect(behind(testbed)).toEqual(['shop-2', 'shop-3']);
  await clock.pass(5_000);
  expect(behind(testbed)).toEqual(['shop-2']);
  rds.databases.instance('shop-3').health.recover();
  await clock.pass(80_000);
  expect(behind(testbed)).toEqual(['shop-2']);
  await clock.pass(70_000);
  expect(behind(testbed)).toEqual(['shop-2', 'shop-3']);
  expect(rds.databases.customEndpoint('reports').staticMembers).toHaveLength(2);
});

test('one that is rebooted or gets another class is away as long; one that was back before was never away', async () => {
  const testbed = withThird(rdsTestbed({ durations: { ...MEASURED, modify: 330_000 } }));
  await made(testbed);
  const { call, clock, rds } = testbed;
  await call('modifyDBInstance', {
    DBInstanceIdentifier: 'shop-3',
    DBInstanceClass: 'db.r5.xlarge',
    ApplyImmediately: true,
  });
  await clock.pass(330_000);
  expect(rds.databases.instance('shop-3').status).toBe('available');
  expect(behind(testbed)).toEqual(['shop-2']);
  await clock.pass(120_000);
  expect(behind(testbed)).toEqual(['shop-2', 'shop-3']);
  const { health } = rds.databases.instance('shop-2');
  health.lose();
  await clock.pass(5_000);
  health.recover();
  await clock.pass(60_000);
  expect(behind(testbed)).toEqual(['shop-2', 'shop-3']);
});

test('its name leads nowhere while it is changed, and while nobody is behind it', async () => {
  const testbed = withThird(rdsTestbed({ durations: MEASURED }));
  await made(testbed, { StaticMembers: ['shop-2'] });
  const { call, clock, rds } = testbed;
  const { host } = rds.databases.customEndpoint('reports');
  expect(rds.databases.ownerOf(host)).toMatchObject({ kind: 'custom' });
  await call('modifyDBClusterEndpoint', { DBClusterEndpointIdentifier: 'reports', ExcludedMembers: ['shop-2'] });
  expect(rds.databases.ownerOf(host)).toBeUndefined();
  await clock.pass(MEASURED.endpoint);
  expect(behind(testbed)).toEqual(['shop-3']);
  rds.databases.instance('shop-3').health.lose();
  await clock.pass(MEASURED.leaveEndpoint);
  expect(rds.databases.ownerOf(host)).toBeUndefined();
});

test('a failover changes no list, and a deleted instance is in none', async () => {
  const testbed = withThird(rdsTestbed());
  await made(testbed, { StaticMembers: ['shop-2', 'shop-3'] });
  const { databases } = testbed.rds;
  Object.assign(databases.instance('shop-1'), { isWriter: false });
  Object.assign(databases.instance('shop-2'), { isWriter: true });
  expect(databases.customEndpoint('reports').staticMembers).toHaveLength(2);
  expect(behind(testbed)).toEqual(['shop-3']);
  await testbed.call('deleteDBInstance', { DBInstanceIdentifier: 'shop-3' });
  await testbed.clock.pass(0);
  expect(databases.customEndpoint('reports').staticMembers).toHaveLength(1);
});

test.each<[string, object, string]>([
  ['createDBClusterEndpoint', { ...REPORTS, DBClusterIdentifier: 'x' }, 'Rds.DbClusterNotFoundException'],
  ['createDBClusterEndpoint', REPORTS, 'Rds.DbClusterEndpointAlreadyExistsException'],
  [
    'createDBClusterEndpoint',
    { ...REPORTS, DBClusterEndpointIdentifier: 'b', StaticMembers: ['x'] },
    'Rds.DbInstanceNotFoundException',
  ],
  [
    'createDBClusterEndpoint',
    { ...REPORTS, DBClusterEndpointIdentifier: 'b', EndpointType: 'WRITER' },
    'Rds.RdsException',
  ],
  ['createDBClusterEndpoint', { ...REPORTS, DBClusterEndpointIdentifier: 'b--c' }, 'Rds.RdsException'],
  [
    'createDBClusterEndpoint',
    { ...REPORTS, DBClusterEndpointIdentifier: 'b', StaticMembers: ['shop-1'], ExcludedMembers: ['shop-2'] },
    'Rds.RdsException',
  ],
  ['modifyDBClusterEndpoint', { DBClusterEndpointIdentifier: 'x' }, 'Rds.DbClusterEndpointNotFoundException'],
  ['deleteDBClusterEndpoint', { DBClusterEndpointIdentifier: 'x' }, 'Rds.DbClusterEndpointNotFoundException'],
])('%s with %j is refused with %s', async (action, request, error) => {
  const testbed = rdsTestbed();
  await made(testbed);
  await expect(testbed.call(action, request)).rejects.toMatchObject({ errorName: error });
});

test('a sixth is refused, and so is a change of one that is being made', async () => {
  const testbed = rdsTestbed({ durations: MEASURED });
  for (let index = 0; index < 5; index++) await made(testbed, { DBClusterEndpointIdentifier: `e${index}` });
  await expect(testbed.call('createDBClusterEndpoint', REPORTS)).rejects.toMatchObject({
    errorName: 'Rds.DbClusterEndpointQuotaExceededException',
  });
  await testbed.call('deleteDBClusterEndpoint', { DBClusterEndpointIdentifier: 'e0' });
  await expect(testbed.call('deleteDBClusterEndpoint', { DBClusterEndpointIdentifier: 'e0' })).rejects.toMatchObject({
    errorName: 'Rds.InvalidDbClusterEndpointStateException',
  });
  await testbed.clock.pass(MEASURED.endpoint);
  expect(testbed.rds.databases.customEndpoints).toHaveLength(4);
});

test('a cluster that has one is not deleted', async () => {
  const testbed = rdsTestbed();
  await made(testbed);
  for (const id of ['shop-1', 'shop-2']) await testbed.call('deleteDBInstance', { DBInstanceIdentifier: id });
  await expect(
    testbed.call('deleteDBCluster', { DBClusterIdentifier: 'shop', SkipFinalSnapshot: true }),
  ).rejects.toMatchObject({ errorName: 'Rds.InvalidDbClusterStateException' });
});

test('who may delete one endpoint may delete no other', async () => {
  const testbed = rdsTestbed();
  await made(testbed);
  const principal = allowing({
    Effect: 'Allow',
    Action: 'rds:DeleteDBClusterEndpoint',
    Resource: `${ARN}:cluster-endpoint:others`,
  });
  await expect(
    testbed.call('deleteDBClusterEndpoint', { DBClusterEndpointIdentifier: 'reports' }, { principal }),
  ).rejects.toMatchObject({ message: expect.stringContaining('not authorized') });
});
