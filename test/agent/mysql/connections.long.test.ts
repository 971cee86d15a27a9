import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { alive, beforeRestarts } from '../../../agent/mysql/alive';
import { closeConnections, connectedClients } from '../../../agent/mysql/connected';
import { connections } from '../../../agent/mysql/connections';
import { evict } from '../../../agent/mysql/evict';
import { fence } from '../../../agent/mysql/fence';
import { nowrites } from '../../../agent/mysql/nowrites';
import { Session } from '../../../agent/mysql/session';
import { useAws } from '../aws';
import { listener } from '../redis/stage';
import { DatabaseStage, type RdsDatabase } from './stage';

const aws = useAws();

describe.each(['mariadb', 'mysql'] as const)('the users of %s', (engine) => {
  const stage = new DatabaseStage(aws);
  let blue: RdsDatabase;

  beforeAll(async () => {
    // Who holds a lock, MySQL's performance schema tells.
    blue = await stage.database({ engine, ...(engine === 'mysql' && { settings: { performance_schema: 'ON' } }) });
    const root = await stage.root(blue);
    await root.query('CREATE DATABASE shop');
    await root.query('CREATE TABLE shop.orders (id INT PRIMARY KEY, state VARCHAR(10))');
    stage.leave();
  });
  afterEach(async () => {
    stage.leave();
    await stage.left(blue);
  });
  afterAll(() => stage.end());

  const databases = () => stage.databases(stage.endpoint(blue));
  const side = 'blue' as const;

  test('are grouped by user, host and database, the idle told from those in a transaction', async () => {
    for (let i = 0; i < 3; i += 1) await stage.user(blue, 'shop', 'shop');
    const batch = await stage.user(blue, 'batch', 'shop');
    await batch.query('START TRANSACTION');
    await batch.query("INSERT INTO orders VALUES (1, 'new')");
    const result = await connections(await databases(), { side }, listener());
    expect(result.connections).toBe(4);
    expect(result.groups).toMatchObject([
      { user: 'shop', host: '127.0.0.1', database: 'shop', kind: 'sleeping', connections: 3 },
      { user: 'batch', host: '127.0.0.1', database: 'shop', kind: 'active', connections: 1 },
    ]);
  });

  test('do not include the agent, RDS itself or the engine', async () => {
    await stage.root(blue);
    await expect(connections(await databases(), { side }, listener())).resolves.toEqual({ connections: 0, groups: [] });
  });

  test('are closed by a fence, and what they had not committed is rolled back', async () => {
    const idle = await stage.user(blue, 'shop', 'shop');
    const batch = await stage.user(blue, 'batch', 'shop');
    await batch.query('START TRANSACTION');
    await batch.query("INSERT INTO orders VALUES (2, 'new')");
    // InnoDB shows its transactions as they were up to 0.1 s ago.
    await sleep(150);
    await expect(fence(await databases(), { side }, listener())).resolves.toMatchObject({ closed: 2, rolledBack: 1 });
    for (const user of [idle, batch]) await expect(user.query('SELECT 1')).rejects.toThrow();
    const [rows] = await (await stage.user(blue)).query('SELECT * FROM shop.orders WHERE id = 2');
    expect(rows).toEqual([]);
  });

  test('are all closed by a fence, however many, also where the server has no connection left', async () => {
    const root = await stage.root(blue);
    const many = 50;
    for (let i = 0; i < many; i += 1) await stage.user(blue);
    // The superuser, the agent, and nobody else.
    await root.query(`SET GLOBAL max_connections = ${many + 2}`);
    await expect(fence(await databases(), { side }, listener())).resolves.toMatchObject({ closed: many });
    await root.query('SET GLOBAL max_connections = 300');
  });

  test('who have gone by themselves are as good as closed', async () => {
    const gone = await stage.user(blue);
    const session = await Session.open((await databases()).endpoints.blue, 'test');
    try {
      const users = await connectedClients(session);
      expect(users).toHaveLength(1);
      await gone.end();
      await sleep(100);
      await expect(closeConnections(session, users)).resolves.toBeUndefined();
    } finally {
      session.close();
    }
  });

  test('are closed until nobody comes back', async () => {
    for (let i = 0; i < 3; i += 1) await stage.user(blue);
    const args = { side, quietSeconds: 0.3, timeoutSeconds: 30 };
    await expect(evict(await databases(), args, listener())).resolves.toMatchObject({ closed: 3, returned: [] });
  });

  test('of a reader are counted and closed as well, and once where the reader is the writer', async () => {
    const ofReader = await stage.reader(blue, engine === 'mysql' ? 'mariadb' : 'mysql');
    await stage.user(blue);
    await stage.user(ofReader, 'reports');
    const endpoint = stage.endpoint(blue, { readerHost: ofReader.server.host });
    const result = await connections(await stage.databases(endpoint), { side }, listener());
    expect(result.connections).toBe(2);
    expect(result.groups.map(({ user }) => user)).toEqual(['reports', 'shop']);
    const same = await stage.databases({ ...endpoint, readerHost: '127.0.0.1' });
    await expect(connections(same, { side }, listener())).resolves.toMatchObject({ connections: 1 });
    const args = { side, quietSeconds: 0.3, timeoutSeconds: 30 };
    await expect(evict(await stage.databases(endpoint), args, listener())).resolves.toMatchObject({ closed: 2 });
  });

  test('who reconnect forever are named', async () => {
    const gone = new AbortController();
    const stubborn = (async () => {
      while (!gone.signal.aborted) {
        await stage.user(blue, 'forgotten').catch(() => undefined);
        await sleep(20);
      }
    })();
    try {
      const args = { side, quietSeconds: 1, timeoutSeconds: 0.7 };
      await expect(evict(await databases(), args, listener())).rejects.toMatchObject({
        name: 'Agent.NotEmptied',
        message: expect.stringMatching(/still has \d+ clients' connections.*forgotten@127\.0\.0\.1 \(\d+\)/),
      });
    } finally {
      gone.abort();
      await stubborn;
    }
  });

  /** Fails while this connection writes. */
  const proofAgainst = async (writer: Connection): Promise<unknown> => {
    const gone = new AbortController();
    const writing = (async () => {
      for (let i = 0; !gone.signal.aborted; i += 1) {
        await writer.query('REPLACE INTO shop.orders VALUES (3, ?)', [String(i)]);
        await sleep(30);
      }
    })();
    const args = { side, seconds: 0.5, timeoutSeconds: 1 };
    return nowrites(await databases(), args, listener()).finally(async () => {
      gone.abort();
      await writing;
    });
  };

  test('who write are noticed and named', async () => {
    await expect(proofAgainst(await stage.user(blue, 'loud'))).rejects.toMatchObject({
      name: 'Agent.WritesContinue',
      message: expect.stringMatching(/binary log went from mysql-bin-changelog\.\d+:\d+ to .*loud@127\.0\.0\.1 \(1\)/),
    });
  });

  test('who write and keep it from the binary log are noticed', async () => {
    const quiet = await stage.root(blue);
    await quiet.query('SET SESSION sql_log_bin = 0');
    await expect(proofAgainst(quiet)).rejects.toMatchObject({
      name: 'Agent.WritesContinue',
      message: expect.stringMatching(/just now: \d+ × (rows_(inserted|updated|deleted)|replace)/),
    });
  });

  test('who only read leave it still', async () => {
    const reader = await stage.user(blue, 'shop', 'shop');
    const proof = nowrites(await databases(), { side, seconds: 0.6, timeoutSeconds: 30 }, listener());
    for (let i = 0; i < 10; i += 1) await reader.query('SELECT COUNT(*) FROM orders');
    await expect(proof).resolves.toMatchObject({
      seconds: 0.6,
      position: { file: expect.stringMatching(/^mysql-bin-changelog\.\d+$/), position: expect.any(Number) },
    });
  });

  test('can write, which is waited for, or it is told what keeps them from it', async () => {
    const root = await stage.root(blue);
    const writable = async (seconds: number) =>
      alive(await databases(), { side, writableWithinSeconds: seconds }, listener());
    await root.query('SET GLOBAL read_only = ON');
    await expect(writable(0.1)).rejects.toMatchObject({
      name: 'Agent.TargetReadOnly',
      message: expect.stringMatching(/cannot be written to within 0\.1 s \(read_only is ON\)/),
    });
    const waiting = writable(30);
    await sleep(200);
    await root.query('SET GLOBAL read_only = OFF');
    await expect(waiting).resolves.toMatchObject({ restarted: false });
  });

  /** A session of the agent that waits a second for a lock. */
  const impatient = async () => {
    const session = await Session.open((await databases()).endpoints.blue, 'test');
    await session.waitForLocks(1);
    return session;
  };

  test('who lock a table are named to who waits for it, and how to end them', async () => {
    const root = await stage.root(blue);
    const batch = await stage.user(blue, 'batch', 'shop');
    await root.query("GRANT LOCK TABLES ON *.* TO 'batch'@'%'");
    await batch.changeUser({ user: 'batch', password: 'secret-of-batch', database: 'shop' });
    await batch.query("LOCK TABLES orders WRITE /* 'private' */");
    const session = await impatient();
    const error = await session.query("SELECT COUNT(*), 'private' FROM shop.orders").catch((reason: Error) => reason);
    session.close();
    // MariaDB names who may.
    const [what, call] = engine === 'mysql' ? ['LOCK TABLES, shop.orders', batch.threadId] : ['asleep', '<connection>'];
    expect(error).toMatchObject({
      name: 'Agent.Failed',
      message: expect.stringMatching(
        new RegExp(
          `^blue \\(127\\.0\\.0\\.1:\\d+\\) kept the agent waiting for a lock.*batch@127\\.0\\.0\\.1 \\(connection ${batch.threadId}, ${what}, \\d+ s\\).*CALL mysql\\.rds_kill\\(${call}\\);`,
        ),
      ),
    });
    expect(String(error)).not.toContain('private');
  });

  test('who only read are named where a change of the table waits for them, and with it everyone', async () => {
    const root = await stage.root(blue);
    const reader = await stage.user(blue, 'reports', 'shop');
    await reader.query('START TRANSACTION');
    await reader.query('SELECT COUNT(*) FROM orders');
    const altering = root.query('ALTER TABLE shop.orders ADD COLUMN note INT');
    await sleep(200);
    const session = await impatient();
    await expect(session.query('SELECT COUNT(*) FROM shop.orders')).rejects.toMatchObject({
      name: 'Agent.Failed',
      message: expect.stringMatching(new RegExp(`reports@127\\.0\\.0\\.1 \\(connection ${reader.threadId}, `)),
    });
    session.close();
    await reader.query('ROLLBACK');
    await altering;
    await root.query('ALTER TABLE shop.orders DROP COLUMN note');
  });

  test('have limits of their server that are not the agent’s', async () => {
    const root = await stage.root(blue);
    const limits = engine === 'mysql' ? ['max_execution_time = 1'] : ['max_statement_time = 0.01'];
    const limiting = [
      ...limits,
      'autocommit = 0',
      'sql_select_limit = 1',
      'max_join_size = 1',
      'lock_wait_timeout = 1',
    ];
    for (const setting of limiting) await root.query(`SET GLOBAL ${setting}`);
    try {
      const session = await Session.open((await databases()).endpoints.blue, 'test');
      const [ofSession] = await session.query(
        'SELECT @@autocommit AS autocommit, @@lock_wait_timeout AS lock_wait, @@sql_big_selects AS big',
      );
      expect(ofSession).toEqual({ autocommit: 1, lock_wait: 5, big: 1 });
      const collations = 'information_schema.COLLATIONS';
      const many = `SELECT a.COLLATION_NAME, SLEEP(0.001) FROM ${collations} a, ${collations} b LIMIT 50`;
      await expect(session.query(many)).resolves.toHaveLength(50);
      session.close();
    } finally {
      for (const setting of limiting) {
        const [name = ''] = setting.split(' ');
        await root.query(`SET GLOBAL ${name} = ${name === 'autocommit' ? 1 : 'DEFAULT'}`);
      }
    }
  });

  test('have an engine that is known to have restarted', async () => {
    await expect(alive(await databases(), { side }, listener())).resolves.toMatchObject({ restarted: false });
    const sinceMs = await beforeRestarts(await databases(), side);
    await expect(alive(await databases(), { side, sinceMs }, listener())).resolves.toMatchObject({
      restarted: false,
    });
    await blue.server.kill();
    await expect(alive(await databases(), { side }, listener())).rejects.toMatchObject({ name: 'Agent.Unreachable' });
    await blue.server.restart();
    await expect(alive(await databases(), { side, sinceMs }, listener())).resolves.toMatchObject({
      restarted: true,
    });
  });
});
