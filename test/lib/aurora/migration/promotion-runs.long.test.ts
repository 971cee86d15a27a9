import { TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { DatabaseCloud } from '../database-cloud';
import { Databases } from '../databases-under-test';
import { putReplica } from '../existing-databases';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const databases = new Databases();
databases.promote({ ...databases.everything(), tablesLeftUncompared: ['shop.archive'] });
const assembly = databases.deploy();

const newCloud = (source?: string) => DatabaseCloud.of(assembly, (rds) => putReplica(rds, source));

/** Has the agent answer one verb in another way. */
function answering(cloud: DatabaseCloud, verb: string, answer: unknown): DatabaseCloud {
  const { agent } = cloud;
  cloud.agent = (asked, args) => (asked === verb ? answer : agent(asked, args));
  return cloud;
}

const moved = { blue: 0, green: 100 };
const home = { blue: 100, green: 0 };

test('a cutover moves writers and readers to green, which follows nobody, and is followed by blue', async () => {
  const cloud = await newCloud();
  const before = cloud.observe();
  expect(before.follows).toEqual({ blue: undefined, green: 'blue' });
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'green' } });
  expect(cloud.observe()).toEqual({
    writers: moved,
    readers: moved,
    ingress: { ...before.ingress, blue: [] },
    follows: { blue: 'green', green: undefined },
    lock: undefined,
    phase: 'settled',
  });
  expect(cloud.broken).toEqual([]);
  expect([cloud.passages('blue'), cloud.passages('green')]).toEqual([2, 2]);
});

test('going back moves them to blue, which green follows again; and a second cutover to green', async () => {
  const cloud = await newCloud();
  const before = cloud.observe();
  await cloud.run('cutover');
  expect(await cloud.run('rollback')).toMatchObject({
    status: 'SUCCEEDED',
    output: { outcome: 'rolledBackOnRequest' },
  });
  expect(cloud.observe()).toMatchObject({
    ...{ writers: home, readers: home },
    ingress: { blue: before.ingress.blue },
    follows: { blue: undefined, green: 'blue' },
  });
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(cloud.observe()).toMatchObject({ writers: moved, follows: { blue: 'green', green: undefined } });
  expect(cloud.broken).toEqual([]);
});

test('readers alone reach green during the canary, in the steps that were stated', async () => {
  const cloud = await newCloud();
  const seen = new Set<string>();
  const entered = () => {
    const { writers, readers } = cloud.observe();
    seen.add(JSON.stringify([writers, readers]));
  };
  await cloud.run('cutover', { entered });
  expect([...seen].map((each) => JSON.parse(each))).toEqual([
    [home, home],
    [home, { blue: 90, green: 10 }],
    [home, moved],
    [moved, moved],
  ]);
});

test('a green that restarts under its readers is out of service before the next look, and all is as it was', async () => {
  const cloud = await newCloud();
  const before = cloud.observe();
  const { agent } = cloud;
  let looks = 0;
  cloud.agent = (verb, args) => {
    if (verb !== 'mysql.alive') return agent(verb, args);
    looks += 1;
    return { startedAtMs: 1_700_000_000_000 + looks, restarted: looks > 1 };
  };
  expect((await cloud.run('cutover')).cause).toMatch(/^Canary: Restarted: Its engine restarted at 2023-/);
  expect(looks).toBe(2);
  expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
});

test('readers are taken back when the alarm over them is deleted', async () => {
  const cloud = await newCloud();
  const before = cloud.observe();
  const entered = (state: string) => {
    if (state === 'Save when green got reader weight 10 of 100') cloud.cloudwatch.removeAlarm('OrderErrors');
  };
  expect((await cloud.run('cutover', { entered })).cause).toMatch(
    /^Canary: AlarmsMissing: There is no alarm OrderErrors any more\. -- Clients are on blue/,
  );
  expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
});

test('an agent that takes a task and falls silent is named as what it is, and where to look', async () => {
  const cloud = await newCloud();
  cloud.agent = () => new Promise(() => undefined);
  expect(await cloud.run('cutover')).toMatchObject({
    error: 'RolledBack',
    cause: expect.stringMatching(/^Preflight: States\.Timeout: The agent took a task and fell silent.*migration host/),
  });
});

test('a restart of any of green’s readers is told by RDS, and ends the trial; another cluster’s is no matter', async () => {
  const restart = async (instance: string) => {
    const cloud = await newCloud();
    const entered = (state: string) => {
      if (state !== 'Save when green got reader weight 10 of 100') return;
      void cloud.callAsAdministrator('rds', 'rebootDBInstance', { DBInstanceIdentifier: instance });
    };
    return cloud.run('cutover', { entered });
  };
  expect(await restart('shop')).toMatchObject({ status: 'SUCCEEDED' });
  expect((await restart('green-2')).cause).toMatch(
    /^Canary: Restarted: green-2: DB instance restarted \(.*\)\. See its error log .* readers are back on the old side/,
  );
});

