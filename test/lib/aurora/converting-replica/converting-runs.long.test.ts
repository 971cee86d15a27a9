import { Duration } from 'aws-cdk-lib';
import { AuroraReplicaCluster, AuroraStrategy, DatabaseEngine } from '../../../../lib';
import { type ExecutionResult, TaskFailure } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { sampled } from '../../../sampled';
import { DatabaseCloud } from '../database-cloud';
import { Databases } from '../databases-under-test';
import { middleOf, putChain, putReplica } from '../existing-databases';
import { ConvertingModel } from './converting-model';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

/** All of the states are tried: EVERY=1 npx jest converting-runs */
const EVERY = 5;

const databases = new Databases();
databases.convert({
  ...databases.everything(),
  readerWeights: [{ blueWeight: 50, greenWeight: 50, bake: Duration.seconds(1) }],
});
const assembly = databases.deploy();
const MIDDLE = middleOf(assembly);

async function newCloud(free = 2 ** 40) {
  const cloud = await DatabaseCloud.of(assembly, putChain(assembly));
  cloud.cloudwatch.statistics.set('AWS/RDS', 'FreeStorageSpace', { DBInstanceIdentifier: MIDDLE }, free);
  return cloud;
}

const prepared = { status: 'SUCCEEDED', output: { outcome: 'prepared', serving: 'blue' } };

const verbs = (cloud: DatabaseCloud) => cloud.asked.map(({ verb }) => verb);

test('prepare converts one table after another, has the replica catch up, and compares what is defined', async () => {
  const cloud = await newCloud();
  const middle = new ConvertingModel(cloud);
  const before = cloud.observe();
  expect(await cloud.run('prepare')).toMatchObject({
    ...prepared,
    output: { phases: { Prepare: { converted: 3, remaining: 0 } } },
  });
  expect(middle).toMatchObject({ replicating: true, left: [] });
  expect(verbs(cloud)).toEqual([
    'mysql.conversions',
    ...['mysql.convert', 'mysql.convert', 'mysql.convert'],
    ...['mysql.resumereplica', 'mysql.awaitlag', 'mysql.conversions', 'mysql.verify'],
  ]);
  expect(cloud.asked.at(-1)?.args).toMatchObject({ from: 'blue', to: 'converting', mode: 'schema' });
  expect(cloud.observe()).toEqual({ ...before, phase: 'settled' });
  expect(cloud.broken).toEqual([]);
});

test('it catches up between two conversions once it is later than its limit', async () => {
  const cloud = await newCloud();
  const middle = new ConvertingModel(cloud, 2000);
  expect(await cloud.run('prepare')).toMatchObject(prepared);
  expect(verbs(cloud).filter((verb) => verb === 'mysql.convert' || verb === 'mysql.awaitlag')).toEqual([
    ...['mysql.convert', 'mysql.convert', 'mysql.awaitlag'],
    ...['mysql.convert', 'mysql.awaitlag'],
  ]);
  expect(middle.left).toEqual([]);
});

test('a second prepare has nothing to convert, and looks that it replicates', async () => {
  const cloud = await newCloud();
  const middle = new ConvertingModel(cloud);
  await cloud.run('prepare');
  middle.replicating = false;
  expect(await cloud.run('prepare')).toMatchObject({ output: { phases: { Prepare: { converted: 0, remaining: 0 } } } });
  expect(middle.replicating).toBe(true);
});

test('a conversion that fails is named with why, and replication is on again', async () => {
  const cloud = await newCloud();
  const middle = new ConvertingModel(cloud);
  const failure = new TaskFailure(
    'Agent.ConversionFailed',
    "toInnoDb shop.visits: Duplicate entry '1' for key 'by_day'",
  );
  middle.fails = (step) => (step === 'toInnoDb shop.visits' ? failure : undefined);
  expect(await cloud.run('prepare')).toMatchObject({
    error: 'RolledBack',
    cause: expect.stringMatching(
      /^Prepare: Agent\.ConversionFailed: toInnoDb shop\.visits: Duplicate.* -- Clients are on blue, and the converting replica replicates again\..*next \{"action":"prepare"\}\.$/,
    ),
  });
  expect(middle).toMatchObject({ replicating: true, done: ['toInnoDb shop.orders'] });
  middle.fails = () => undefined;
  expect(await cloud.run('prepare')).toMatchObject({ output: { phases: { Prepare: { converted: 2 } } } });
});

