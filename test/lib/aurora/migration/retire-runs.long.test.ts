import { Duration } from 'aws-cdk-lib';
import { DatabaseEngine } from '../../../../lib';
import type { Rds } from '../../../../rehearsal/aws/rds/rds';
import { TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { sampled } from '../../../sampled';
import { DatabaseCloud } from '../database-cloud';
import { BLUE_GROUP, Databases } from '../databases-under-test';
import { putClone, putManaged, putReplica } from '../existing-databases';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

/** So that what is being deleted is met. */
const DURATIONS = { delete: 45_000, endpoint: 20_000 };

interface Retired {
  readonly migrate: (databases: Databases) => unknown;
  readonly put: (rds: Rds) => void;
  /** Of blue, after the cutover. */
  readonly name: string;
  readonly isCluster: boolean;
  /** One of so many states is tried. */
  readonly every: number;
  /** What is left once blue is gone. */
  readonly left: readonly string[];
}

const quick = { watch: Duration.seconds(1) };

const OLD = { endpointIdentifier: 'old', endpointAddress: 'old.cluster-custom-abc123.eu-west-1.rds.amazonaws.com' };

/** Blue's readers have been led to a part of it. */
function withEndpoint(put: (rds: Rds) => void): (rds: Rds) => void {
  return (rds) => {
    put(rds);
    rds.databases.addCustomEndpoint({ identifier: 'old', cluster: rds.databases.cluster('blue'), type: 'READER' });
  };
}

const RETIRED: Readonly<Record<string, Retired>> = {
  promoteReplica: {
    migrate: (databases) => databases.promote(quick),
    put: putReplica,
    name: 'shop',
    isCluster: false,
    every: 12,
    left: ['green', 'green-1', 'green-2'],
  },
  binlogReplica: {
    migrate: (databases) =>
      databases.follow({ ...quick, blue: databases.cluster('Blue', BLUE_GROUP, { customEndpoints: [OLD] }) }),
    put: withEndpoint(putClone),
    name: 'blue',
    isCluster: true,
    every: 12,
    left: ['green', 'green-1', 'green-2'],
  },
  managedBlueGreen: {
    migrate: (databases) => databases.manage(quick),
    put: withEndpoint(putManaged),
    name: 'blue-old1',
    isCluster: true,
    every: 18,
    left: ['blue', 'blue-1', 'blue-2'],
  },
};

describe.each(Object.entries(RETIRED))('with %s', (_, { migrate, put, name, isCluster, every, left }) => {
  const databases = new Databases();
  migrate(databases);
  const assembly = databases.deploy();

  /** A cloud whose clients have left blue. */
  async function cutOver(): Promise<DatabaseCloud> {
    const cloud = await DatabaseCloud.of(assembly, put, { durations: DURATIONS });
    expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
    return cloud;
  }

  const blueOf = ({ rds: { databases: all } }: DatabaseCloud) => (isCluster ? all.cluster(name) : all.instance(name));

  const protect = (cloud: DatabaseCloud, DeletionProtection: boolean) =>
    isCluster
      ? cloud.callAsAdministrator('rds', 'modifyDBCluster', { DBClusterIdentifier: name, DeletionProtection })
      : cloud.callAsAdministrator('rds', 'modifyDBInstance', { DBInstanceIdentifier: name, DeletionProtection });

  function names({ rds: { databases: all } }: DatabaseCloud): string[] {
    return [...all.clusters, ...all.instances].map(({ identifier }) => identifier).sort();
  }

  const snapshots = ({ rds: { snapshots: all } }: DatabaseCloud) =>
    all.clusterSnapshots.length + all.instanceSnapshots.length;

  /** What is wrong once blue is retired for good. */
  async function problems(cloud: DatabaseCloud, { status, cause }: { status: string; cause?: string | undefined }) {
    await cloud.rds.settled();
    const found = status === 'SUCCEEDED' ? [] : [`${status}: ${cause}`];
    const endpoints = cloud.rds.databases.customEndpoints.map(({ identifier }) => identifier);
    if (endpoints.length > 0) found.push(`left are the endpoints ${endpoints}`);
    if (names(cloud).join() !== left.join()) found.push(`left is ${names(cloud)}`);
    if (snapshots(cloud) !== 1) found.push(`${snapshots(cloud)} snapshots`);
    return [...found, ...cloud.broken];
  }

  test('a blue that is protected is refused with the command that lifts it, before anything is deleted', async () => {
    const cloud = await cutOver();
    await protect(cloud, true);
    const before = names(cloud);
    const { error, cause } = await cloud.run('retire');
    expect(error).toBe('DeletionProtection');
    expect(cause).toContain(
      `aws rds modify-db-${isCluster ? 'cluster' : 'instance'} --db-${isCluster ? 'cluster' : 'instance'}-identifier ${name} --no-deletion-protection --apply-immediately`,
    );
    expect(cause).not.toContain('Nothing was changed');
    await cloud.rds.settled();
    expect(names(cloud)).toEqual(before);
    expect(blueOf(cloud)).toMatchObject({ status: 'available' });
    await protect(cloud, false);
    expect(await problems(cloud, await cloud.run('retire'))).toEqual([]);
  });

  test('retired again, it says that blue is gone', async () => {
    const cloud = await cutOver();
    expect(await problems(cloud, await cloud.run('retire'))).toEqual([]);
    expect(await problems(cloud, await cloud.run('retire'))).toEqual([]);
  });

  /** The states that a retire goes through. */
  async function statesOfRetire(): Promise<string[]> {
    const entered = new Set<string>();
    const cloud = await cutOver();
    await cloud.run('retire', { entered: (state) => entered.add(state) });
    const all = [...entered];
    return all.slice(all.indexOf('Set direction: retire blue'));
  }

  test('one that was stopped anywhere is completed by the next', async () => {
    const found: Record<string, string[]> = {};
    const states = sampled(await statesOfRetire(), every);
    for (const state of states) {
      const cloud = await cutOver();
      await cloud.run('retire', { abortAt: state });
      // A rule starts it.
      await cloud.run('recover');
      const wrong = await problems(cloud, await cloud.run('retire'));
      if (wrong.length > 0) found[state] = wrong;
    }
    expect(found).toEqual({});
  });

  test('so is one in which a call is refused, or its answer is lost', async () => {
    const found: Record<string, string[]> = {};
    const calls = (await statesOfRetire()).filter((state) =>
      /^Delete|delete the deployment|change the groups/.test(state),
    );
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) {
      for (const wrongly of ['fail', 'refuse'] as const) {
        const cloud = await cutOver();
        const failure = (state: string) => (state === call ? new TaskFailure('Injected', 'by the test') : undefined);
        const { status, cause = '' } = await cloud.run('retire', { [wrongly]: failure });
        const wrong = await problems(cloud, await cloud.run('retire'));
        if (status === 'FAILED' && !/Injected.*goes on where it stopped/.test(cause)) wrong.push(cause);
        if (wrong.length > 0) found[`${wrongly}: ${call}`] = wrong;
      }
    }
    expect(found).toEqual({});
  });
});

