import { inspect } from 'node:util';
import type { RowDataPacket } from 'mysql2/promise';
import { Executor } from '../../../agent/executor';
import type { Migration } from '../../../agent/migration';
import { Session } from '../../../agent/mysql/session';
import { checkRequest } from '../../../agent/request';
import type { DatabaseEndpoint } from '../../../contract/database';
import type { MysqlVerbs } from '../../../contract/mysql';
import { freePort } from '../../../rehearsal/engines/free-port';
import { useAws } from '../aws';
import { certificateFor } from '../certificate';
import { Migration as CacheMigration } from '../migration';
import { listener } from '../redis/stage';
import { DatabaseStage, type RdsDatabase } from './stage';

type MysqlVerb = keyof MysqlVerbs;

const direction = { from: 'blue', to: 'green' };
const requests: Partial<Readonly<Record<MysqlVerb, Record<string, unknown>>>> = {
  'mysql.preflight': { ...direction, strategy: 'binlogReplica', fromOnly: false },
  'mysql.status': {},
  'mysql.awaitlag': { ...direction, lagSeconds: 1, steadySeconds: 0.1, timeoutSeconds: 5 },
  'mysql.alive': { side: 'green' },
  'mysql.connections': { side: 'green' },
  'mysql.fence': { side: 'green' },
  'mysql.writable': { side: 'green', timeoutSeconds: 0.1 },
  'mysql.nowrites': { side: 'green', seconds: 0.3, timeoutSeconds: 5 },
  'mysql.drain': { ...direction, timeoutSeconds: 5 },
  'mysql.follow': direction,
  'mysql.detach': { side: 'green' },
  'mysql.evict': { side: 'green', quietSeconds: 0.3, timeoutSeconds: 5 },
};
const every = Object.keys(requests) as MysqlVerb[];

const aws = useAws();

