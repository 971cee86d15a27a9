import { Duration } from 'aws-cdk-lib';
import { ReaderTarget, type ReaderWeightStep } from '../../../../lib';
import type { Rds } from '../../../../rehearsal/aws/rds/rds';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { sampled } from '../../../sampled';
import { DatabaseCloud } from '../database-cloud';
import { BLUE_GROUP, Databases, GREEN_GROUP, REGION } from '../databases-under-test';
import { putClone, putManaged, putReplica } from '../existing-databases';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

const DOMAIN = `abc123.${REGION}.rds.amazonaws.com`;
const READERS = `green.cluster-ro-${DOMAIN}`;
const FEW = `few.cluster-custom-${DOMAIN}`;
const INSTANCE = `green-2.${DOMAIN}`;

const bake = Duration.minutes(1);
const readerWeights: ReaderWeightStep[] = [
  { blueWeight: 98, greenWeight: 2, bake, greenTarget: ReaderTarget.instance('green-2') },
  { blueWeight: 98, greenWeight: 2, bake, greenTarget: ReaderTarget.endpoint('few') },
  { blueWeight: 0, greenWeight: 100, bake },
];

const attrs = {
  customEndpoints: [{ endpointIdentifier: 'few', endpointAddress: FEW }],
  instanceEndpoints: [{ instanceIdentifier: 'green-2', endpointAddress: INSTANCE }],
};

/** Two readers are behind the endpoint. */
function putEndpoint({ databases }: Rds): void {
  const cluster = databases.cluster('green');
  const { engine, engineVersion } = cluster;
  databases.addInstance({ identifier: 'green-3', engine, engineVersion, instanceClass: 'db.r6g.large', cluster });
  databases.addCustomEndpoint({ identifier: 'few', cluster, type: 'READER', host: FEW });
}

const STRATEGIES = {
  promoteReplica: {
    migrate: (databases: Databases) =>
      databases.promote({
        ...databases.everything(),
        green: databases.cluster('Green', GREEN_GROUP, attrs),
        readerWeights,
      }),
    put: putReplica,
  },
  binlogReplica: {
    migrate: (databases: Databases) =>
      databases.follow({
        ...databases.everything(),
        blue: databases.cluster('Blue', BLUE_GROUP, {
          customEndpoints: [{ endpointIdentifier: 'old', endpointAddress: `old.cluster-custom-${DOMAIN}` }],
        }),
        green: databases.cluster('Green', GREEN_GROUP, attrs),
        readerWeights,
      }),
    put: putClone,
  },
};

interface Seen {
  readonly weights: string;
  readonly target: string;
}

/** How many readers green has, and where they are led, as often as that changes. */
function following(cloud: DatabaseCloud) {
  const seen: Seen[] = [];
  return {
    seen,
    look: () => {
      const { blue, green } = cloud.observe().readers;
      const now = { weights: `${green} to ${blue}`, target: cloud.targetOfReaders('green') };
      const last = seen.at(-1);
      if (last?.weights !== now.weights || last.target !== now.target) seen.push(now);
    },
  };
}