test('a cluster with an instance that is not stated is refused, before anything is deleted', async () => {
  const databases = new Databases();
  databases.follow(quick);
  const cloud = await DatabaseCloud.of(databases.deploy(), putClone);
  await cloud.run('cutover');
  const blue = cloud.rds.databases.cluster('blue');
  const { engine, engineVersion } = blue;
  cloud.rds.databases.addInstance({
    ...{ engine, engineVersion, cluster: blue },
    identifier: 'blue-3',
    instanceClass: 'db.r6g.large',
  });
  const { error, cause } = await cloud.run('retire');
  expect(error).toBe('InstancesUnknown');
  expect(cause).toMatch(/blue has besides: blue-3\. State them/);
  expect(cloud.rds.databases.members(blue).map(({ status }) => status)).toEqual([
    'available',
    'available',
    'available',
  ]);
});

test('a cluster with a custom endpoint that is not stated is refused, before anything is deleted', async () => {
  const databases = new Databases();
  databases.follow(quick);
  const cloud = await DatabaseCloud.of(databases.deploy(), withEndpoint(putClone));
  await cloud.run('cutover');
  const { error, cause } = await cloud.run('retire');
  expect(error).toBe('EndpointsUnknown');
  expect(cause).toMatch(
    /blue has besides: old\. Once .*: aws rds delete-db-cluster-endpoint --db-cluster-endpoint-identifier old;/,
  );
  await cloud.rds.settled();
  expect(cloud.rds.databases.customEndpoints).toMatchObject([{ status: 'available' }]);
  expect(cloud.rds.databases.members(cloud.rds.databases.cluster('blue'))).toHaveLength(2);
  await cloud.callAsAdministrator('rds', 'deleteDBClusterEndpoint', { DBClusterEndpointIdentifier: 'old' });
  await cloud.rds.settled();
  expect(await cloud.run('retire')).toMatchObject({ status: 'SUCCEEDED' });
});

