import { adopted } from '../../../../../lib/cutover/record/handler/record-sets';
import { removeTemporaryFolders } from '../../../../rehearsal/assembly/written-assembly';
import { NAME, RecordStage, ZONE } from './stage';

afterAll(removeTemporaryFolders);

const simple = (value: string, record: object = {}) => ({
  Action: 'CREATE',
  ResourceRecordSet: { Name: NAME, Type: 'CNAME', TTL: 300, ResourceRecords: [{ Value: value }], ...record },
});

describe('create', () => {
  test('makes the pair with all clients on blue', async () => {
    const stage = new RecordStage();
    expect(await stage.create()).toEqual({ PhysicalResourceId: `${ZONE}/${NAME}` });
    expect(await stage.records()).toEqual(['blue 100 CNAME blue.example 5', 'green 0 CNAME green.example 5']);
  });

  test.each([
    ['blue.example', ['blue 100 CNAME blue.example 5', 'green 0 CNAME green.example 5']],
    ['GREEN.example.', ['blue 0 CNAME blue.example 5', 'green 100 CNAME green.example 5']],
  ])('adopts a simple record that points at %s in one batch, so that the name always answers', async (target, pair) => {
    const stage = new RecordStage();
    await stage.change(simple(target));
    await stage.create();
    expect(await stage.records()).toEqual(pair);
    expect(stage.batches).toHaveLength(1);
  });

  test('takes over the pair of a deploy that was rolled back, as it serves', async () => {
    const stage = new RecordStage();
    await stage.create();
    await stage.setWeights(0, 100);
    await stage.create();
    expect(await stage.records()).toEqual(['blue 0 CNAME blue.example 5', 'green 100 CNAME green.example 5']);
  });

  test.each([
    ['points elsewhere', simple('other.example'), /points at other\.example, which is neither blue \(blue\.example\)/],
    ['is an address', simple('10.0.0.7', { Type: 'A' }), /has a A record.*Remove the others first/],
    [
      'is weighted by somebody else',
      simple('blue.example', { SetIdentifier: 'theirs', Weight: 1 }),
      /has a CNAME record 'theirs'/,
    ],
  ])('refuses a record that %s, and leaves it', async (_, record, message) => {
    const stage = new RecordStage();
    await stage.change(record);
    const before = await stage.records();
    await expect(stage.create()).rejects.toThrow(message);
    expect(await stage.records()).toEqual(before);
  });

  test('refuses an alias, even one that leads to blue', () => {
    const AliasTarget = { HostedZoneId: ZONE, DNSName: 'blue.example', EvaluateTargetHealth: false };
    const properties = {
      hostedZoneId: ZONE,
      recordName: NAME,
      ttlSeconds: 5,
      blueTarget: 'blue.example',
      greenTarget: 'green.example',
      greenTrialTargets: [],
    };
    expect(() => adopted([{ Name: `${NAME}.`, Type: 'A', AliasTarget }], properties)).toThrow(/has a A record/);
  });

  test('ends only when every Route 53 server has the change', async () => {
    const stage = new RecordStage();
    await stage.create();
    expect(stage.polls).toBe(4);
  });

  test('leaves records of other names alone', async () => {
    const stage = new RecordStage();
    const other = { Name: 'sessions2.internal.example' };
    await stage.change(simple('elsewhere.example', other));
    await stage.create();
    expect(await stage.records('sessions2.internal.example')).toEqual(['simple CNAME elsewhere.example 300']);
  });
});

