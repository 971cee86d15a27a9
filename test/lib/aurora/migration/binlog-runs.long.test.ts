import type { FollowArgs } from '../../../../contract/mysql';
import { AuroraStrategy } from '../../../../lib';
import type { Rds } from '../../../../rehearsal/aws/rds/rds';
import { TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { DatabaseCloud } from '../database-cloud';
import { Databases } from '../databases-under-test';
import { putClone } from '../existing-databases';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const databases = new Databases();
databases.follow({ approval: databases.topic(), alarms: [databases.alarm('OrderErrors')] });
const assembly = databases.deploy();
const newCloud = () => DatabaseCloud.of(assembly, (rds) => putClone(rds));

const moved = { blue: 0, green: 100 };
const home = { blue: 100, green: 0 };
const follows = ({ asked }: DatabaseCloud) =>
  asked.filter(({ verb }) => verb === 'mysql.follow').map(({ args }) => args as FollowArgs);
const BEGIN = { from: 'blue', to: 'green', position: { file: 'mysql-bin.000042', position: 154 } };

test('green follows from where it was made, is let go, and is followed by blue; there and back', async () => {
  const cloud = await newCloud();
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'green' } });
  expect(follows(cloud)[0]).toEqual(BEGIN);
  expect(cloud.observe()).toMatchObject({ writers: moved, follows: { blue: 'green', green: undefined } });
  expect(await cloud.run('rollback')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'blue' } });
  expect(cloud.observe()).toMatchObject({ writers: home, follows: { blue: undefined, green: 'blue' } });
  expect(cloud.broken).toEqual([]);
});

test('a second attempt goes on with the replication of the first, and does not begin it again', async () => {
  const cloud = await newCloud();
  const fail = (state: string) =>
    state === 'Announce the approval request' ? new TaskFailure('Injected', 'by the test') : undefined;
  expect((await cloud.run('cutover', { fail })).cause).toMatch(/^Approve: Injected/);
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(follows(cloud).filter((args) => JSON.stringify(args) === JSON.stringify(BEGIN))).toHaveLength(1);
});

test('a green that cannot follow again when all is put back is told to when it is tried again', async () => {
  const cloud = await newCloud();
  const { agent } = cloud;
  const fail = (state: string) =>
    state === 'Replicate the new side to the old side: agent' ? new TaskFailure('Injected', 'by the test') : undefined;
  cloud.agent = (verb, args) =>
    verb === 'mysql.follow' && follows(cloud).length > 2 ? new TaskFailure('Agent.Failed', 'No.') : agent(verb, args);
  expect((await cloud.run('cutover', { fail })).cause).toMatch(/^Reverse: Injected: .*Clients are on blue/);
  expect(cloud.observe()).toMatchObject({ writers: home, follows: { blue: undefined, green: undefined } });
  cloud.agent = agent;
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(cloud.observe()).toMatchObject({ writers: moved, follows: { blue: 'green', green: undefined } });
});

test('once retired, the instances of blue are gone, and the cluster with a last snapshot', async () => {
  const cloud = await newCloud();
  await cloud.run('cutover');
  expect(await cloud.run('retire')).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'retired' } });
  await cloud.rds.settled();
  expect(cloud.rds.databases.clusters.map(({ identifier }) => identifier)).toEqual(['green']);
  expect(cloud.rds.databases.instances.map(({ identifier }) => identifier)).toEqual(['green-1', 'green-2']);
  expect(cloud.rds.snapshots.clusterSnapshots).toHaveLength(1);
});

describe('a green of which the app says no position', () => {
  const silent = new Databases();
  silent.follow({ strategy: AuroraStrategy.binlogReplica() });
  const quiet = silent.deploy();
  const event = (rds: Rds, instance: string, message: string) => rds.events.write('db-instance', instance, [], message);
  const cloudWith = (write: (rds: Rds) => void) =>
    DatabaseCloud.of(quiet, (rds) => {
      putClone(rds);
      write(rds);
    });
  const pass = (cloud: DatabaseCloud, seconds: number) =>
    cloud.clock.sleep(seconds, { signal: new AbortController().signal, reason: 'wait', state: 'test' });
  const recovered = (place: string) => `Binlog position from crash recovery is ${place}`;

  test('begins where RDS says that its copy ends, and not where a later recovery of its own did', async () => {
    const cloud = await cloudWith((rds) => {
      event(rds, 'blue-1', recovered('mysql-bin-changelog.000009 4'));
      for (let number = 0; number < 150; number++) event(rds, 'green-1', 'DB instance restarted');
      event(rds, 'green-2', recovered('mysql-bin-changelog.000042 4278'));
    });
    await pass(cloud, 3600);
    event(cloud.rds, 'green-1', recovered('mysql-bin-changelog.000043 154'));
    expect(await cloud.run('cutover')).toMatchObject({
      status: 'SUCCEEDED',
      output: { phases: { Preflight: { begin: { file: 'mysql-bin-changelog.000042', position: 4278 } } } },
    });
    expect(follows(cloud)[0]).toMatchObject({ to: 'green', position: { position: 4278 } });
    expect(cloud.asked.find(({ verb }) => verb === 'mysql.preflight')?.args).toMatchObject({
      begin: { file: 'mysql-bin-changelog.000042', position: 4278 },
    });
    // There it has begun, and nobody looks for it any more: RDS forgets its events.
    cloud.rds.events.operations.describeEvents.run = () => {
      throw new Error('Events are read.');
    };
    expect(await cloud.run('rollback')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'blue' } });
  });

  test('is not begun where RDS does not say it', async () => {
    const cloud = await cloudWith((rds) => event(rds, 'green-1', 'DB instance created'));
    const { error, cause } = await cloud.run('preflight');
    expect([error, cause]).toEqual([
      'RolledBack',
      expect.stringMatching(
        /^Preflight: NoBinlogPosition: Green was made .*Z, and RDS has no event .* \(green-1, green-2\).*State binlogFile/,
      ),
    ]);
    expect(follows(cloud)).toEqual([]);
  });

  test('that was made before RDS’s oldest event is not begun from a later one', async () => {
    const cloud = await cloudWith(() => {});
    await pass(cloud, 15 * 24 * 3600);
    event(cloud.rds, 'green-1', recovered('mysql-bin-changelog.000043 154'));
    expect((await cloud.run('cutover')).cause).toMatch(/^Preflight: NoBinlogPosition/);
  });

  test('created again after a failure begins where the new one was made', async () => {
    const cloud = await cloudWith((rds) => event(rds, 'green-1', recovered('mysql-bin-changelog.000042 4278')));
    const fail = (state: string) =>
      state === 'Compare every row: agent' ? new TaskFailure('Injected', 'by the test') : undefined;
    expect((await cloud.run('cutover', { fail })).cause).toMatch(/^Replicate: Injected/);
    await pass(cloud, 3600);
    const green = cloud.rds.databases.cluster('green');
    for (const instance of cloud.rds.databases.members(green)) cloud.rds.databases.removeInstance(instance);
    cloud.rds.databases.removeCluster(green);
    putClone(cloud.rds, ['green']);
    event(cloud.rds, 'green-1', recovered('mysql-bin-changelog.000051 777'));
    expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
    expect(follows(cloud).map(({ position }) => position)).toMatchObject([
      { position: 4278 },
      { position: 777 },
      'now',
    ]);
  });
});