// @see docs/aws-facts.md#rds-blue-green-delete-ends-read-only
test.each(['retire', 'rollback'])(
  'a blue that somebody has opened again is shut before RDS’s record of the switchover goes: %s',
  async (action) => {
    const databases = new Databases();
    databases.manage(quick);
    const cloud = await DatabaseCloud.of(databases.deploy(), putManaged, { durations: DURATIONS });
    expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
    const old = cloud.rds.databases.cluster('blue-old1');
    await cloud.callAsAdministrator('rds', 'modifyDBCluster', {
      DBClusterIdentifier: 'blue-old1',
      VpcSecurityGroupIds: [BLUE_GROUP],
    });
    await cloud.rds.settled();
    expect(old.securityGroupIds).toEqual([BLUE_GROUP]);
    const seen: boolean[] = [];
    const entered = (state: string) => {
      if (/: is the deployment gone\?$/.test(state)) seen.push(cloud.isWritable(old));
    };
    expect(await cloud.run(action, { entered })).toMatchObject({ status: 'SUCCEEDED' });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen).not.toContain(true);
  },
);

test('of PostgreSQL, whose record of the switchover keeps it read-only, client ingress is revoked before that goes', async () => {
  const databases = new Databases();
  databases.manage(
    {
      blue: databases.cluster('Blue', 'sg-0b10e000000000000', { engine: DatabaseEngine.auroraPostgres('15.12') }),
      ...quick,
    },
    { targetEngine: DatabaseEngine.auroraPostgres('16.8'), targetInstanceClass: undefined },
  );
  const cloud = await DatabaseCloud.of(databases.deploy(), (rds) => {
    rds.parameterGroups.add('blue-postgres15', 'aurora-postgresql15', { 'rds.logical_replication': '1' });
    rds.databases.addCluster({
      ...{ identifier: 'blue', engine: 'aurora-postgresql', engineVersion: '15.12', parameterGroup: 'blue-postgres15' },
      securityGroupIds: ['sg-0b10e000000000000'],
      instances: ['blue-1', 'blue-2'].map((identifier) => ({ identifier, instanceClass: 'db.r6g.large' })),
    });
  });
  const { agent } = cloud;
  cloud.agent = (verb, args) => agent(verb.replace('postgres.', 'mysql.') as typeof verb, args);
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  const old = cloud.rds.databases.cluster('blue-old1');
  expect(old.securityGroupIds).toEqual([cloud.closedGroup]);
  await cloud.callAsAdministrator('rds', 'deleteBlueGreenDeployment', {
    BlueGreenDeploymentIdentifier: await deploymentOf(cloud),
  });
  await cloud.rds.settled();
  expect(old.readOnlyUntilReboot).toBe(false);
  expect(cloud.isWritable(old)).toBe(false);
  expect(await cloud.run('retire')).toMatchObject({ status: 'SUCCEEDED' });
});

async function deploymentOf(cloud: DatabaseCloud): Promise<string> {
  const { BlueGreenDeployments } = (await cloud.callAsAdministrator('rds', 'describeBlueGreenDeployments', {})) as {
    BlueGreenDeployments: { BlueGreenDeploymentIdentifier: string }[];
  };
  return String(BlueGreenDeployments[0]?.BlueGreenDeploymentIdentifier);
}
