import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCache } from '../../../../rehearsal/clients/redis/data/cache-address';
import { nearestEngine } from '../../../../rehearsal/engines/redis/find-engine';
import { startServer } from '../../../../rehearsal/engines/redis/server';

const folder = mkdtempSync(join(tmpdir(), 'hostile-snapshots-test-'));
const path = join(folder, 'dump.rdb');
const { TMPDIR } = process.env;
// Where servers have their folders.
beforeAll(() => {
  process.env.TMPDIR = folder;
});
afterAll(() => {
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  rmSync(folder, { recursive: true, force: true });
});

const MAGIC = Buffer.from('REDIS0009');
/** Database 0, and in it a key of type `type` with such a value. */
const key = (type: number, ...value: readonly number[]) => Buffer.from([0xfe, 0, type, 1, 0x6b, ...value]);
/** The end, and no checksum. */
const END = Buffer.concat([Buffer.from([0xff]), Buffer.alloc(8)]);
const SOUND = Buffer.concat([MAGIC, key(0, 1, 0x76), END]);

async function started(engine: 'redis' | 'valkey', version: string, snapshot: Buffer): Promise<unknown> {
  writeFileSync(path, snapshot);
  const server = await startServer(await nearestEngine(engine, version), { rdbFile: path });
  try {
    const cache = await openCache({ host: server.host, port: server.port });
    const value = await cache.get('k');
    cache.disconnect();
    return value;
  } finally {
    await server.stop();
  }
}

describe.each([
  ['redis', '7.0'],
  ['valkey', '8.1'],
] as const)('%s %s', (engine, version) => {
  test('takes a snapshot that is sound', async () => {
    await expect(started(engine, version, SOUND)).resolves.toBe('v');
  });

  test.each([
    ['is cut off', SOUND.subarray(0, SOUND.length - 11)],
    ['is cut off in its magic', MAGIC.subarray(0, 7)],
    ['is of a version to come', Buffer.concat([Buffer.from('REDIS9999'), SOUND.subarray(9)])],
    ['has a type that nothing has', Buffer.concat([MAGIC, key(0xc8, 1, 0x76), END])],
    ['announces 4 GB', Buffer.concat([MAGIC, key(0, 0x80, 0xff, 0xff, 0xff, 0xff, 0x76), END])],
    ['announces 2^60 bytes', Buffer.concat([MAGIC, key(0, 0x81, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x76), END])],
    [
      'has a list of a length that it has not',
      Buffer.concat([MAGIC, key(1, 0x80, 0x7f, 0xff, 0xff, 0xff, 1, 0x76), END]),
    ],
    [
      'has a packed hash whose lengths lead out of it',
      Buffer.concat([MAGIC, key(13, 11, 11, 0, 0, 0, 10, 0, 0, 0, 1, 0, 0xfe, 0xff), END]),
    ],
  ])('says in its error that a snapshot cannot be loaded which %s, and leaves nothing behind', async (_, snapshot) => {
    await expect(started(engine, version, snapshot)).rejects.toThrow(/RDB|rdb|DB loaded|corrupt|memory|short read/i);
    expect(readdirSync(folder)).toEqual(['dump.rdb']);
    expect(readFileSync(path)).toEqual(snapshot);
  });
});