describe.each(Object.entries(STRATEGIES))('with %s', (_, { migrate, put }) => {
  const databases = new Databases();
  migrate(databases);
  const assembly = databases.deploy();

  const newCloud = (more: (rds: Rds) => void = () => undefined) =>
    DatabaseCloud.of(assembly, (rds) => {
      put(rds);
      putEndpoint(rds);
      more(rds);
    });

  test('readers go to one instance, then to the endpoint, then to all, each with its share in one batch', async () => {
    const cloud = await newCloud();
    const { seen, look } = following(cloud);
    expect(await cloud.run('cutover', { entered: look })).toMatchObject({ status: 'SUCCEEDED' });
    look();
    expect(seen).toEqual([
      { weights: '0 to 100', target: READERS },
      { weights: '2 to 98', target: INSTANCE },
      { weights: '2 to 98', target: FEW },
      { weights: '100 to 0', target: READERS },
    ]);
    expect(cloud.broken).toEqual([]);
  });

  test.each([
    ['Check green at reader weight 2 of 100 on one instance', INSTANCE],
    ['Check green at reader weight 2 of 100 on an endpoint', FEW],
  ])('a deploy at "%s" changes neither a share nor where it is led', async (state, target) => {
    const cloud = await newCloud();
    const { seen, look } = following(cloud);
    let deployed: Promise<void> | undefined;
    const entered = (name: string) => {
      if (name === state) deployed ??= cloud.updateRecords().then(look);
    };
    expect(await cloud.run('cutover', { entered })).toMatchObject({ status: 'SUCCEEDED' });
    await deployed;
    expect(seen).toEqual([{ weights: '2 to 98', target }]);
    expect(cloud.targetOfReaders('green')).toBe(READERS);
  });

  test.each([
    'Wait while green has reader weight 2 of 100 on one instance',
    'Wait while green has reader weight 2 of 100 on an endpoint',
  ])(
    'an alarm, and an execution that is stopped, at "%s" lead readers to blue, and green where it led',
    async (state) => {
      const alarmed = await newCloud();
      const before = alarmed.observe();
      const entered = (name: string) => {
        if (name === state) alarmed.raiseAlarm();
      };
      expect((await alarmed.run('cutover', { entered })).cause).toMatch(/^Canary: Alarm: In ALARM: OrderErrors/);
      const { writers, readers, ingress } = before;
      expect(alarmed.observe()).toMatchObject({ writers, readers, ingress, lock: undefined, phase: 'settled' });
      expect(alarmed.targetOfReaders('green')).toBe(READERS);

      const stopped = await newCloud();
      await stopped.run('cutover', { abortAt: state });
      expect(stopped.targetOfReaders('green')).not.toBe(READERS);
      expect(await stopped.run('recover')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'blue' } });
      expect(stopped.observe().readers).toEqual({ blue: 100, green: 0 });
      expect(stopped.targetOfReaders('green')).toBe(READERS);
    },
  );

  test('stopped anywhere on the way, green is led to all of its readers again', async () => {
    const entered = new Set<string>();
    await (await newCloud()).run('cutover', { entered: (state) => entered.add(state) });
    const all = [...entered];
    const states = all.slice(all.indexOf('Journal: Canary begins'), all.indexOf('Journal: Fence begins'));
    const wrong: Record<string, unknown> = {};
    for (const state of sampled(states, 12)) {
      const cloud = await newCloud();
      await cloud.run('cutover', { abortAt: state });
      await cloud.run('recover');
      const { readers, phase } = cloud.observe();
      const found = { ...readers, phase, target: cloud.targetOfReaders('green'), broken: cloud.broken };
      if (
        JSON.stringify(found) !== JSON.stringify({ blue: 100, green: 0, phase: 'settled', target: READERS, broken: [] })
      ) {
        wrong[state] = found;
      }
    }
    expect(states.length).toBeGreaterThan(20);
    expect(wrong).toEqual({});
  });

  test.each([
    ['between two steps', 'Wait while green has reader weight 2 of 100 on one instance', 'Canary'],
    ['before the switch', 'Journal: Switch begins', 'Switch'],
  ])('a record that somebody leads elsewhere %s is not led on', async (_when, state, phase) => {
    const cloud = await newCloud();
    let done: Promise<unknown> | undefined;
    const entered = (name: string) => {
      if (name !== state) return;
      done ??= cloud.callAsAdministrator('route53', 'changeResourceRecordSets', {
        HostedZoneId: 'Z0123456789ABCDEFGHIJ',
        ChangeBatch: {
          Changes: [
            {
              Action: 'UPSERT',
              ResourceRecordSet: {
                ...{ Name: 'shop-reader.internal.example', Type: 'CNAME', SetIdentifier: 'green', Weight: 2, TTL: 5 },
                ResourceRecords: [{ Value: 'elsewhere.example' }],
              },
            },
          ],
        },
      });
    };
    expect((await cloud.run('cutover', { entered })).cause).toMatch(
      new RegExp(
        `^${phase}: RecordChanged: shop-reader\\.internal\\.example leads to .* and elsewhere\\.example \\(green\\)`,
      ),
    );
    await done;
    expect(cloud.observe().readers).toEqual({ blue: 100, green: 0 });
  });

  test('an instance that becomes unhealthy leaves its endpoint, and is in it again; the canary goes on', async () => {
    const cloud = await newCloud();
    const { databases: all } = cloud.rds;
    const behind: string[] = [];
    let moved = false;
    const entered = (name: string) => {
      if (name === 'Save when green got reader weight 2 of 100 on one instance') {
        all.instance('green-3').health.lose();
        void cloud.clock.sleep(40, { reason: 'wait', state: 'test', signal: new AbortController().signal }).then(() => {
          all.instance('green-3').health.recover();
        });
      }
      // A promotion restarts all of them.
      moved ||= name === 'Journal: Promote begins';
      const now = all
        .behind(all.customEndpoint('few'))
        .map(({ identifier }) => identifier)
        .join();
      if (!moved && behind.at(-1) !== now) behind.push(now);
    };
    expect(await cloud.run('cutover', { entered })).toMatchObject({ status: 'SUCCEEDED' });
    expect(behind).toEqual(['green-2,green-3', 'green-2', 'green-2,green-3']);
  });

  test('an endpoint that is changed under its readers is away for a moment; the canary goes on', async () => {
    const cloud = await newCloud();
    const { databases: all } = cloud.rds;
    const away = new Set<boolean>();
    let changed: Promise<unknown> | undefined;
    const entered = (name: string) => {
      if (name === 'Save when green got reader weight 2 of 100 on an endpoint') {
        changed ??= cloud.callAsAdministrator('rds', 'modifyDBClusterEndpoint', {
          DBClusterEndpointIdentifier: 'few',
          StaticMembers: ['green-3'],
        });
      }
      away.add(all.ownerOf(FEW) === undefined);
    };
    expect(await cloud.run('cutover', { entered })).toMatchObject({ status: 'SUCCEEDED' });
    await changed;
    expect([...away].sort()).toEqual([false, true]);
    expect(all.behind(all.customEndpoint('few')).map(({ identifier }) => identifier)).toEqual(['green-3']);
  });

  const preflight = async (more: (rds: Rds) => void) => {
    const cloud = await newCloud(more);
    const { output, cause = '' } = await cloud.run('preflight');
    const { findings = [] } =
      (output as { phases?: { Preflight: { findings: { id: string; severity: string; message: string }[] } } })?.phases
        ?.Preflight ?? {};
    const ours = findings.filter(({ id }) => id.startsWith('rds.reader-'));
    return { found: ours.map(({ id, severity, message }) => `${severity} ${id}: ${message}`), cause };
  };

  test('the preflight says nothing of endpoints that are well', async () => {
    expect(await preflight(() => undefined)).toEqual({ found: [], cause: '' });
  });

  test.each<[string, (rds: Rds) => void, RegExp]>([
    [
      'a custom endpoint that is not there',
      ({ databases: all }) => all.removeCustomEndpoint(all.customEndpoint('few')),
      /rds\.reader-target-missing: Readers are to be led to the custom endpoint few, and RDS knows none/,
    ],
    [
      'a custom endpoint that is being changed',
      ({ databases: all }) => {
        all.customEndpoint('few').status = 'modifying';
      },
      /rds\.reader-endpoint-not-available: .*custom endpoint few, which is modifying: its name may lead nowhere/,
    ],
    [
      'an instance that is not there',
      ({ databases: all }) => all.removeInstance(all.instance('green-2')),
      /rds\.reader-target-missing: .*the instance green-2/,
    ],
    [
      'an instance that is not available',
      ({ databases: all }) => {
        all.instance('green-3').status = 'rebooting';
      },
      /rds\.reader-member-not-available: The instance green-3, which readers are to be led to, is rebooting/,
    ],
    [
      'nobody behind it',
      ({ databases: all }) => {
        all.customEndpoint('few').excludedMembers = all.idsOf(all.cluster('green'), ['green-2', 'green-3']);
      },
      /rds\.reader-endpoint-empty: No instance of green is behind the custom endpoint few/,
    ],
  ])('%s is an error of the preflight', async (_name, more, message) => {
    expect((await preflight(more)).cause).toMatch(message);
  });

  test.each<[string, (rds: Rds) => void, RegExp]>([
    [
      'one instance behind an endpoint',
      ({ databases: all }) => {
        all.customEndpoint('few').excludedMembers = all.idsOf(all.cluster('green'), ['green-3']);
      },
      /^warning rds\.reader-endpoint-single: Only green-2 is behind the custom endpoint few: .*36 to 40 s.*85 to 150 s\.$/,
    ],
    [
      'the writer behind an endpoint',
      ({ databases: all }) => {
        all.customEndpoint('few').type = 'ANY';
      },
      /^warning rds\.reader-target-is-writer: Green’s writer, green-1, is behind the custom endpoint few/,
    ],
  ])('%s is a warning of the preflight', async (_name, more, message) => {
    const { found, cause } = await preflight(more);
    expect(cause).toBe('');
    expect(found).toEqual([expect.stringMatching(message)]);
  });
});

