import { ACCESS_STRING } from '../../../agent/redis/access-string';
import type { RedisContext } from '../../../agent/redis/context';
import type { ResolvedEndpoint } from '../../../agent/redis/endpoint';
import { preflight } from '../../../agent/redis/preflight';
import type { PreflightResult } from '../../../contract/cache';
import type { Finding } from '../../../contract/common';
import type { Server } from '../../../rehearsal/engines/redis/server';
import { certificateFor } from '../certificate';
import { endpointOf, listener, Stage } from './stage';

describe('preflight', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
  });
  afterEach(() => stage.end());

  const recordName = 'sessions.internal.example';
  const inspect = async (
    blue: Server | ResolvedEndpoint,
    green: Server | ResolvedEndpoint,
    more: Partial<RedisContext> = {},
    targetIsOurs = false,
  ): Promise<PreflightResult> => {
    const endpoint = (side: Server | ResolvedEndpoint) => ('pid' in side ? endpointOf(side) : side);
    const context = { ...(await stage.context(endpoint(blue), endpoint(green))), recordName, ...more };
    // Seen writing, the source tells at once whether it announces its changes; a quiet one is watched for 5 s.
    const user = await stage.user(endpoint(blue));
    const writing = setInterval(() => void user.set('busy', '1'), 50);
    return preflight(context, { from: 'blue', to: 'green', targetIsOurs }, listener()).finally(() => {
      clearInterval(writing);
      user.disconnect();
    });
  };
  const named = ({ findings }: PreflightResult, id: string): Finding | undefined =>
    findings.find((finding) => finding.id === id);

  test('of two sound sides finds no error, and changes nothing', async () => {
    const [blue, green] = [
      await stage.server('redis', '6.0', { notifyKeyspaceEvents: 'AE' }),
      await stage.server('valkey', '8.1'),
    ];
    const user = await stage.user(blue);
    await user.set('busy', '1');
    await user.multi().select(5).hset('hash', 'f', 'v').select(0).exec();
    const target = await stage.user(green);
    const before = [await state(user), await state(target)];
    const result = await inspect(blue, green);
    expect(result).toMatchObject({ errors: 0, keys: 2, databases: [0, 5], keyspaceEvents: true });
    expect(result.usedMemoryBytes).toBeGreaterThan(0);
    expect([await state(user), await state(target)]).toEqual(before);
  });

  test('tells that changes are not announced where they are not', async () => {
    const [blue, green] = [await stage.server('redis', '7.0'), await stage.server('valkey', '8.1')];
    const result = await inspect(blue, green);
    expect(result.keyspaceEvents).toBe(false);
    expect(named(result, 'redis.no-keyspace-events')?.remedy).toContain('parameter group');
    expect(named(result, 'redis.no-keyspace-events')?.message).not.toContain('rollback');
    const live = await inspect(blue, green, { consistency: 'LIVE' });
    expect(named(live, 'redis.no-keyspace-events')?.message).toContain(
      'At LIVE clients could not come back here either',
    );
  });

  test('tells that some kinds of changes are not announced', async () => {
    const [blue, green] = [
      await stage.server('redis', '7.0', { notifyKeyspaceEvents: 'E$' }),
      await stage.server('valkey', '8.1'),
    ];
    const user = await stage.user(blue);
    const writing = setInterval(() => void user.hset('hash', 'f', String(Date.now())), 50);
    const result = await inspect(blue, green).finally(() => clearInterval(writing));
    expect(result.keyspaceEvents).toBe(true);
    expect(named(result, 'redis.keyspace-events-partial')).toBeDefined();
  });

  test('tells that fields of hashes cannot expire on the target, and what must wait in a rollback', async () => {
    const [blue, green] = [await stage.server('valkey', '9.1'), await stage.server('valkey', '8.1')];
    const user = await stage.user(blue);
    await user.hset('hash', 'f', 'v');
    await user.call('HEXPIRE', 'hash', '1000', 'FIELDS', '1', 'f');
    expect(named(await inspect(blue, green), 'redis.hash-field-expiry')?.severity).toBe('warning');
    expect(named(await inspect(green, blue), 'redis.rollback-loses')?.message).toContain('HEXPIRE');
  });

  test('says that it does not know where nobody wrote', async () => {
    const blue = await stage.server('redis', '7.0', { notifyKeyspaceEvents: 'AE' });
    const context = await stage.context(endpointOf(blue), endpointOf(await stage.server('redis', '7.0')));
    const args = { from: 'blue', to: 'green', targetIsOurs: false } as const;
    const result = await preflight({ ...context, recordName }, args, listener());
    expect(named(result, 'redis.keyspace-events-unknown')).toBeDefined();
  });

  test('names what is wrong with the target: not empty, too small, evicting, in use, too few databases', async () => {
    const blue = await stage.server('redis', '7.0', { notifyKeyspaceEvents: 'AE' });
    const green = await stage.server('redis', '7.0', {
      maxmemory: 5 * 1024 ** 2,
      maxmemoryPolicy: 'allkeys-lru',
      databases: 4,
    });
    const [source, target] = [await stage.user(blue), await stage.user(green)];
    await source.set('large', 'x'.repeat(6 * 1024 ** 2));
    await source.multi().select(9).set('elsewhere', '1').select(0).exec();
    await target.set('left', 'over');
    const result = await inspect(blue, green);
    expect(ids(result, 'error')).toEqual(
      expect.arrayContaining(['redis.target-not-empty', 'redis.target-too-small', 'redis.too-few-databases']),
    );
    expect(ids(result, 'warning')).toEqual(
      expect.arrayContaining(['redis.eviction-policy-differs', 'redis.target-may-evict', 'redis.target-in-use']),
    );
    expect(result.errors).toBe(3);
    expect(result.findings[0]?.severity).toBe('error');
  });

  test("a target that holds only this migration's keys, or only ElastiCache's own, is fine", async () => {
    const [blue, green] = [await stage.server('redis', '7.0'), await stage.server('redis', '7.0')];
    const target = await stage.user(green);
    await target.set('ElastiCacheMasterReplicationTimestamp', '2026-01-01T00:00:00.000Z');
    expect(named(await inspect(blue, green), 'redis.target-not-empty')).toBeUndefined();
    await target.set('key', 'of an earlier run');
    expect(named(await inspect(blue, green, {}, true), 'redis.target-not-empty')).toBeUndefined();
  });

  test('tells a replica, the same server twice, and another version than was said', async () => {
    const blue = await stage.server('redis', '7.0');
    const replica = await stage.server('redis', '7.0', { replicaOf: { host: blue.host, port: blue.port } });
    const withReplica = await inspect(blue, replica);
    expect(ids(withReplica, 'error')).toContain('redis.is-replica.green');
    expect(named(withReplica, 'redis.readers-unseen')?.message).toContain('1 replicas');
    expect(ids(await inspect(blue, blue), 'error')).toContain('redis.same-server');
    const result = await inspect(endpointOf(blue, { engineVersion: '2.8.24' }), await stage.server('valkey', '8.1'));
    expect(named(result, 'redis.version-differs.blue')?.message).toMatch(/runs redis 7\.0\.\d+.*says redis 2\.8\.24/);
    expect(named(result, 'redis.version-differs.green')).toBeUndefined();
  });

  test('tells a cluster where a single node was promised', async () => {
    const blue = await stage.server('redis', '7.0');
    const green = await stage.server('redis', '7.0', { clusterEnabled: true });
    const result = await inspect(blue, green);
    expect(ids(result, 'error')).toContain('redis.cluster-mode.green');
  });

  test('tells from the counters what the switch breaks: scripts, messages, blocking, functions, unknown commands', async () => {
    const [blue, green] = [await stage.server('redis', '7.0'), await stage.server('redis', '6.0')];
    const user = await stage.user(blue);
    const hash = await user.script('LOAD', 'return 1');
    await user.evalsha(String(hash), 0);
    await user.publish('channel', 'message');
    await user.blpop('none', 0.01);
    await user.call('FUNCTION', 'LOAD', '#!lua name=mylib\nredis.register_function("f", function() return 1 end)');
    await user.call('LMPOP', '1', 'none', 'LEFT');
    const result = await inspect(blue, green);
    expect(named(result, 'redis.lua-scripts')?.message).toContain('EVALSHA 1');
    expect(named(result, 'redis.pub-sub')?.message).toContain('PUBLISH 1');
    expect(named(result, 'redis.blocking-commands')?.message).toContain('BLPOP 1');
    expect(named(result, 'redis.functions')?.message).toContain('mylib');
    expect(named(result, 'redis.commands-missing')?.message).toContain('LMPOP');
    expect(named(result, 'redis.commands-missing')?.message).not.toContain('CONFIG');
    expect(named(result, 'redis.payloads')?.message).toContain('payload version 10 to 9');
  });

  test('names big keys by hash, never by name', async () => {
    const [blue, green] = [await stage.server('redis', '7.0'), await stage.server('redis', '7.0')];
    const user = await stage.user(blue);
    await user.set('customer:17:basket', 'x'.repeat(9 * 1024 ** 2));
    const result = await inspect(blue, green);
    expect(named(result, 'redis.big-keys')?.message).toMatch(/[0-9a-f]{16} \(string, \d+ MiB, database 0\)/);
    expect(JSON.stringify(result)).not.toContain('customer');
  });

  test('tells that clients need other ports, credentials or transport', async () => {
    const blue = await stage.server('redis', '7.0');
    const green = await stage.server('redis', '7.0', { password: 'green-token' });
    const result = await inspect(blue, endpointOf(green, { password: 'green-token' }));
    expect(ids(result, 'warning')).toEqual(expect.arrayContaining(['redis.port-differs', 'redis.credentials-differ']));
    expect(JSON.stringify(result)).not.toContain('green-token');
  });

  test('tells that a certificate does not cover the record, and that plain clients cannot speak TLS', async () => {
    const tls = await certificateFor('master.sessions.cache.example');
    const [blue, green] = [await stage.server('redis', '7.0'), await stage.server('valkey', '8.1', { tls })];
    const endpoint = endpointOf(green, { tls: true, ca: tls.authority, serverName: 'master.sessions.cache.example' });
    const result = await inspect(blue, endpoint);
    expect(named(result, 'redis.tls-name.green')?.message).toMatch(
      /master\.sessions\.cache\.example.*does not cover sessions\.internal\.example/,
    );
    expect(named(result, 'redis.tls-name.green')?.remedy).toContain('servername');
    expect(named(result, 'redis.transport-differs')?.severity).toBe('error');
    const covered = await inspect(blue, endpoint, { recordName: 'master.sessions.cache.example' });
    expect(named(covered, 'redis.tls-name.green')).toBeUndefined();
  });

  describe.each([
    ['redis', '7.0'],
    ['valkey', '8.1'],
  ] as const)('asks on behalf of an ACL user of %s %s', (engine, version) => {
    const found = async (rules: string) => {
      const users = [{ name: 'mover', password: 'pw', rules }];
      const [blue, green] = [await stage.server('redis', '7.0'), await stage.server(engine, version, { users })];
      const { findings } = await inspect(blue, endpointOf(green, { username: 'mover', password: 'pw' }));
      return findings.filter(({ id }) => /^redis\.(access|user)/.test(id));
    };
    const ruleOf = (access: string) => access.replace(/^on /, '');

    test('whether what the agent needs is allowed, and names the rules that are lacking', async () => {
      const [denied, ...others] = await found(`${ruleOf(ACCESS_STRING)} -restore -client|pause`);
      expect(denied).toMatchObject({ id: 'redis.access-denied.green', severity: 'error' });
      expect(denied?.message).toMatch(/mover .*: RESTORE, CLIENT PAUSE\./);
      expect(denied?.remedy).toContain('Add "+restore +client|pause"');
      expect(others).toEqual([]);
    });

    test.each([
      ['keys of its own alone', ruleOf(ACCESS_STRING).replace('~*', '~app:*')],
      ['no INFO', `${ruleOf(ACCESS_STRING)} -info`],
      ['no CLIENT LIST', `${ruleOf(ACCESS_STRING)} -client|list`],
    ])('who lets nobody look at all, with the access string that does: %s', async (_, rules) => {
      const message = expect.stringContaining(ACCESS_STRING);
      await expect(found(rules)).rejects.toMatchObject({ name: 'Agent.AccessDenied', message });
    });

    test('and nothing is said where it has just that', async () => {
      expect(await found(ruleOf(ACCESS_STRING))).toEqual([]);
    });

    test.each([
      ['everything', '~* &* +@all', /ACL DELUSER, .* and \d+ more\.$/],
      ['to empty it', `${ruleOf(ACCESS_STRING)} +flushall`, /needs: FLUSHALL\.$/],
      ['to change its configuration', `${ruleOf(ACCESS_STRING)} +config|set`, /needs: CONFIG SET\.$/],
    ])('whether it may do too much: %s', async (_, rules, named) => {
      const [more, ...others] = await found(rules);
      expect(more).toMatchObject({ id: 'redis.user-has-more.green', severity: 'warning' });
      expect(more?.message).toMatch(named);
      expect(more?.remedy).toContain(ACCESS_STRING);
      expect(others).toEqual([]);
    });

    test('who may not ask: that is said, too', async () => {
      const [unknown, ...others] = await found(`${ruleOf(ACCESS_STRING)} -acl|dryrun`);
      expect(unknown).toMatchObject({ id: 'redis.access-unknown.green', severity: 'info' });
      expect(unknown?.message).toContain('may not run ACL DRYRUN');
      expect(others).toEqual([]);
    });
  });

  test('cannot ask a server before 7.0 what an ACL user may do, and says so', async () => {
    const users = [{ name: 'mover', password: 'pw', rules: '~* +@all' }];
    const [blue, green] = [await stage.server('redis', '6.0', { users }), await stage.server('valkey', '8.1')];
    const result = await inspect(endpointOf(blue, { username: 'mover', password: 'pw' }), green);
    expect(named(result, 'redis.access-unknown.blue')?.message).toContain('before 7.0');
  });

  test('says at LIVE that a user who may call no scripts leaves nothing for a host that takes the place of a lost one', async () => {
    const users = [
      { name: 'mover', password: 'pw', rules: '~* &* +@all -eval' },
      { name: 'scripts', password: 'pw', rules: '~* &* +@all' },
    ];
    const [blue, green] = [await stage.server('redis', '7.0'), await stage.server('redis', '7.0', { users })];
    const found = async (username: string, consistency: 'LIVE' | 'FENCED') =>
      named(
        await inspect(blue, endpointOf(green, { username, password: 'pw' }), { consistency }),
        'redis.baseline-impossible',
      );
    expect(await found('mover', 'LIVE')).toMatchObject({
      severity: 'warning',
      message: expect.stringContaining('its user may not call EVAL'),
    });
    expect(await found('mover', 'FENCED')).toBeUndefined();
    expect(await found('scripts', 'LIVE')).toBeUndefined();
  });

  test('a pure cache starts empty: nothing is asked of a copy', async () => {
    const [blue, green] = [await stage.server('redis', '7.0'), await stage.server('redis', '7.0')];
    const target = await stage.user(green);
    await target.set('warm', 'already');
    const result = await inspect(blue, green, { consistency: 'COLD' });
    expect(result.errors).toBe(0);
    expect(named(result, 'redis.target-not-empty')).toBeUndefined();
  });
});

function ids({ findings }: PreflightResult, severity: Finding['severity']): string[] {
  return findings.filter((finding) => finding.severity === severity).map(({ id }) => id);
}

/** What a user sees of a server's data and settings. */
async function state(user: { call(command: string, ...args: string[]): Promise<unknown> }): Promise<unknown> {
  return [await user.call('INFO', 'keyspace'), await user.call('CONFIG', 'GET', '*')];
}
