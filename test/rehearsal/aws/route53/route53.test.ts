import { Route53 } from '../../../../rehearsal/aws/route53/route53';
import { ZoneAnswers } from '../../../../rehearsal/aws/route53/zone-answers';
import { allowing, callerOf, testEnvironment } from '../test-environment';

const PROPAGATION_MS = 30_000;

function testbed() {
  const { clock, environment } = testEnvironment();
  const route53 = new Route53({ environment, propagationMs: () => PROPAGATION_MS });
  const zone = route53.addZone('Z1', 'internal.example');
  const caller = callerOf(environment, route53);
  const batch = (...changes: object[]) => ({ HostedZoneId: 'Z1', ChangeBatch: { Changes: changes } });
  return {
    ...caller,
    clock,
    zone,
    answers: new ZoneAnswers(zone, clock),
    change: (...changes: object[]) => caller.call('changeResourceRecordSets', batch(...changes)),
    refuse: (...changes: object[]) => caller.refusal('changeResourceRecordSets', batch(...changes)),
    list: (request: object = {}) => caller.call('listResourceRecordSets', { HostedZoneId: 'Z1', ...request }),
  };
}

const simple = (Action: string, value = 'blue.example', record: object = {}) => ({
  Action,
  ResourceRecordSet: {
    Name: 'Sessions.internal.example',
    Type: 'CNAME',
    TTL: 5,
    ResourceRecords: [{ Value: value }],
    ...record,
  },
});

const weighted = (Action: string, SetIdentifier: string, Weight: number, record: object = {}) =>
  simple(Action, `${SetIdentifier}.example`, { SetIdentifier, Weight, ...record });

const live = (answers: ZoneAnswers) =>
  answers.recordSets('sessions.internal.example').map(({ setIdentifier, weight }) => [setIdentifier, weight]);

describe('a change', () => {
  test('is PENDING, and not answered with, until it is INSYNC', async () => {
    const { change, call, clock, answers } = testbed();
    await change(weighted('CREATE', 'blue', 100), weighted('CREATE', 'green', 0));
    await clock.pass(PROPAGATION_MS);
    expect(live(answers)).toEqual([
      ['blue', 100],
      ['green', 0],
    ]);

    const changed = await change(weighted('UPSERT', 'blue', 0), weighted('UPSERT', 'green', 100));
    expect(changed).toMatchObject({ ChangeInfo: { Id: expect.stringMatching(/^\/change\/C/), Status: 'PENDING' } });
    const id = (changed as { ChangeInfo: { Id: string } }).ChangeInfo.Id;
    await clock.pass(PROPAGATION_MS - 1);
    expect(await call('getChange', { Id: id })).toMatchObject({ ChangeInfo: { Status: 'PENDING' } });
    expect(live(answers)).toContainEqual(['blue', 100]);

    await clock.pass(1);
    expect(await call('getChange', { Id: id.replace('/change/', '') })).toMatchObject({
      ChangeInfo: { Status: 'INSYNC' },
    });
    expect(live(answers)).toEqual([
      ['blue', 0],
      ['green', 100],
    ]);
  });

  test('is listed at once', async () => {
    const { change, list } = testbed();
    await change(simple('CREATE'));
    expect(await list({ StartRecordName: 'sessions.internal.example', StartRecordType: 'CNAME' })).toMatchObject({
      ResourceRecordSets: [{ Name: 'sessions.internal.example.', Type: 'CNAME', TTL: 5 }],
    });
  });
});

describe('a batch', () => {
  test('replaces a simple record by a weighted pair', async () => {
    const { change, list } = testbed();
    await change(simple('CREATE'));
    await change(simple('DELETE'), weighted('CREATE', 'blue', 100), weighted('CREATE', 'green', 0));
    expect(await list({ StartRecordName: 'sessions.internal.example' })).toMatchObject({
      ResourceRecordSets: [{ SetIdentifier: 'blue' }, { SetIdentifier: 'green' }],
    });
  });

  test('changes everything or nothing', async () => {
    const { refuse, zone } = testbed();
    expect(await refuse(simple('CREATE'), simple('DELETE', 'x.example', { Name: 'other.internal.example' }))).toEqual({
      error: 'Route53.InvalidChangeBatchException',
      cause:
        "[Tried to delete resource record set [name='other.internal.example.', type='CNAME'] but it was not found]",
    });
    expect(zone.records).toHaveLength(2);
  });

  test('lists everything that is wrong', async () => {
    const { refuse } = testbed();
    const { cause } = await refuse(
      simple('DELETE', 'x.example'),
      simple('CREATE', 'x.example', { Name: 'sessions.elsewhere.example' }),
    );
    expect(cause).toContain(
      'but it was not found, RRSet with DNS name sessions.elsewhere.example. is not permitted in zone internal.example.',
    );
  });

  test('may not touch a record set twice, but to delete it and create it again', async () => {
    const { change, refuse } = testbed();
    await change(simple('CREATE'));
    expect((await refuse(simple('UPSERT', 'a.example'), simple('UPSERT', 'b.example'))).cause).toBe(
      "[The request contains an invalid set of changes for a resource record set 'CNAME sessions.internal.example.']",
    );
    await change(simple('DELETE'), simple('CREATE', 'c.example'));
  });

  test('needs a change', async () => {
    expect((await testbed().refuse()).error).toBe('Route53.InvalidInputException');
  });
});