describe('readers of blue behind a custom endpoint of their own', () => {
  const OLD = `old.cluster-custom-${DOMAIN}`;
  const databases = new Databases();
  databases.follow({
    ...databases.everything(),
    blue: databases.cluster('Blue', BLUE_GROUP, {
      customEndpoints: [{ endpointIdentifier: 'old', endpointAddress: OLD }],
    }),
    green: databases.cluster('Green', GREEN_GROUP, attrs),
    readerWeights,
    blueReaderTarget: ReaderTarget.endpoint('old'),
  });
  const assembly = databases.deploy();
  const newCloud = (more: (rds: Rds) => void = () => undefined) =>
    DatabaseCloud.of(assembly, (rds) => {
      putClone(rds);
      putEndpoint(rds);
      const cluster = rds.databases.cluster('blue');
      rds.databases.addCustomEndpoint({ identifier: 'old', cluster, type: 'READER', host: OLD });
      more(rds);
    });

  test('are led there before, and again by an alarm, a rollback and a recovery', async () => {
    const cloud = await newCloud();
    expect(cloud.targetOfReaders('blue')).toBe(OLD);
    const entered = (name: string) => {
      if (name === 'Wait while green has reader weight 2 of 100 on an endpoint') cloud.raiseAlarm();
    };
    expect((await cloud.run('cutover', { entered })).cause).toMatch(/^Canary: Alarm/);
    expect([cloud.observe().readers, cloud.targetOfReaders('blue')]).toEqual([{ blue: 100, green: 0 }, OLD]);

    const moved = await newCloud();
    expect(await moved.run('cutover')).toMatchObject({ status: 'SUCCEEDED' });
    expect(moved.observe().readers).toEqual({ blue: 0, green: 100 });
    expect(await moved.run('rollback')).toMatchObject({ status: 'SUCCEEDED' });
    expect([moved.observe().readers, moved.targetOfReaders('blue')]).toEqual([{ blue: 100, green: 0 }, OLD]);

    const stopped = await newCloud();
    await stopped.run('cutover', { abortAt: 'Journal: Switch begins' });
    expect(await stopped.run('recover')).toMatchObject({ status: 'SUCCEEDED', output: { serving: 'blue' } });
    expect([stopped.observe().readers, stopped.targetOfReaders('blue')]).toEqual([{ blue: 100, green: 0 }, OLD]);
    expect([...cloud.broken, ...moved.broken, ...stopped.broken]).toEqual([]);
  });

  test.each<[string, (rds: Rds) => void, RegExp]>([
    [
      'is not there',
      ({ databases: all }) => all.removeCustomEndpoint(all.customEndpoint('old')),
      /rds\.reader-target-missing: Readers are to be led to the custom endpoint old, and RDS knows none of that name of blue\..*blueReaderTarget.*--db-cluster-identifier blue/,
    ],
    [
      'is being changed',
      ({ databases: all }) => {
        all.customEndpoint('old').status = 'modifying';
      },
      /rds\.reader-endpoint-not-available: .*custom endpoint old, which is modifying/,
    ],
    [
      'has nobody behind it',
      ({ databases: all }) => {
        all.customEndpoint('old').excludedMembers = all.idsOf(all.cluster('blue'), ['blue-1', 'blue-2']);
      },
      /rds\.reader-endpoint-empty: No instance of blue is behind the custom endpoint old/,
    ],
  ])('an endpoint that %s ends the preflight, for readers could not return to it', async (_, spoil, message) => {
    expect((await (await newCloud(spoil)).run('preflight')).cause).toMatch(message);
  });
});

