import type { Redis } from 'ioredis';
import { checkRequest } from '../../agent/request';
import type { CacheEndpoint, RedisVerbs } from '../../contract/cache';
import { freePort } from '../../rehearsal/engines/free-port';
import type { Server } from '../../rehearsal/engines/redis/server';
import { useAws } from './aws';
import { certificateFor } from './certificate';
import { Migration } from './migration';
import { endpointOf, listener, Stage } from './redis/stage';

type RedisVerb = keyof RedisVerbs;

const direction = { from: 'blue', to: 'green' };
const requests: Readonly<Record<RedisVerb, Record<string, unknown>>> = {
  'redis.preflight': { ...direction, targetIsOurs: false },
  'redis.replicate': { ...direction, targetIsOurs: false, overlap: false },
  'redis.status': {},
  'redis.drain': { ...direction, timeoutSeconds: 5 },
  'redis.verify': { ...direction, mode: 'full' },
  'redis.freeze': { side: 'green', seconds: 1 },
  'redis.unfreeze': { side: 'green' },
  'redis.nowrites': { side: 'green', seconds: 0.3, timeoutSeconds: 5 },
  'redis.clients': { side: 'green' },
  'redis.evict': { side: 'green', quietSeconds: 0.3, timeoutSeconds: 5 },
  'redis.reverse': { ...direction, overlap: false },
  'redis.interpose': { serving: 'blue', port: 0, takesOver: false },
  'redis.relay': {},
  'redis.handover': { ...direction, maxPauseMs: 1000, closesOthers: false },
  'redis.withdraw': {},
  'redis.stop': {},
};
const every = Object.keys(requests) as RedisVerb[];
/** Those that need no cache; and the relay's, for which test/agent/redis/relay/switch has bad input of their own. */
const local: readonly RedisVerb[] = [
  ...(['redis.status', 'redis.stop'] as const),
  ...(['redis.interpose', 'redis.relay', 'redis.handover', 'redis.withdraw'] as const),
];
const connecting = every.filter((verb) => !local.includes(verb));
/** Those that write to the target. */
const moving: readonly RedisVerb[] = ['redis.replicate', 'redis.drain', 'redis.reverse'];

const aws = useAws();
const secretArn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:cache';