test('a replica that cannot be made to replicate again is said to stand still, until recover', async () => {
  const cloud = await newCloud();
  const middle = new ConvertingModel(cloud);
  middle.fails = () => new TaskFailure('Agent.ConversionFailed', 'No space left');
  middle.broken = true;
  expect(await cloud.run('prepare')).toMatchObject({
    error: 'RecoveryNeeded',
    cause: expect.stringMatching(
      /Agent\.ConversionFailed: No space left \| Undo Prepare: NotReplicating: The converting replica does not replicate.*Clients are on blue\..*\{"action":"recover"\}/,
    ),
  });
  expect((await cloud.run('cutover')).error).toBe('Unfinished');
  middle.broken = false;
  expect(await cloud.run('recover')).toMatchObject({ output: { outcome: 'recovered', serving: 'blue' } });
  expect(middle.replicating).toBe(true);
});

test('too little room for the next table is said before it is begun; a figure that is not there is said in the end', async () => {
  const cloud = await newCloud(2 ** 20);
  const middle = new ConvertingModel(cloud);
  expect((await cloud.run('prepare')).cause).toMatch(
    new RegExp(`StorageTooSmall: toInnoDb shop.orders needs 1024 MiB free.*${MIDDLE} has 1 MiB .*allocatedStorage`),
  );
  expect(middle).toMatchObject({ replicating: true, done: [] });
  expect(await (await withoutFigure()).run('prepare')).toMatchObject({
    output: { phases: { Prepare: { converted: 3, notKnown: expect.stringContaining('FreeStorageSpace') } } },
  });
});

async function withoutFigure(): Promise<DatabaseCloud> {
  const cloud = await DatabaseCloud.of(assembly, putChain(assembly));
  new ConvertingModel(cloud);
  return cloud;
}

test.each<[string, (cloud: DatabaseCloud) => void, RegExp]>([
  [
    'is not available',
    (cloud) => Object.assign(cloud.rds.databases.instance(MIDDLE), { status: 'modifying' }),
    /NotAvailable: RDS says that the converting replica .* is modifying/,
  ],
  [
    'follows nobody any more',
    (cloud) => Object.assign(cloud.rds.databases.instance(MIDDLE), { replicationSource: undefined }),
    /NotAReplica: The converting replica .* replicates from nothing; needed is shop\..*30 days/,
  ],
  [
    'hangs on a blue that is a replica itself',
    (cloud) => Object.assign(cloud.rds.databases.instance('shop'), { replicationSource: 'main' }),
    /NotAReplica: Blue shop replicates from main.*no chain of more than four/,
  ],
  [
    'has no backups',
    (cloud) => Object.assign(cloud.rds.databases.instance(MIDDLE), { backupRetention: 0 }),
    /NoBackups: .*--backup-retention-period 1/,
  ],
])('a converting replica that %s is converted by nobody, and nobody is moved', async (_what, spoil, cause) => {
  const cloud = await newCloud();
  const middle = new ConvertingModel(cloud);
  spoil(cloud);
  expect((await cloud.run('prepare')).cause).toMatch(cause);
  expect(middle).toMatchObject({ replicating: true, done: [] });
  expect((await cloud.run('cutover')).cause).toMatch(cause);
});

test('what it finds fault with is a finding of the preflight, and of prepare', async () => {
  const cloud = await newCloud();
  new ConvertingModel(cloud);
  Object.assign(cloud.rds.databases.instance('shop'), { allocatedStorage: 4000, iops: 40_000 });
  const ids = ['rds.converting-storage', 'rds.converting-iops'];
  const prepared = (await cloud.run('prepare')).output as unknown as Outputs;
  expect(prepared.phases.Prepare?.findings.map(({ id }) => id)).toEqual(ids);
  const preflight = (await cloud.run('preflight')).output as unknown as Outputs;
  expect(preflight.phases.Preflight?.findings.map(({ id }) => id)).toEqual(ids);
});