test.each([
  [
    'mysql.smoke',
    { queries: [{ name: 'balances', difference: 'rows' }], differences: 1, sinceMs: 1 },
    /Canary: SmokeDifference: balances: rows/,
  ],
  [
    'mysql.verify',
    { mismatches: 2, sample: [{ object: 'accounts', difference: 'index by_owner is missing' }] },
    /^Replicate: Mismatch: 2 differences, e\.g\. accounts: index by_owner is missing/,
  ],
  ['mysql.awaitlag', new TaskFailure('Agent.NotCaughtUp', 'The lag is 40 s.'), /^Replicate: Agent\.NotCaughtUp/],
  ['mysql.fence', new TaskFailure('Agent.Failed', 'It may not kill.'), /^Fence: Agent\.Failed: It may not kill\./],
  [
    'mysql.drain',
    new TaskFailure('Agent.WritesContinue', 'Writes go on.'),
    /^Drain: Agent\.WritesContinue: Writes go on\./,
  ],
  ['mysql.drain', new TaskFailure('Agent.NotCaughtUp', 'Too slow.'), /^Drain: Agent\.NotCaughtUp/],
])('%s that answers ill ends it with everything as it was', async (verb, answer, cause) => {
  const cloud = answering(await newCloud(), verb, answer);
  const before = cloud.observe();
  expect((await cloud.run('cutover')).cause).toMatch(cause);
  expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
});

test('clients are moved to a table that nobody compared where that is stated, and else not', async () => {
  const without = (...tables: readonly string[]) => ({
    mismatches: 0,
    sample: [],
    notCovered: [
      { object: 'binary log of blue', reason: 'cannot be followed' },
      ...tables.map((object) => ({ object, reason: 'has no key', holdsRows: true })),
    ],
  });
  expect(await answering(await newCloud(), 'mysql.verify', without('shop.archive')).run('cutover')).toMatchObject({
    status: 'SUCCEEDED',
  });
  const cloud = answering(await newCloud(), 'mysql.verify', without('shop.archive', 'shop.log', 'a.`b.c`'));
  const before = cloud.observe();
  expect((await cloud.run('cutover')).cause).toMatch(
    /^Replicate: NotCompared: shop\.log has no key; a\.`b\.c` has no key\. To cut over without/,
  );
  expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
});

test('a switch that fails after the promotion carries back what clients wrote, and green follows blue again', async () => {
  const cloud = await newCloud();
  const before = cloud.observe();
  const fail = (state: string) =>
    state === 'Does the new side still answer?: agent' ? new TaskFailure('Injected', 'by the test') : undefined;
  expect((await cloud.run('cutover', { fail })).cause).toMatch(/^Switch: Injected: .*Clients are on blue/);
  expect(cloud.observe()).toMatchObject({ writers: home, readers: home, follows: before.follows, lock: undefined });
  const drains = cloud.asked.filter(({ verb }) => verb === 'mysql.drain').map(({ args }) => args);
  expect(drains).toMatchObject([{ from: 'blue' }, { from: 'blue', still: { seconds: 0.5 } }, { from: 'green' }]);
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(cloud.observe()).toMatchObject({ writers: moved, follows: { blue: 'green', green: undefined } });
});

test('a promotion whose answer is lost is not undone: what green has become counts', async () => {
  const cloud = await newCloud();
  const fail = (state: string) =>
    state === 'Promote the replica' ? new TaskFailure('Injected', 'by the test') : undefined;
  expect(await cloud.run('cutover', { fail })).toMatchObject({ status: 'SUCCEEDED' });
  expect(cloud.observe()).toMatchObject({ writers: moved, follows: { blue: 'green', green: undefined } });
});

test('clients are let in once the writer has been rebooted, not once RDS calls the cluster available', async () => {
  const cloud = await newCloud();
  const seen: string[] = [];
  const entered = (state: string) => {
    const green = cloud.rds.databases.cluster('green');
    const [writer] = cloud.rds.databases.members(green);
    if (green.status === 'available' && writer?.status === 'rebooting') seen.push('rebooting');
    if (state === 'Clear the new side’s replication') seen.push(`cleared while ${writer?.status}`);
  };
  expect(await cloud.run('cutover', { entered })).toMatchObject({ status: 'SUCCEEDED' });
  expect([...new Set(seen)]).toEqual(['rebooting', 'cleared while available']);
});

test('an engine that goes down once more before clients are let in is waited for', async () => {
  const cloud = await newCloud();
  const { agent } = cloud;
  let tries = 0;
  cloud.agent = (verb, args) => {
    if (verb !== 'mysql.detach') return agent(verb, args);
    tries += 1;
    return tries < 12 ? new TaskFailure('Agent.Unreachable', 'It cut the connection.') : agent(verb, args);
  };
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(tries).toBe(12);
});