describe('a deploy', () => {
  test.each([
    [100, 0],
    [0, 100],
    [50, 50],
    [0, 7],
  ])('never changes live weights: %d to %d', async (blue, green) => {
    const stage = new RecordStage();
    await stage.create();
    await stage.setWeights(blue, green);
    await stage.update({ ttl: 10 });
    expect(await stage.records()).toEqual([
      `blue ${blue} CNAME blue.example 10`,
      `green ${green} CNAME green.example 10`,
    ]);
    expect(stage.batches).toHaveLength(2);
  });

  test('that changes nothing about the record writes nothing', async () => {
    const stage = new RecordStage();
    await stage.create();
    await stage.setWeights(30, 70);
    stage.batches.length = 0;
    await stage.update({});
    expect(stage.batches).toEqual([]);
  });

  test('points the side that nobody is on somewhere else', async () => {
    const stage = new RecordStage();
    await stage.create();
    await stage.update({ green: 'greener.example' });
    expect(await stage.records()).toEqual(['blue 100 CNAME blue.example 5', 'green 0 CNAME greener.example 5']);
  });

  test('keeps clients where they are when green becomes the next migration’s blue', async () => {
    const stage = new RecordStage();
    await stage.create();
    await stage.setWeights(0, 100);
    await stage.update({ blue: 'green.example', green: 'greener.example' });
    expect(await stage.records()).toEqual(['blue 100 CNAME green.example 5', 'green 0 CNAME greener.example 5']);
  });

  test('that would take the serving side’s endpoint away is refused', async () => {
    const stage = new RecordStage();
    await stage.create();
    const before = await stage.records();
    await expect(stage.update({ blue: 'other.example' })).rejects.toThrow(
      /serves blue\.example \(weight 100\), which this deploy makes neither blue \(other\.example\) nor green.*cut over or go back first/,
    );
    expect(await stage.records()).toEqual(before);
  });

  test('with both weights 0, which Route 53 takes for "equal", is refused', async () => {
    const stage = new RecordStage();
    await stage.create();
    await stage.setWeights(0, 0);
    await expect(stage.update({ ttl: 10 })).rejects.toThrow(/weight 0 on both sides.*Set blue or green to 100 first/);
  });

  test('mends a record that somebody collapsed by hand', async () => {
    const stage = new RecordStage();
    await stage.create();
    await stage.delete();
    await stage.update({ ttl: 10 });
    expect(await stage.records()).toEqual(['blue 100 CNAME blue.example 10', 'green 0 CNAME green.example 10']);
  });

  test('that renames the record makes the new one, and CloudFormation deletes the old one', async () => {
    const stage = new RecordStage();
    const old = await stage.create();
    const renamed = await stage.update({ name: 'logins' });
    expect(renamed.PhysicalResourceId).toBe(`${ZONE}/logins.internal.example`);
    await stage.delete({}, old.PhysicalResourceId);
    expect(await stage.records('logins.internal.example')).toEqual([
      'blue 100 CNAME blue.example 5',
      'green 0 CNAME green.example 5',
    ]);
    expect(await stage.records()).toEqual(['simple CNAME blue.example 5']);
  });
});

describe('delete', () => {
  test.each([
    [100, 0, 'blue.example'],
    [0, 100, 'green.example'],
    [30, 70, 'green.example'],
  ])('leaves one simple record for the active side (%d to %d), in one batch', async (blue, green, target) => {
    const stage = new RecordStage();
    await stage.create();
    await stage.setWeights(blue, green);
    stage.batches.length = 0;
    await stage.delete();
    expect(await stage.records()).toEqual([`simple CNAME ${target} 5`]);
    expect(stage.batches).toHaveLength(1);
  });

  test('after a create that was refused touches nothing', async () => {
    const stage = new RecordStage();
    await stage.change(simple('other.example'));
    await expect(stage.create()).rejects.toThrow();
    await stage.delete({}, 'the-id-that-the-framework-makes-up');
    expect(await stage.records()).toEqual(['simple CNAME other.example 300']);
  });

  test('of what is gone already, or has become somebody else’s, does nothing', async () => {
    const stage = new RecordStage();
    await stage.create();
    await stage.delete();
    await stage.delete();
    expect(await stage.records()).toEqual(['simple CNAME blue.example 5']);
  });
});

test('a change that stays PENDING fails the deploy, and says so', async () => {
  const stage = new RecordStage();
  stage.clock.pass = () => Promise.resolve();
  await expect(stage.create()).rejects.toThrow(/was still PENDING after 240 s\. Deploy again\./);
});