interface Outputs {
  readonly phases: Readonly<Record<string, { readonly findings: readonly { readonly id: string }[] }>>;
}

test('a cutover of what hangs on blue itself is refused, by name', async () => {
  const cloud = await DatabaseCloud.of(assembly, (rds) => {
    putChain(assembly)(rds);
    Object.assign(rds.databases.cluster('green'), { replicationSource: 'arn:aws:rds:eu-west-1:111122223333:db:shop' });
  });
  expect((await cloud.run('cutover')).cause).toMatch(/NotAReplica: Green replicates from .*:db:shop; needed is .*:db:/);
});

test('clients move to the end of the chain and back, and again, when nothing hangs on the chain any more', async () => {
  const cloud = await newCloud();
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'green' } });
  expect(cloud.observe().follows).toEqual({ blue: 'green', green: undefined });
  expect((await cloud.run('prepare')).cause).toMatch(
    /prepare was asked for, but green serves\. -- Nothing was changed/,
  );
  // Anyone who goes back does not need it.
  cloud.rds.databases.removeInstance(cloud.rds.databases.instance(MIDDLE));
  expect(await cloud.run('rollback')).toMatchObject({
    status: 'SUCCEEDED',
    output: { outcome: 'rolledBackOnRequest' },
  });
  expect(await cloud.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
  expect(cloud.broken).toEqual([]);
});

describe('retire', () => {
  async function cutOver() {
    const cloud = await newCloud();
    await cloud.run('cutover');
    return cloud;
  }
  const lift = (cloud: DatabaseCloud) =>
    cloud.callAsAdministrator('rds', 'modifyDBInstance', {
      DBInstanceIdentifier: MIDDLE,
      DeletionProtection: false,
      ApplyImmediately: true,
    });

  const staying = ({ rds }: DatabaseCloud) =>
    rds.databases.instances.filter(({ status }) => status !== 'deleting').map(({ identifier }) => identifier);

  test('deletes the converting replica and then blue, and says for how long it stood', async () => {
    const cloud = await cutOver();
    await lift(cloud);
    expect(await cloud.run('retire')).toMatchObject({
      output: {
        outcome: 'retired',
        phases: {
          Retire: { deleted: 'shop', converting: { deleted: MIDDLE, class: 'db.r7g.large', storageGib: 100 } },
        },
      },
    });
    expect(staying(cloud)).toEqual(['green-1', 'green-2']);
    expect(await cloud.run('retire')).toMatchObject({ output: { phases: { Retire: { deleted: 'before' } } } });
  });

  test('deletes nothing where one of the two is protected', async () => {
    const cloud = await cutOver();
    expect((await cloud.run('retire')).cause).toMatch(/The converting replica .* is protected .*nothing was deleted/);
    await lift(cloud);
    Object.assign(cloud.rds.databases.instance('shop'), { deletionProtection: true });
    expect((await cloud.run('retire')).cause).toMatch(/shop is protected against deletion/);
    expect(cloud.rds.databases.instances).toHaveLength(4);
  });

  test('goes on where it stopped', async () => {
    for (const abortAt of ['Delete the converting replica', 'Delete blue, with a last snapshot']) {
      const cloud = await cutOver();
      await lift(cloud);
      await cloud.run('retire', { abortAt });
      expect(await cloud.run('retire')).toMatchObject({ status: 'SUCCEEDED' });
      expect(staying(cloud)).toEqual(['green-1', 'green-2']);
    }
  });
});

