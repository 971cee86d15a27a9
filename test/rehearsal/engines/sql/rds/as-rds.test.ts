import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { type DatabaseServer, startDatabase } from '../../../../../rehearsal/engines/sql/database-server';
import { asRds, type MasterUser } from '../../../../../rehearsal/engines/sql/rds/as-rds';

// The first run fetches packages and makes data directories.
jest.setTimeout(300_000);

type Row = Record<string, unknown>;

interface Instance {
  readonly server: DatabaseServer;
  readonly master: MasterUser;
}

describe.each([
  { engine: 'mariadb' as const, source: 'master', status: 'SHOW SLAVE STATUS', log: 'SHOW MASTER STATUS' },
  { engine: 'mysql' as const, source: 'source', status: 'SHOW REPLICA STATUS', log: 'SHOW BINARY LOG STATUS' },
])('$engine', ({ engine, source, status, log }) => {
  let blue: Instance;
  let green: Instance;
  const connections: Connection[] = [];

  beforeAll(async () => {
    [blue, green] = await Promise.all([instance(), instance()]);
  });
  afterEach(() => {
    for (const connection of connections.splice(0)) connection.destroy();
  });
  afterAll(() => Promise.all([blue, green].map((one) => one?.server.stop())));

  async function instance(): Promise<Instance> {
    const gtids = { gtid_mode: 'ON', enforce_gtid_consistency: 'ON' };
    const server = await startDatabase({ engine, settings: engine === 'mysql' ? gtids : {} });
    const master = await asRds(server, { password: 'blue-and-green' });
    return { server, master };
  }

  async function signIn({ server, master }: Instance, user = master.user, password = master.password) {
    const connection = await createConnection({ host: server.host, port: server.port, user, password });
    connection.on('error', () => undefined);
    connections.push(connection);
    return connection;
  }

  async function rows(connection: Connection, sql: string): Promise<Row[]> {
    const [answer] = await connection.query(sql);
    return answer as Row[];
  }

  /** A procedure's answer is its result sets followed by how it ended. */
  async function call(connection: Connection, sql: string): Promise<Row[]> {
    const [answer] = await connection.query(`CALL mysql.${sql}`);
    return Array.isArray(answer) ? (answer[0] as Row[]) : [];
  }

  test('the master user ends others’ sessions by rds_kill only', async () => {
    const admin = await signIn(blue);
    await admin.query("CREATE USER app@'%' IDENTIFIED BY 'app'");
    const app = await signIn(blue, 'app', 'app');
    await expect(admin.query(`KILL ${app.threadId}`)).rejects.toThrow(/not owner/i);

    const asleep = rows(app, 'SELECT SLEEP(60) AS interrupted').catch((error: Error) => error.message);
    const running = `SELECT id FROM information_schema.processlist WHERE id = ${app.threadId} AND info LIKE 'SELECT SLEEP%'`;
    await until(async () => (await rows(admin, running)).length === 1);
    await call(admin, `rds_kill_query(${app.threadId})`);
    // MariaDB tells it in either way, by how far the statement has come.
    const told = [[{ interrupted: 1 }], ...(engine === 'mariadb' ? ['Query execution was interrupted'] : [])];
    expect(told).toContainEqual(await asleep);
    expect(await rows(app, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);

    await call(admin, `rds_kill(${app.threadId})`);
    await expect(app.query('SELECT 1')).rejects.toThrow();
    await expect(call(admin, 'rds_kill(999999)')).rejects.toThrow('Unknown thread id: 999999');
    const own = await signIn(blue, blue.server.user, blue.server.password);
    expect(await call(admin, `rds_kill(${own.threadId})`)).toEqual([
      { Message: 'ERROR (RDS): CANNOT KILL RDSADMIN SESSION' },
    ]);
  });

  test.each(['STOP', 'START'])('the master user may not %s replication itself', async (verb) => {
    const replica = engine === 'mariadb' ? 'SLAVE' : 'REPLICA';
    const admin = await signIn(blue);
    await expect(admin.query(`${verb} ${replica}`)).rejects.toThrow(/Access denied/);
    await expect(admin.query('SET GLOBAL read_only = ON')).rejects.toThrow(/Access denied/);
  });

  test('an external source is followed, stopped and forgotten', async () => {
    const [from, to] = [await signIn(blue), await signIn(green)];
    await from.query('CREATE DATABASE shop');
    await from.query('CREATE TABLE shop.orders (id INT PRIMARY KEY)');
    await from.query("CREATE USER replicator@'%' IDENTIFIED BY 'it''s \"secret\"'");
    await from.query("GRANT REPLICATION SLAVE ON *.* TO replicator@'%'");

    // From the first log on: the master user and the procedures are not in it, or green would stop at them.
    const [first] = await rows(from, 'SHOW BINARY LOGS');
    const encrypted = engine === 'mysql' ? 1 : 0;
    const sign = `'127.0.0.1', ${blue.server.port}, 'replicator', 'it''s "secret"'`;
    await call(to, `rds_set_external_${source}(${sign}, '${first?.Log_name}', 4, ${encrypted})`);
    expect(await call(to, 'rds_start_replication')).toEqual([{ Message: 'Slave running normally.' }]);
    await from.query('INSERT INTO shop.orders VALUES (1)');
    await until(async () => (await rows(to, 'SELECT id FROM shop.orders').catch(() => [])).length === 1);
    expect((await rows(to, log))[0]?.File).toMatch(/^mysql-bin-changelog\./);

    await expect(call(to, `rds_reset_external_${source}`)).rejects.toThrow(/run STOP/);
    await call(to, 'rds_stop_replication');
    expect(await rows(to, status)).toHaveLength(1);
    await call(to, `rds_reset_external_${source}`);
    expect(await rows(to, status)).toEqual([]);
    await expect(call(to, 'rds_start_replication')).rejects.toThrow(
      /not configured as replica|MASTER_HOST was not set/,
    );
    expect(await rows(to, 'SELECT @rds_statement AS kept')).toEqual([{ kept: null }]);
  });

  if (engine === 'mysql') {
    test('an external source is followed by GTIDs', async () => {
      const [from, to] = [await signIn(blue), await signIn(green)];
      await from.query("CREATE USER by_gtid@'%' IDENTIFIED BY 'secret'");
      await from.query("GRANT REPLICATION SLAVE ON *.* TO by_gtid@'%'");
      await from.query('CREATE DATABASE followed');
      const sign = `'127.0.0.1', ${blue.server.port}, 'by_gtid', 'secret'`;
      await call(to, `rds_set_external_source_with_auto_position(${sign}, 1)`);
      await call(to, 'rds_start_replication');
      await until(async () => (await rows(to, "SHOW DATABASES LIKE 'followed'")).length === 1);
    });
  }

  test('an external source needs autocommit', async () => {
    const admin = await signIn(green);
    await admin.query('SET autocommit = 0');
    const refused = call(admin, `rds_set_external_${source}('127.0.0.1', 1, 'u', 'p', 'f', 4, 0)`);
    await expect(refused).rejects.toThrow('Autocommit must be enabled');
  });

  test('retention of the binary log is NULL until it is set, from 1 to 2160 hours', async () => {
    const admin = await signIn(blue);
    const shown = async () => (await call(admin, 'rds_show_configuration')).map(({ name, value }) => [name, value]);
    expect(await shown()).toEqual([['binlog retention hours', null]]);
    await call(admin, "rds_set_configuration('binlog retention hours', 24)");
    expect(await shown()).toEqual([['binlog retention hours', '24']]);
    const refused = call(admin, "rds_set_configuration('binlog retention hours', 2161)");
    await expect(refused).rejects.toThrow('between 1 and 2160');
    await expect(call(admin, "rds_set_configuration('sync', 1)")).rejects.toThrow('Invalid configuration name');
  });
});

test('postgresql’s master user administers what is in it, and is no superuser', async () => {
  const server = await startDatabase({ engine: 'postgresql' });
  try {
    const { user, password } = await asRds(server);
    const client = new Client({ host: server.host, port: server.port, user, password, database: 'postgres' });
    await client.connect();
    await client.query('CREATE TABLE t (id INT)');
    await client.query('CREATE DATABASE shop');
    const { rows } = await client.query(
      'SELECT rolsuper, pg_has_role(current_user, $1, $2) AS member FROM pg_roles WHERE rolname = current_user',
      ['rds_superuser', 'member'],
    );
    expect(rows).toEqual([{ rolsuper: false, member: true }]);
    await expect(client.query('ALTER SYSTEM SET work_mem = 1024')).rejects.toThrow(
      /permission denied|must be superuser/,
    );
    await client.end();
  } finally {
    await server.stop();
  }
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}