describe('a simple and a weighted record of one name and type', () => {
  test('cannot coexist', async () => {
    const { change, refuse } = testbed();
    await change(simple('CREATE'));
    expect((await refuse(weighted('CREATE', 'green', 0))).cause).toContain(
      'cannot be created because a non-weighted RRSet with the same name and type already exists.',
    );
    expect((await refuse(weighted('UPSERT', 'green', 0))).error).toBe('Route53.InvalidChangeBatchException');
    await change(simple('DELETE'), weighted('CREATE', 'blue', 1));
    expect((await refuse(simple('UPSERT'))).cause).toContain(
      'cannot be created as other RRSets exist with the same name and type.',
    );
  });
});

test('a changed TTL holds for the whole weighted group', async () => {
  const { change, list } = testbed();
  await change(weighted('CREATE', 'blue', 100), weighted('CREATE', 'green', 0));
  await change(weighted('UPSERT', 'green', 0, { TTL: 60 }));
  expect(await list({ StartRecordName: 'sessions.internal.example' })).toMatchObject({
    ResourceRecordSets: [
      { SetIdentifier: 'blue', TTL: 60, Weight: 100 },
      { SetIdentifier: 'green', TTL: 60 },
    ],
  });
});

test('CREATE refuses what is there, UPSERT replaces it', async () => {
  const { change, refuse, list } = testbed();
  await change(weighted('CREATE', 'blue', 100));
  expect((await refuse(weighted('CREATE', 'blue', 100))).cause).toBe(
    "[Tried to create resource record set [name='sessions.internal.example.', type='CNAME', set-identifier='blue'] but it already exists]",
  );
  await change(weighted('UPSERT', 'blue', 7));
  expect(await list({ StartRecordName: 'sessions.internal.example' })).toMatchObject({
    ResourceRecordSets: [{ Weight: 7 }],
  });
});

test('DELETE must describe the record set exactly', async () => {
  const { change, refuse } = testbed();
  await change(weighted('CREATE', 'blue', 100));
  for (const other of [weighted('DELETE', 'blue', 99), weighted('DELETE', 'blue', 100, { TTL: 6 })]) {
    expect((await refuse(other)).cause).toContain('but the values provided do not match the current values');
  }
  await change(weighted('DELETE', 'blue', 100));
});

test.each([
  [
    'at the apex',
    simple('CREATE', 'a.example', { Name: 'internal.example' }),
    'is not permitted at apex in zone internal.example.',
  ],
  [
    'beside another type',
    simple('CREATE', '10.0.0.1', { Name: 'taken.internal.example' }),
    'conflicts with other records with the same DNS name',
  ],
  [
    'with two targets',
    simple('CREATE', '', { ResourceRecords: [{ Value: 'a.example' }, { Value: 'b.example' }] }),
    'must have exactly one resource record',
  ],
])('a CNAME %s is refused', async (_where, change, message) => {
  const { refuse, change: apply } = testbed();
  await apply(simple('CREATE', '10.0.0.1', { Name: 'taken.internal.example', Type: 'A' }));
  expect((await refuse(change)).cause).toContain(message);
});

test.each([
  ['a weight of 256', weighted('CREATE', 'blue', 256), 'Weight: Got 256; its value must be from 0 to 255.'],
  ['a negative weight', weighted('CREATE', 'blue', -1), 'Weight: Got -1; its value must be from 0 to 255.'],
  ['a weight without an identifier', simple('CREATE', 'a.example', { Weight: 1 }), 'Missing field SetIdentifier'],
  [
    'an identifier without a weight',
    simple('CREATE', 'a.example', { SetIdentifier: 'blue' }),
    'missing a routing policy',
  ],
  ['no TTL', simple('CREATE', 'a.example', { TTL: undefined }), 'Missing or invalid TTL'],
])('%s is refused as InvalidInput', async (_what, change, message) => {
  const refusal = await testbed().refuse(change);
  expect(refusal.error).toBe('Route53.InvalidInputException');
  expect(refusal.cause).toContain(message);
});

