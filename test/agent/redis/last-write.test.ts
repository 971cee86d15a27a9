import { Client } from '../../../agent/redis/client';
import { movement, type Snapshot, takeSnapshot } from '../../../agent/redis/last-write';
import { endpointOf, Stage } from './stage';

describe('what moved between two snapshots', () => {
  const stage = new Stage();
  let client: Client;
  let before: Snapshot;
  beforeAll(async () => {
    client = await Client.open(endpointOf(await stage.server('redis', '7.0')), 'test');
    before = await takeSnapshot(client);
  });
  afterAll(async () => {
    client.close();
    await stage.end();
  });

  const later = (change: Partial<Snapshot>): Snapshot => ({ ...before, ...change });
  const calls = (counts: Readonly<Record<string, number>>) =>
    new Map([...before.calls, ...Object.entries(counts).map(([name, count]) => [name, count] as const)]);

  test.each([
    ['nothing', {}],
    ['a ping to the replicas', { offset: 14 }],
    ['several pings and a request for acknowledgement', { offset: 3 * 14 + 37 }],
    ['expiry, whatever it passed on', { offset: 1_234, reclaimed: 7 }],
  ])('%s is no write', async (_kind, { offset = 0, reclaimed = 0 }: { offset?: number; reclaimed?: number }) => {
    const next = later({ offset: before.offset + offset, reclaimed: before.reclaimed + reclaimed });
    await expect(movement(client, before, next)).resolves.toEqual([]);
  });

  test('bytes in the replication stream that nothing explains are not', async () => {
    await expect(movement(client, before, later({ offset: before.offset + 15 }))).resolves.toEqual([
      expect.stringContaining('moved by 15 bytes that no counted write explains'),
    ]);
  });

  test('a message that the stream carries along is no write', async () => {
    const next = later({ offset: before.offset + 15, calls: calls({ publish: 1 }) });
    await expect(movement(client, before, next)).resolves.toEqual([]);
  });

  test('subcommands are told apart', async () => {
    await expect(
      movement(client, before, later({ calls: calls({ 'xgroup|create': 2, 'xinfo|stream': 9 }) })),
    ).resolves.toEqual(['2 × XGROUP|CREATE']);
  });

  test('counters that were set back hide nothing', async () => {
    const early = { ...before, calls: calls({ set: 10 }) };
    await expect(movement(client, early, later({ calls: calls({ set: 3 }) }))).resolves.toEqual([
      'the count of SET was reset',
    ]);
  });

  test('a command that the server does not describe is taken for a write', async () => {
    await expect(movement(client, before, later({ calls: calls({ 'json.set': 1 }) }))).resolves.toEqual([
      '1 × JSON.SET',
    ]);
  });

  test('another server, or the same in another role, was not proven without writes', async () => {
    await expect(movement(client, before, later({ runId: 'another' }))).resolves.toHaveLength(1);
    await expect(movement(client, before, later({ role: 'slave' }))).resolves.toHaveLength(1);
  });
});
