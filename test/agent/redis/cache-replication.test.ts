import { JsonLog, type LogFields } from '../../../agent/log';
import { CacheReplication } from '../../../agent/redis/cache-replication';
import { replicate } from '../../../agent/redis/replicate';
import { endpointOf, listener, Stage } from './stage';

const KEYS = 100_000;

describe('a replication', () => {
  const stage = new Stage();
  afterAll(() => stage.end());

  test('is measured: while it copies, how many keys it has read and how many there are; after that, no more', async () => {
    const [blue, green] = [
      await stage.server('redis', '7.0', { notifyKeyspaceEvents: 'AE' }),
      await stage.server('valkey', '8.1'),
    ];
    const [source, target] = [await stage.user(blue), await stage.user(green)];
    for (let i = 0; i < 20; i += 1) {
      await source.mset(Object.fromEntries(Array.from({ length: KEYS / 20 }, (_, j) => [`key:${i}:${j}`, 'value'])));
    }
    const context = await stage.context(endpointOf(blue), endpointOf(green));
    const measured = async () => {
      const records: LogFields[] = [];
      const log = new JsonLog({ write: (line) => records.push(JSON.parse(line)) });
      await new CacheReplication(context).measure(log);
      return records;
    };
    const copied = replicate(context, { from: 'blue', to: 'green', targetIsOurs: false, overlap: false }, listener());
    while ((await target.dbsize()) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    // What it copies waits there, so that it is still copying when it is measured.
    await target.call('CLIENT', 'PAUSE', '60000', 'WRITE');
    const during = await measured();
    await target.call('CLIENT', 'UNPAUSE');
    const copy = during.find((record) => 'KeysScanned' in record);
    expect(copy).toMatchObject({ Migration: 'test', KeysToScan: KEYS });
    expect(copy?.KeysScanned).toBeGreaterThan(0);
    expect(copy?.KeysScanned).toBeLessThanOrEqual(KEYS);
    expect(during).toContainEqual(expect.objectContaining({ Side: 'blue', Connections: expect.any(Number) }));

    await copied;
    const after = await measured();
    expect(after.some((record) => 'KeysScanned' in record)).toBe(false);
    expect(after).toContainEqual(expect.objectContaining({ ReplicationLag: expect.any(Number) }));
  });
});