describe('prepare that is interrupted', () => {
  /** What is not as it must be after prepare, whatever happened, and a recovery if one is needed. */
  async function problems(cloud: DatabaseCloud, middle: ConvertingModel, result: ExecutionResult): Promise<string[]> {
    const is = (text: string, ok: boolean) => (ok ? [] : [`${text}: ${result.cause}`]);
    const settled = cloud.observe().phase ?? 'settled';
    if (settled !== 'settled') await cloud.run('recover');
    const found = [
      ...cloud.broken,
      ...is('it does not replicate', middle.replicating),
      ...is('the journal is not settled', (cloud.observe().phase ?? 'settled') === 'settled'),
    ];
    const again = await cloud.run('prepare');
    return [
      ...found,
      ...is(`the next one ends ${again.status}: ${again.cause}`, again.status === 'SUCCEEDED'),
      ...is('something is left to convert', middle.left.length === 0),
      ...is('it does not replicate in the end', middle.replicating),
    ];
  }

  async function statesOf(): Promise<string[]> {
    const entered = new Set<string>();
    const cloud = await newCloud();
    new ConvertingModel(cloud, 2000);
    await cloud.run('prepare', { entered: (state) => entered.add(state) });
    const all = [...entered];
    return sampled(all.slice(all.indexOf('Journal: Prepare begins')), EVERY);
  }

  test('at any state replicates again after recover, and the next one goes on', async () => {
    const states = await statesOf();
    expect(states.length).toBeGreaterThan(10);
    const found: Record<string, string[]> = {};
    for (const state of states) {
      const cloud = await newCloud();
      const middle = new ConvertingModel(cloud, 2000);
      const wrong = await problems(cloud, middle, await cloud.run('prepare', { abortAt: state }));
      if (wrong.length > 0) found[state] = wrong;
    }
    expect(found).toEqual({});
  });

  test.each(['fail', 'refuse'] as const)('whose calls %s leaves nothing half done unsaid', async (how) => {
    const found: Record<string, string[]> = {};
    for (const state of await statesOf()) {
      const cloud = await newCloud();
      const middle = new ConvertingModel(cloud, 2000);
      const failure = new TaskFailure('Agent.Failed', `${state} went wrong`);
      const result = await cloud.run('prepare', { [how]: (each: string) => (each === state ? failure : undefined) });
      const said = result.status === 'SUCCEEDED' || /went wrong|gave no answer/.test(String(result.cause));
      const wrong = [...(said ? [] : [`it says ${result.cause}`]), ...(await problems(cloud, middle, result))];
      if (wrong.length > 0) found[state] = wrong;
    }
    expect(found).toEqual({});
  });
});

test('prepare that was interrupted, and dropped from the app since: recover says to deploy it again, and then recovers', async () => {
  const before = await newCloud();
  new ConvertingModel(before);
  await before.run('prepare', { abortAt: 'Journal: what was converted' });
  const carried = before.parameter('journal');

  const dropped = new Databases();
  dropped.promote();
  const without = await DatabaseCloud.of(dropped.deploy(), putReplica);
  await carry(carried, without);
  expect(await without.run('recover')).toMatchObject({
    error: 'RecoveryNeeded',
    cause: expect.stringMatching(
      /^Prepare: PhaseDropped: Execution \S+ was ended in this phase, and a deploy has dropped it since\. Deploy with it again, .* -- Clients are on blue\./,
    ),
  });
  expect(without.parameter('journal')).toBe(carried);

  const again = await newCloud();
  const middle = new ConvertingModel(again);
  middle.replicating = false;
  await carry(carried, again);
  expect(await again.run('recover')).toMatchObject({ output: { outcome: 'recovered', serving: 'blue' } });
  expect(middle.replicating).toBe(true);
});

test('prepare that was interrupted is recovered although somebody has deleted the converting replica since', async () => {
  const cloud = await newCloud();
  const middle = new ConvertingModel(cloud);
  await cloud.run('prepare', { abortAt: 'Journal: what was converted' });
  middle.broken = true;
  cloud.rds.databases.removeInstance(cloud.rds.databases.instance(MIDDLE));
  expect(await cloud.run('recover')).toMatchObject({ output: { outcome: 'recovered', serving: 'blue' } });
  expect((await cloud.run('cutover')).status).toBe('FAILED');
  expect(cloud.observe().phase).toBe('settled');
});

