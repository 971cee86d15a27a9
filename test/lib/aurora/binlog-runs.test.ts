import { TaskFailure } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { DatabaseCloud } from './database-cloud';
import { Databases } from './databases-under-test';
import { putClone } from './existing-databases';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const databases = new Databases();
databases.follow({ approval: databases.topic(), alarms: [databases.alarm('OrderErrors')] });
const assembly = databases.deploy();
const newCloud = () => DatabaseCloud.of(assembly, putClone);

const moved = { blue: 0, green: 100 };
const home = { blue: 100, green: 0 };
const follows = ({ asked }: DatabaseCloud) =>
  asked.filter(({ verb }) => verb === 'mysql.follow').map(({ args }) => args);
const BEGIN = { from: 'blue', to: 'green', position: { file: 'mysql-bin.000042', position: 154 } };

test('green follows from where it was made, is let go, and is followed by blue; there and back', async () => {
  const cloud = await newCloud();
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'green' } });
  expect(follows(cloud)[0]).toEqual(BEGIN);
  expect(cloud.standing()).toMatchObject({ writers: moved, follows: { blue: 'green', green: undefined } });
  expect(await cloud.run('back')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'blue' } });
  expect(cloud.standing()).toMatchObject({ writers: home, follows: { blue: undefined, green: 'blue' } });
  expect(cloud.broken).toEqual([]);
});

test('a second attempt goes on with the replication of the first, and does not begin it again', async () => {
  const cloud = await newCloud();
  const fail = (state: string) =>
    state === 'Announce that all is ready' ? new TaskFailure('Injected', 'by the test') : undefined;
  expect((await cloud.run('cutover', { fail })).cause).toMatch(/^Approve: Injected/);
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(follows(cloud).filter((args) => JSON.stringify(args) === JSON.stringify(BEGIN))).toHaveLength(1);
});

test('a green that cannot follow again when all is put back is told to when it is tried again', async () => {
  const cloud = await newCloud();
  const { agent } = cloud;
  const fail = (state: string) =>
    state === 'Have the old side follow the new one: agent' ? new TaskFailure('Injected', 'by the test') : undefined;
  cloud.agent = (verb, args) =>
    verb === 'mysql.follow' && follows(cloud).length > 2 ? new TaskFailure('Agent.Failed', 'No.') : agent(verb, args);
  expect((await cloud.run('cutover', { fail })).cause).toMatch(/^Reverse: Injected: .*Users are on blue/);
  expect(cloud.standing()).toMatchObject({ writers: home, follows: { blue: undefined, green: undefined } });
  cloud.agent = agent;
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(cloud.standing()).toMatchObject({ writers: moved, follows: { blue: 'green', green: undefined } });
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