describe('what cannot work', () => {
  const stage = new Stage();
  let blue: Server;
  let user: Redis;
  const migrations: Migration[] = [];

  beforeAll(async () => {
    blue = await stage.server('redis', '7.0', { notifyKeyspaceEvents: 'AE' });
    user = await stage.user(blue);
    for (let i = 0; i < 100; i += 1) await user.set(`key:${i}`, 'value');
  });
  afterEach(async () => {
    for (const migration of migrations.splice(0)) await migration.end();
  });
  afterAll(async () => {
    await stage.end();
  });

  const execute = async (verb: RedisVerb, green: CacheEndpoint, source: CacheEndpoint = endpointOf(blue)) => {
    const migration = await Migration.between(source, green);
    migrations.push(migration);
    return migration.executor.execute(checkRequest({ verb, args: requests[verb] }), listener());
  };

  /** Ends with one sentence of this name, and neither side has another key or one client less than before. */
  const refuses = async (
    verb: RedisVerb,
    green: CacheEndpoint,
    name: string,
    message: RegExp,
    watched: readonly Redis[] = [],
    source?: CacheEndpoint,
  ) => {
    const sides = [user, ...watched];
    const before = await Promise.all(sides.map((side) => side.info('keyspace')));
    const error = await execute(verb, green, source).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error).toMatchObject({ name, message: expect.stringMatching(message) });
    expect(error?.message).toMatch(/^[^\n]+\.$/);
    expect(await Promise.all(sides.map((side) => side.info('keyspace')))).toEqual(before);
  };

  describe('a wrong password', () => {
    let server: Server;
    let inside: Redis;
    beforeAll(async () => {
      server = await stage.server('redis', '7.0', { password: 'right' });
      inside = await stage.user(server, { password: 'right' });
      aws.secrets.set(secretArn, 'wrong');
    });
    test.each(connecting)('ends %s', async (verb) => {
      const green = { ...endpointOf(server), secretArn };
      await refuses(verb, green, 'Agent.AccessDenied', /refused the credentials.*Secrets Manager/, [inside]);
    });
    test.each(connecting)('ends %s where none was given', async (verb) => {
      await refuses(verb, endpointOf(server), 'Agent.AccessDenied', /refused the credentials/, [inside]);
    });
  });

  test('a secret that cannot be read ends the verb by name of the secret', async () => {
    const green = { ...endpointOf(blue), secretArn: `${secretArn}-unknown` };
    await refuses('redis.clients', green, 'Agent.AccessDenied', /secret:cache-unknown cannot be read.*role/);
  });

  describe('TLS on one end only', () => {
    let server: Server;
    beforeAll(async () => {
      server = await stage.server('redis', '7.0', { tls: await certificateFor('green.cache.example') });
    });
    test.each(connecting)('ends %s: the cache wants it', async (verb) => {
      await refuses(
        verb,
        endpointOf(server),
        'Agent.Unreachable',
        /(TLS|transit encryption).*(check|compare)|(compare|check).*TLS/i,
      );
    });
    // Each waits for an answer to its greeting, which takes its time; one verb of each kind of connection will do.
    test.each(['redis.clients', 'redis.replicate'] as const)('ends %s: the cache has none', async (verb) => {
      await refuses(verb, endpointOf(blue, { tls: true }), 'Agent.Unreachable', /TLS/);
    });
    test.each(connecting)('ends %s: the certificate is of nobody we know', async (verb) => {
      await refuses(verb, endpointOf(server, { tls: true }), 'Agent.Unreachable', /certificate/);
    });
  });

  describe('nobody there', () => {
    test.each(connecting)('ends %s: nothing listens', async (verb) => {
      const port = await freePort('127.0.0.1');
      await refuses(
        verb,
        { ...endpointOf(blue), port },
        'Agent.Unreachable',
        /cannot be reached: check host, port, security groups/,
      );
    });
    test.each(connecting)('ends %s: no such name', async (verb) => {
      await refuses(
        verb,
        { ...endpointOf(blue), host: 'cache.invalid' },
        'Agent.Unreachable',
        /cache\.invalid.*cannot be reached/,
      );
    });
  });

  describe('a read-only replica as the target', () => {
    let replica: Server;
    let inside: Redis;
    beforeAll(async () => {
      const primary = await stage.server('redis', '7.0');
      replica = await stage.server('redis', '7.0', { replicaOf: { host: primary.host, port: primary.port } });
      inside = await stage.user(replica);
    });
    const verbs: readonly RedisVerb[] = [...moving, 'redis.freeze', 'redis.nowrites', 'redis.evict'];
    test.each(verbs)('ends %s', async (verb) => {
      await refuses(
        verb,
        endpointOf(replica),
        'Agent.TargetReadOnly',
        /read-only replica: point the configuration at the primary/,
        [inside],
      );
    });
  });

  describe('a cluster where a single node was promised', () => {
    let cluster: Server;
    let inside: Redis;
    beforeAll(async () => {
      cluster = await stage.server('redis', '7.0', { clusterEnabled: true });
      inside = await stage.user(cluster);
    });
    const verbs = connecting.filter((verb) => verb !== 'redis.preflight');
    test.each(verbs)('ends %s', async (verb) => {
      await refuses(verb, endpointOf(cluster), 'Agent.ClusterMode', /is a cluster.*cluster mode disabled/, [inside]);
    });
  });

  test('a target that is not empty ends redis.replicate', async () => {
    const green = await stage.server('redis', '7.0');
    const inside = await stage.user(green);
    await inside.set('theirs', 'kept');
    await refuses('redis.replicate', endpointOf(green), 'Agent.TargetNotEmpty', /holds 1 keys/, [inside]);
    await expect(inside.get('theirs')).resolves.toBe('kept');
  });

  test('a target without memory ends redis.replicate', async () => {
    const source = await stage.server('redis', '7.0', { notifyKeyspaceEvents: 'AE' });
    const inside = await stage.user(source);
    for (let i = 0; i < 200; i += 1) await inside.set(`key:${i}`, 'x'.repeat(50_000));
    const green = await stage.server('redis', '7.0', { maxmemory: 4 * 1024 ** 2, maxmemoryPolicy: 'noeviction' });
    await refuses(
      'redis.replicate',
      endpointOf(green),
      'Agent.TargetOutOfMemory',
      /out of memory: choose a node type with more/,
      [inside],
      endpointOf(source),
    );
  });

  test('a command that the target does not allow ends redis.replicate', async () => {
    const green = await stage.server('redis', '7.0', { renamedCommands: { RESTORE: '', HSET: '' } });
    await expect(execute('redis.replicate', endpointOf(green))).rejects.toMatchObject({
      name: 'Agent.CommandForbidden',
      message: expect.not.stringContaining('key:'),
    });
  });

  test.each(connecting)('a server without CLIENT ends %s', async (verb) => {
    const green = await stage.server('redis', '7.0', { renamedCommands: { CLIENT: '' } });
    await refuses(verb, endpointOf(green), 'Agent.CommandForbidden', /does not know or does not allow a command/);
  });
});
