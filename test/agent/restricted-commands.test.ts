import type { VerbName, Verbs } from '../../contract/agent';
import { Migration } from './migration';
import { endpointOf, listener, Stage } from './redis/stage';

/** What ElastiCache does not let anybody call (its user guide, "Restricted commands"). */
const restricted = [
  'BGREWRITEAOF',
  'BGSAVE',
  'CONFIG',
  'DEBUG',
  'MIGRATE',
  'PSYNC',
  'REPLICAOF',
  'SAVE',
  'SHUTDOWN',
  'SLAVEOF',
  'SYNC',
];
const renamedCommands = Object.fromEntries(restricted.map((command) => [command, '']));

describe.each([
  ['redis', '6.0', 'valkey', '8.1'],
  ['valkey', '8.1', 'redis', '7.0'],
] as const)(
  '%s %s to %s %s without the commands that ElastiCache restricts',
  (source, sourceVersion, target, targetVersion) => {
    const stage = new Stage();
    let migration: Migration | undefined;
    afterAll(async () => {
      await migration?.end();
      await stage.end();
    });

    test('every verb does its work', async () => {
      const options = { renamedCommands, notifyKeyspaceEvents: 'AE' };
      const blue = await stage.server(source, sourceVersion, options);
      const green = await stage.server(target, targetVersion, options);
      const user = await stage.user(blue);
      await user.set('string', 'value');
      await user.hset('hash', 'field', 'value');
      await user.rpush('list', 'a', 'b');
      migration = await Migration.between(endpointOf(blue), endpointOf(green));
      const { executor } = migration;
      const run = <V extends VerbName>(verb: V, args: Verbs[V]['args']) =>
        executor.execute<V>({ verb, args }, listener());
      const there = { from: 'blue', to: 'green' } as const;
      const back = { from: 'green', to: 'blue' } as const;

      expect(await run('redis.preflight', { ...there, targetIsOurs: false })).toMatchObject({ errors: 0, keys: 3 });
      await run('redis.replicate', { ...there, targetIsOurs: false, overlap: false });
      expect((await run('redis.status', {})).replications).toMatchObject([{ ...there, state: 'tailing' }]);
      expect(await run('redis.verify', { ...there, mode: 'full' })).toMatchObject({ keysCompared: 3, mismatches: 0 });
      expect(await run('redis.clients', { side: 'blue' })).toMatchObject({ connections: 1 });
      await user.set('string', 'changed');
      await run('redis.freeze', { side: 'blue', seconds: 30 });
      await run('redis.drain', { ...there, timeoutSeconds: 30 });
      expect(await run('redis.verify', { ...there, mode: 'delta' })).toMatchObject({ mismatches: 0 });
      expect(await run('redis.nowrites', { side: 'blue', seconds: 0.5, timeoutSeconds: 30 })).toMatchObject({
        seconds: 0.5,
      });
      await run('redis.evict', { side: 'blue', quietSeconds: 0.5, timeoutSeconds: 30 });
      await run('redis.unfreeze', { side: 'blue' });
      await run('redis.reverse', { ...back, overlap: false });
      const mover = await stage.user(green);
      await mover.set('after', 'the switch');
      await run('redis.drain', { ...back, timeoutSeconds: 30 });
      expect(await run('redis.verify', { ...back, mode: 'full' })).toMatchObject({ keysCompared: 4, mismatches: 0 });
      expect(await run('redis.stop', {})).toEqual({ stopped: 1 });
    });
  },
);