describe('where RDS makes green', () => {
  const databases = new Databases();
  databases.manage({
    ...databases.everything(),
    readerWeights: [
      { blueWeight: 98, greenWeight: 2, bake, greenTarget: ReaderTarget.instance('blue-2') },
      { blueWeight: 0, greenWeight: 100, bake },
    ],
  });
  const assembly = databases.deploy();

  test('readers try what RDS made of an instance of blue’s, then all of green', async () => {
    const cloud = await DatabaseCloud.of(assembly, putManaged);
    const { seen, look } = following(cloud);
    expect(await cloud.run('cutover', { entered: look })).toMatchObject({ status: 'SUCCEEDED' });
    const [first, instance, all, back] = seen;
    expect(first).toEqual({ weights: '0 to 100', target: `blue.cluster-ro-${DOMAIN}` });
    expect(instance).toEqual({ weights: '2 to 98', target: expect.stringMatching(/^blue-2-green-[a-z0-9]+\.abc123/) });
    expect(all).toEqual({ weights: '100 to 0', target: expect.stringMatching(/^blue-green-[a-z0-9]+\.cluster-ro-/) });
    expect(back?.target).toBe(`blue.cluster-ro-${DOMAIN}`);
  });

  test('an instance that blue does not have is an error of the preflight', async () => {
    const cloud = await DatabaseCloud.of(assembly, putManaged);
    const { databases: all } = cloud.rds;
    all.renameInstance(all.instance('blue-2'), 'blue-9');
    expect((await cloud.run('preflight')).cause).toMatch(
      /rds\.reader-target-missing: Readers are to try what RDS makes of the instance blue-2, and blue has blue-1, blue-9/,
    );
  });
});