test('an execution that is stopped while RDS promotes lets clients write to blue at once; green follows it later', async () => {
  const cloud = await newCloud();
  const before = cloud.observe();
  let asked = 0;
  const entered = (state: string) => {
    // RDS has taken the order, and is at it.
    if (state === 'Describe the promotion') asked += 1;
  };
  await cloud.run('cutover', { entered, abortAt: 'Describe the writer of the new side' });
  expect(asked).toBe(1);
  expect(cloud.rds.databases.cluster('green').status).toBe('promoting');
  expect(await cloud.run('recover')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'blue' } });
  // Clients did not wait for it.
  expect(cloud.rds.databases.cluster('green').status).toBe('promoting');
  expect(cloud.observe()).toMatchObject({ writers: home, readers: home, ingress: before.ingress, lock: undefined });
  expect((await cloud.run('cutover')).cause).toMatch(/^Preflight: NotAvailable: .* green is promoting/);
  await cloud.rds.settled();
  cloud.asked.length = 0;
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(cloud.asked.find(({ verb }) => verb === 'mysql.follow')?.args).toMatchObject({
    from: 'blue',
    to: 'green',
    position: { file: 'mysql-bin.000042' },
  });
  expect(cloud.observe()).toMatchObject({ writers: moved, follows: { blue: 'green', green: undefined } });
});

test('a promotion that RDS refuses is named, and green goes on to follow', async () => {
  const cloud = await newCloud();
  const before = cloud.observe();
  const refuse = (state: string) =>
    state === 'Promote the replica' ? new TaskFailure('Rds.InvalidDbClusterStateException', 'Not now.') : undefined;
  expect((await cloud.run('cutover', { refuse })).cause).toMatch(
    /^Promote: PromotionRefused: Rds\.InvalidDbClusterStateException: Not now\. It replicates from .*:db:shop still/,
  );
  expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
});

test('a green that is lost after the cutover is left, and not taken for a replica again', async () => {
  const cloud = await newCloud();
  await cloud.run('cutover');
  const { agent } = cloud;
  cloud.agent = (verb, args) =>
    JSON.stringify(args).includes('green') ? new TaskFailure('Agent.Unreachable', 'No answer.') : agent(verb, args);
  expect((await cloud.run('rollback')).cause).toMatch(/had not reached the other side is lost/);
  expect(cloud.observe()).toMatchObject({ writers: home, readers: home, ingress: { green: [] } });
  cloud.agent = agent;
  expect((await cloud.run('cutover')).cause).toMatch(/Preflight: Diverged: green was left while it did not answer/);
});

test('a cluster that replicates from something else is no green', async () => {
  const cloud = await newCloud('arn:aws:rds:eu-west-1:111122223333:db:other');
  expect((await cloud.run('preflight')).cause).toMatch(
    /^Preflight: NotAReplica: Green replicates from arn:aws:rds:eu-west-1:111122223333:db:other; needed is .*:db:shop\. Make/,
  );
});

test('an alarm in the watch sends clients back by itself, without comparing everything first', async () => {
  const cloud = await newCloud();
  const before = cloud.observe();
  const entered = (state: string) => {
    if (state !== 'Journal: Watch begins') return;
    cloud.asked.length = 0;
    cloud.cloudwatch.setAlarmState('OrderErrors', 'ALARM', 'by the test');
  };
  expect((await cloud.run('cutover', { entered })).cause).toMatch(
    /^Watch: Alarm: In ALARM: OrderErrors -- Clients are on bl/,
  );
  expect(cloud.observe()).toMatchObject({ writers: home, readers: home, ingress: { blue: before.ingress.blue } });
  expect(cloud.asked.filter(({ verb }) => verb === 'mysql.verify')).toMatchObject([{ args: { mode: 'schema' } }]);
});

test('once retired, blue is gone, with a last snapshot; not while somebody is on it', async () => {
  const cloud = await newCloud();
  await cloud.run('cutover');
  const { agent } = cloud;
  answering(cloud, 'mysql.connections', {
    connections: 1,
    groups: [{ user: 'cron', host: '10.0.0.7', kind: 'active' }],
  });
  expect((await cloud.run('retire')).cause).toContain('1 connections: cron@10.0.0.7. See them off first.');
  cloud.agent = agent;
  expect(await cloud.run('retire')).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'retired' } });
  await cloud.rds.settled();
  expect(cloud.rds.databases.instances.map(({ identifier }) => identifier)).toEqual(['green-1', 'green-2']);
  expect(cloud.rds.snapshots.instanceSnapshots).toHaveLength(1);
});