test('a wrong address, and the zone’s own records, are refused', async () => {
  const { refuse } = testbed();
  expect((await refuse(simple('CREATE', '10.0.0.300', { Type: 'A' }))).cause).toContain(
    "Invalid Resource Record: '10.0.0.300'",
  );
  const soa = {
    Name: 'internal.example',
    Type: 'NS',
    TTL: 172_800,
    ResourceRecords: [{ Value: 'ns-0.awsdns-00.com.' }, { Value: 'ns-512.awsdns-00.net.' }],
  };
  expect((await refuse({ Action: 'DELETE', ResourceRecordSet: soa })).cause).toContain(
    'must contain at least one NS record',
  );
});

test('what is not rehearsed ends the rehearsal instead of passing', async () => {
  const alias = { AliasTarget: { HostedZoneId: 'Z2', DNSName: 'x', EvaluateTargetHealth: false } };
  await expect(testbed().change(simple('CREATE', 'a.example', alias))).rejects.toThrow(
    'A Route 53 record set with AliasTarget cannot be rehearsed',
  );
});

test('lists go by the labels from the right, and page', async () => {
  const { change, list } = testbed();
  const named = (Name: string) => simple('CREATE', 'x.example', { Name });
  await change(named('b.internal.example'), named('a.b.internal.example'), named('a.internal.example'));
  const names = async (request: object) =>
    ((await list(request)) as { ResourceRecordSets: { Name: string }[] }).ResourceRecordSets.map(({ Name }) => Name);
  const all = ['a.internal.example.', 'b.internal.example.', 'a.b.internal.example.'];
  expect((await names({})).slice(2)).toEqual(all);
  expect(await list({ StartRecordName: 'a.internal.example', MaxItems: 1 })).toMatchObject({
    IsTruncated: true,
    NextRecordName: 'b.internal.example.',
    NextRecordType: 'CNAME',
  });
  expect(await names({ StartRecordName: 'b.internal.example', StartRecordType: 'CNAME' })).toEqual(all.slice(1));
  expect(await names({ StartRecordName: 'aa.internal.example' })).toEqual(all.slice(1));
});

test('unknown zones and changes are refused', async () => {
  const { refusal } = testbed();
  expect(await refusal('listResourceRecordSets', { HostedZoneId: 'Z9' })).toEqual({
    error: 'Route53.NoSuchHostedZoneException',
    cause: 'No hosted zone found with ID: Z9',
  });
  expect((await refusal('getChange', { Id: 'C9' })).error).toBe('Route53.NoSuchChangeException');
});

describe('the policy', () => {
  const only = (conditions: Record<string, string[]>) =>
    allowing({
      Effect: 'Allow',
      Action: 'route53:ChangeResourceRecordSets',
      Resource: 'arn:aws:route53:::hostedzone/Z1',
      Condition: { 'ForAllValues:StringEquals': conditions },
    });
  const names = { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['sessions.internal.example'] };

  test('can keep a role to one name, type and action', async () => {
    const { call, refusal } = testbed();
    const batch = (...Changes: object[]) => ({ HostedZoneId: 'Z1', ChangeBatch: { Changes } });
    await call('changeResourceRecordSets', batch(weighted('UPSERT', 'blue', 1)), { principal: only(names) });
    const refused = await refusal(
      'changeResourceRecordSets',
      batch(weighted('UPSERT', 'blue', 1), simple('UPSERT', 'x.example', { Name: 'other.internal.example' })),
      { principal: only(names) },
    );
    expect(refused.error).toBe('Route53.Route53Exception');
    expect(refused.cause).toBe(
      'User: arn:aws:sts::111122223333:assumed-role/Machine/execution is not authorized to perform: route53:ChangeResourceRecordSets on resource: arn:aws:route53:::hostedzone/Z1 because no identity-based policy allows the route53:ChangeResourceRecordSets action',
    );
    const upsertsOnly = { 'route53:ChangeResourceRecordSetsActions': ['UPSERT'] };
    await refusal('changeResourceRecordSets', batch(weighted('DELETE', 'blue', 1)), { principal: only(upsertsOnly) });
  });
});
