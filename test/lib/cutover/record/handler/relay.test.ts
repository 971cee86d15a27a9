import { removeTemporaryFolders } from '../../../../rehearsal/assembly/written-assembly';
import { NAME, RecordStage } from './stage';

afterAll(removeTemporaryFolders);

const RELAY = { relay: '10.0.0.10' };
const ENTRIES = ['blue 100 CNAME blue.example 5', 'green 0 CNAME green.example 5', `relay 0 CNAME relay.${NAME} 5`];
const LED = ['blue 0 CNAME blue.example 5', 'green 0 CNAME green.example 5', `relay 100 CNAME relay.${NAME} 5`];
const HOST = ['simple A 10.0.0.10 5'];

async function deployed(properties: object = RELAY): Promise<RecordStage> {
  const stage = new RecordStage();
  await stage.create(properties);
  return stage;
}

const seen = async (stage: RecordStage) => [await stage.records(), await stage.records(`relay.${NAME}`)];

test('a record with a relay has a third entry that leads nobody there, and its name leads to the host', async () => {
  const stage = await deployed();
  expect(await seen(stage)).toEqual([ENTRIES, HOST]);
  expect(stage.batches).toHaveLength(1);
});

test('a relay is added to a pair that serves, and taken away again, and nobody is moved', async () => {
  const stage = await deployed({});
  await stage.setWeights(0, 100);
  await stage.update(RELAY, {});
  const weights = ['blue 0 CNAME blue.example 5', 'green 100 CNAME green.example 5'];
  expect(await seen(stage)).toEqual([[...weights, ENTRIES[2]], HOST]);
  await stage.update({}, RELAY);
  // The policy that lets the handler change the relay's name has gone before.
  expect(await seen(stage)).toEqual([weights, HOST]);
  await stage.update({ relay: '10.0.0.20' }, {});
  expect(await seen(stage)).toEqual([[...weights, ENTRIES[2]], ['simple A 10.0.0.20 5']]);
});

test('a deploy while the relay serves leaves it, with a new TTL and a new endpoint of green', async () => {
  const stage = await deployed();
  await stage.leadToRelay();
  await stage.update(RELAY, RELAY);
  expect(await seen(stage)).toEqual([LED, HOST]);
  await stage.update({ ...RELAY, green: 'other.example' }, RELAY);
  expect((await stage.records())[1]).toBe('green 0 CNAME other.example 5');
  expect((await stage.records())[2]).toBe(LED[2]);
});

test('the host is exchanged while nobody is led to it, in a batch that a switch meanwhile would break', async () => {
  const stage = await deployed();
  await stage.update({ relay: '10.0.0.20' }, RELAY);
  expect(await seen(stage)).toEqual([ENTRIES, ['simple A 10.0.0.20 5']]);
  // Both looks are over, and the batch has not come.
  stage.interrupt(2, () => stage.leadToRelay());
  await expect(stage.update(RELAY, { relay: '10.0.0.20' })).rejects.toThrow(/this deploy would end that host/);
  expect(await seen(stage)).toEqual([LED, ['simple A 10.0.0.20 5']]);
});

test.each([
  ['another host takes its place', { relay: '10.0.0.20' }, /leads to the relay on the migration host 10\.0\.0\.10/],
  ['there is to be no relay', {}, /serves relay\.sessions\.internal\.example \(weight 100\)/],
])(
  'a deploy is refused while clients are led to the relay and %s; the rollback of it is not',
  async (_, wanted, why) => {
    const stage = await deployed();
    await stage.leadToRelay();
    await expect(stage.update(wanted, RELAY)).rejects.toThrow(why);
    await stage.update(RELAY, wanted);
    expect(await seen(stage)).toEqual([LED, HOST]);
  },
);

test('the migration is not removed while clients are led to its relay, and leaves nothing of it afterwards', async () => {
  const stage = await deployed();
  await stage.leadToRelay();
  await expect(stage.delete(RELAY)).rejects.toThrow(/would go with the migration/);
  expect(await seen(stage)).toEqual([LED, HOST]);
  await stage.leadToRelay(false);
  await stage.delete(RELAY);
  expect(await seen(stage)).toEqual([['simple CNAME blue.example 5'], []]);
});

test('a name of the relay that somebody else has is not taken', async () => {
  const stage = new RecordStage();
  const Name = `relay.${NAME}`;
  const ResourceRecords = [{ Value: 'elsewhere.example' }];
  await stage.change({ Action: 'CREATE', ResourceRecordSet: { Name, Type: 'CNAME', TTL: 60, ResourceRecords } });
  await expect(stage.create(RELAY)).rejects.toThrow(
    /relay\.sessions\.internal\.example\. has a CNAME record; accepted/,
  );
  expect(await stage.records()).toEqual([]);
});
