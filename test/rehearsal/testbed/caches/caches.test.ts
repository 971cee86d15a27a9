import { ACCESS_STRING } from '../../../../agent/redis/access-string';
import { openCache } from '../../../../rehearsal/clients/redis/data/cache-address';
import { AGENT_RULES } from '../../../../rehearsal/testbed/caches/accounts';
import { Caches } from '../../../../rehearsal/testbed/caches/caches';
import { findMigration } from '../../../../rehearsal/testbed/migration';
import { synthesized } from '../../../examples/example-under-test';
import { removeTemporaryFolders } from '../../assembly/written-assembly';

afterAll(removeTemporaryFolders);

test('the agent’s ACL user is the one that the docs ask for', () => {
  expect(`on ${AGENT_RULES}`).toBe(ACCESS_STRING);
});

describe('the servers of a rehearsal, which anybody on this machine can connect to', () => {
  let caches: Caches;

  beforeAll(async () => {
    const migration = findMigration(synthesized('shared-cache').assembly);
    if (migration.kind !== 'cache') throw new Error('shared-cache moves a cache.');
    caches = await Caches.start(migration, { keys: 10, seed: '1' });
  });
  afterAll(() => caches.stop());

  test.each(['blue', 'green'] as const)('%s takes its parameters from the rehearsal alone', async (side) => {
    await caches.setParameter(side, 'notify-keyspace-events', 'AKE');
    const redis = await openCache(caches[side]);
    try {
      expect(await redis.set('key', 'value')).toBe('OK');
      expect(await redis.psubscribe('__keyevent@*')).toBe(1);
      await redis.punsubscribe();
      for (const [command = '', ...words] of [
        ['REHEARSAL.CONFIG', 'SET', 'dir', '/tmp'],
        ['CONFIG', 'SET', 'dir', '/tmp'],
        ['MODULE', 'LOAD', '/tmp/evil.so'],
        ['SLAVEOF', '127.0.0.1', '1'],
        ['REPLICAOF', '127.0.0.1', '1'],
        ['ACL', 'SETUSER', 'rehearsal', 'nopass'],
        ['DEBUG', 'SLEEP', '0'],
        ['SAVE'],
      ]) {
        expect([command, await redis.call(command, ...words).catch((error: Error) => error.message)]).toEqual([
          command,
          expect.stringMatching(/^NOPERM|unknown command/),
        ]);
      }
    } finally {
      redis.disconnect();
    }
  });
});