async function carry(journal: string | undefined, cloud: DatabaseCloud): Promise<void> {
  const parameter = { Name: '/cdk-cutover/shop/journal', Value: journal, Type: 'String', Overwrite: true };
  await cloud.callAsAdministrator('ssm', 'putParameter', parameter);
}

describe('before green is made', () => {
  const early = new Databases();
  const blue = early.instance();
  early.migrate({ strategy: AuroraStrategy.promoteReplica(), blue, converting: early.converting(blue) });
  const assembly = early.deploy();
  const earlyCloud = () =>
    DatabaseCloud.of(assembly, (rds) => {
      putChain(assembly)(rds);
      for (const each of ['green-1', 'green-2']) rds.databases.removeInstance(rds.databases.instance(each));
      rds.databases.removeCluster(rds.databases.cluster('green'));
    });

  test('the converting replica can be converted, and nobody be moved', async () => {
    const cloud = await earlyCloud();
    const middle = new ConvertingModel(cloud);
    expect((await cloud.run('cutover')).cause).toMatch(/Accepted is .* one of recover, prepare, and nothing else/);
    expect(await cloud.run('prepare')).toMatchObject(prepared);
    expect(middle).toMatchObject({ replicating: true, left: [] });
    expect(await cloud.run('recover')).toMatchObject({ output: { serving: 'blue' } });
    expect(cloud.broken).toEqual([]);
  });

  test('what is interrupted is recovered', async () => {
    const cloud = await earlyCloud();
    const middle = new ConvertingModel(cloud);
    await cloud.run('prepare', { abortAt: 'Journal: what was converted' });
    middle.replicating = false;
    expect(await cloud.run('recover')).toMatchObject({ output: { outcome: 'recovered', serving: 'blue' } });
    expect(middle.replicating).toBe(true);
  });

  test('a record that could lead nowhere is refused', () => {
    const other = new Databases();
    const instance = other.instance();
    const record = { zone: other.zone, recordName: 'shop' };
    const strategy = AuroraStrategy.promoteReplica();
    expect(() => other.migrate({ strategy, blue: instance, converting: other.converting(instance), record })).toThrow(
      /^record: got one; there is no green yet/,
    );
  });
});

test.each<[string, (databases: Databases) => unknown, RegExp]>([
  [
    'with another strategy',
    (other) => other.follow({ converting: other.converting(other.instance()) }),
    /^converting: got Shop\/Converting with AuroraStrategy\.binlogReplica; accepted is AuroraStrategy\.promoteReplica/,
  ],
  [
    'of another instance',
    (other) => other.promote({ converting: other.converting(other.instance()), blue: other.cluster('Other', 'sg-1') }),
    /^blue: got/,
  ],
  [
    'that is not green’s own source',
    (other) => {
      const blue = other.instance();
      const green = new AuroraReplicaCluster(other.stack, 'Green', {
        vpc: other.vpc,
        engine: DatabaseEngine.auroraMysql('8.0.mysql_aurora.3.08.0'),
        replaces: blue,
      });
      return other.promote({ blue, green, converting: other.converting(blue) });
    },
    /^converting: got Shop\/Converting, and blue itself as the source of green; accepted is one/,
  ],
  [
    'that is none',
    (other) => other.promote({ prepareTimeout: Duration.hours(1) }),
    /^prepareTimeout: got one without a converting replica/,
  ],
  [
    'for a month',
    (other) => other.convert({ prepareTimeout: Duration.days(30) }),
    /^prepareTimeout: got .*; accepted is a plain duration up to 10 days/,
  ],
])('a converting replica %s is refused where it was typed', (_, make, message) => {
  expect(() => make(new Databases())).toThrow(message);
});

test('without a converting replica there is no such action', async () => {
  const plain = new Databases();
  plain.promote();
  const cloud = await DatabaseCloud.of(plain.deploy(), putReplica);
  expect(await cloud.run('prepare')).toMatchObject({
    error: 'UnknownAction',
    cause: expect.stringMatching(/preflight, cutover, rollback, recover, retire, and nothing else/),
  });
});