/** A look, a change, looks at whether it is in sync; and the same again where the change was refused. */
describe.each([0, 1, 2, 3, 4, 5, 6, 7])('a switch after %d calls of the handler', (calls) => {
  async function interrupted(act: (stage: RecordStage) => Promise<unknown>) {
    const stage = new RecordStage();
    await stage.create();
    let moved = false;
    stage.interrupt(calls, async () => {
      // Refused where the pair is gone already: the execution then puts everything back.
      moved = await stage.setWeights(0, 100).then(
        () => true,
        () => false,
      );
    });
    await act(stage);
    return { moved, records: await stage.records() };
  }

  test.each([
    ['changes nothing', {}],
    ['changes the TTL', { ttl: 10 }],
    ['leads the side that nobody is on somewhere else', { green: 'greener.example' }],
  ])('is not taken back by a deploy that %s', async (what, properties) => {
    const { moved, records } = await interrupted((stage) =>
      stage.update(properties).catch((error: unknown) => {
        // Clients are where the deploy's green was, and the deploy says so.
        expect([what, String(error)]).toEqual([
          'leads the side that nobody is on somewhere else',
          expect.stringContaining('serves green.example (weight 100), which this deploy makes neither'),
        ]);
      }),
    );
    const weights = records.map((record) => record.split(' ').slice(0, 2).join(' '));
    expect(weights).toEqual(moved ? ['blue 0', 'green 100'] : ['blue 100', 'green 0']);
  });

  test('is not taken back by the removal of the migration', async () => {
    const { moved, records } = await interrupted((stage) => stage.delete());
    expect(records).toEqual([`simple CNAME ${moved ? 'green' : 'blue'}.example 5`]);
  });
});

test('a batch that is refused however often it is looked at fails the deploy with Route 53’s words', async () => {
  const stage = new RecordStage();
  await stage.create();
  await expect(stage.update({ ttl: 10, green: `${'x'.repeat(64)}.example` })).rejects.toThrow(
    'Invalid Resource Record',
  );
  expect(stage.batches).toHaveLength(1 + 5);
  expect(await stage.records()).toEqual(['blue 100 CNAME blue.example 5', 'green 0 CNAME green.example 5']);
});

describe('a green that is led to one of its other endpoints', () => {
  const trials = ['one.green.example', 'few.green.example'];

  async function led(blue = 98, green = 2): Promise<RecordStage> {
    const stage = new RecordStage();
    await stage.create({ trials });
    await stage.setWeights(blue, green, { green: 'one.green.example' });
    return stage;
  }

  test('stays there in a deploy that changes nothing', async () => {
    const stage = await led();
    const { length } = stage.batches;
    await stage.update({ trials }, { trials });
    expect(await stage.records()).toEqual(['blue 98 CNAME blue.example 5', 'green 2 CNAME one.green.example 5']);
    expect(stage.batches).toHaveLength(length);
  });

  test('stays there, with its share, in one that changes something else', async () => {
    const stage = await led();
    await stage.update({ trials, ttl: 10 }, { trials });
    expect(await stage.records()).toEqual(['blue 98 CNAME blue.example 10', 'green 2 CNAME one.green.example 10']);
  });

  test('keeps a deploy from taking that endpoint away, and from leading green elsewhere', async () => {
    const stage = await led();
    await expect(stage.update({ trials: ['few.green.example'] }, { trials })).rejects.toThrow(
      /serves one\.green\.example \(weight 2\), which this deploy makes neither/,
    );
    expect(await stage.records()).toEqual(['blue 98 CNAME blue.example 5', 'green 2 CNAME one.green.example 5']);
  });

  test('is led to all of green again once nobody is on it', async () => {
    const stage = await led(100, 0);
    await stage.update({ trials }, { trials });
    expect(await stage.records()).toEqual(['blue 100 CNAME blue.example 5', 'green 0 CNAME green.example 5']);
  });

  test('leaves one simple record to all of green, where that serves, and to blue, where it does', async () => {
    const stage = await led(0, 100);
    await stage.delete({ trials });
    expect(await stage.records()).toEqual(['simple CNAME green.example 5']);
    const other = await led(98, 2);
    await other.delete({ trials });
    expect(await other.records()).toEqual(['simple CNAME blue.example 5']);
  });

  test('is known in a pair of a deploy that was rolled back', async () => {
    const stage = await led();
    await stage.create({ trials });
    expect(await stage.records()).toEqual(['blue 98 CNAME blue.example 5', 'green 2 CNAME one.green.example 5']);
  });
});