describe('what cannot work with a database', () => {
  const stage = new DatabaseStage(aws);
  let blue: RdsDatabase;

  beforeAll(async () => {
    blue = await stage.database({ engine: 'mariadb', tls: await certificateFor('blue.example') });
  });
  afterAll(() => stage.end());

  const executeOn = (migration: Migration, verb: MysqlVerb, more: Record<string, unknown> = {}) =>
    new Executor(async () => migration).execute(
      checkRequest({ verb, args: { ...requests[verb], ...more } }),
      listener(),
    );

  const execute = async (verb: MysqlVerb, green: DatabaseEndpoint, more: Record<string, unknown> = {}) =>
    executeOn(await stage.migration(stage.endpoint(blue), green), verb, more);

  /** Ends with one sentence of this name. */
  const refuses = async (verb: MysqlVerb, green: DatabaseEndpoint, name: string, message: RegExp) => {
    const error = await execute(verb, green).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error).toMatchObject({ name, message: expect.stringMatching(message) });
    expect(error?.message).toMatch(/^[^\n]+\.$/);
  };

  test.each(every)('a wrong password ends %s', async (verb) => {
    const secretArn = stage.secret('wrong', blue.master.user, 'not-the-password');
    await refuses(
      verb,
      stage.endpoint(blue, { secretArn }),
      'Agent.AccessDenied',
      /refused the credentials.*Secrets Manager/,
    );
    expect(stage.logged.join()).not.toContain('not-the-password');
  });

  test('a secret without a user name cannot be used', async () => {
    const arn = stage.secret('bare', 'x', 'y');
    aws.secrets.set(arn, 'only-a-token');
    await expect(stage.databases(stage.endpoint(blue, { secretArn: arn }))).rejects.toMatchObject({
      name: 'Agent.AccessDenied',
      message: expect.stringMatching(/secret:bare cannot be used, for it names no user/),
    });
  });

  test.each(every)('nobody listening ends %s', async (verb) => {
    const port = await freePort('127.0.0.1');
    await refuses(
      verb,
      stage.endpoint(blue, { port }),
      'Agent.Unreachable',
      /cannot be reached: check host, port, security groups/,
    );
  });

  test.each(['mysql.alive', 'mysql.follow'] as const)('no such name ends %s', async (verb) => {
    const green = stage.endpoint(blue, { host: 'green.invalid' });
    await refuses(verb, green, 'Agent.Unreachable', /green\.invalid.*cannot be reached/);
  });

  test('a certificate of nobody we know ends a verb', async () => {
    const green = stage.endpoint(blue, { tls: true, serverName: 'blue.example' });
    await refuses('mysql.alive', green, 'Agent.Unreachable', /certificate/);
  });

  test('a server without TLS ends a verb that was to have it', async () => {
    const plain = await stage.database({ engine: 'mariadb' });
    await refuses('mysql.alive', stage.endpoint(plain, { tls: true }), 'Agent.Unreachable', /TLS is on at both ends/);
  });

  test('a user without the privileges is told so, not which statement failed', async () => {
    await stage.user(blue, 'weak');
    const secretArn = stage.secret('weak', 'weak', 'secret-of-weak');
    await refuses(
      'mysql.status',
      stage.endpoint(blue, { secretArn }),
      'Agent.AccessDenied',
      /the preflight names the grant that it lacks/,
    );
  });

  test('values arrive as they are, however the server reads backslashes', async () => {
    const root = await stage.root(blue);
    const [rows] = await root.query<RowDataPacket[]>('SELECT @@global.sql_mode AS mode');
    await root.query("SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES'");
    const session = await Session.open((await stage.databases(stage.endpoint(blue))).endpoints.blue, 'test');
    const value = "a'b\\' OR 1 = 1 -- ";
    await expect(session.row('SELECT ? AS value', [value])).resolves.toEqual({ value });
    session.close();
    await root.query('SET GLOBAL sql_mode = ?', [rows[0]?.mode]);
  });

  test('a server that takes too long is told so, without the statement', async () => {
    const session = await Session.open((await stage.databases(stage.endpoint(blue))).endpoints.blue, 'test');
    const error = await session.query("SELECT SLEEP(30), 'private'", [], { timeoutMs: 50 }).catch((reason) => reason);
    session.close();
    expect(error).toMatchObject({
      name: 'Agent.Unreachable',
      message: expect.stringContaining('did not answer in time'),
    });
    expect(inspect(error, { depth: 5 })).not.toContain('private');
  });

  test('a reader that is gone is told to who tries the side out, and is no reason to take it for lost', async () => {
    const green = stage.endpoint(blue, { readerHost: 'readers.invalid' });
    await expect(execute('mysql.alive', green)).resolves.toMatchObject({ restarted: false });
    await expect(execute('mysql.connections', green)).resolves.toHaveProperty('connections');
    await expect(execute('mysql.alive', green, { sinceMs: Date.now() })).rejects.toMatchObject({
      name: 'Agent.Unreachable',
      message: expect.stringContaining('readers.invalid'),
    });
  });

  test('a host that the caller names is asked in place of the configured one', async () => {
    const green = stage.endpoint(blue, { host: 'green.invalid', readerHost: 'readers.invalid' });
    await expect(execute('mysql.alive', green, { hosts: { green: '127.0.0.1' } })).resolves.toMatchObject({
      restarted: false,
    });
  });

  test('verbs of databases and of caches refuse each other’s migrations', async () => {
    const cache = {
      host: '127.0.0.1',
      port: 1,
      tls: false,
      engine: 'redis',
      engineVersion: '7.0',
      clusterMode: false,
    } as const;
    const ofCaches = await CacheMigration.between(cache, cache);
    try {
      const args = { side: 'blue' };
      await expect(
        ofCaches.executor.execute(checkRequest({ verb: 'mysql.connections', args }), listener()),
      ).rejects.toMatchObject({
        name: 'Agent.BadRequest',
        message: expect.stringMatching(
          /works on MySQL databases, and the migration sessions is one of caches: use its redis\.\* verbs/,
        ),
      });
    } finally {
      await ofCaches.end();
    }
    const ofDatabases = await stage.migration(stage.endpoint(blue));
    const run = new Executor(async () => ofDatabases);
    await expect(
      run.execute(checkRequest({ verb: 'redis.clients', args: { side: 'blue' } }), listener()),
    ).rejects.toMatchObject({
      message: expect.stringMatching(
        /works on caches, and the migration orders is one of MySQL databases: use its mysql\.\* verbs/,
      ),
    });
    const postgres = await stage.migration(
      stage.endpoint(blue, { engine: 'postgres' }),
      stage.endpoint(blue, { engine: 'aurora-postgresql' }),
    );
    await expect(executeOn(postgres, 'mysql.alive')).rejects.toMatchObject({ name: 'Agent.BadRequest' });
    await expect(
      stage.migration(stage.endpoint(blue), stage.endpoint(blue, { engine: 'postgres' })),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/a migration stays within MySQL databases or within PostgreSQL databases/),
    });
  });
});
