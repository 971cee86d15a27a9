import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type DatabaseServer, startDatabase } from '../../../../../rehearsal/engines/sql/database-server';
import { asRds, type MasterUser } from '../../../../../rehearsal/engines/sql/rds/as-rds';
import { PostgresqlServers } from '../../../../../rehearsal/engines/sql/rds/postgresql/postgresql-servers';
import { signedIn } from '../../../../../rehearsal/engines/sql/rds/postgresql/signed-in';

// The first run fetches packages and makes data directories.
jest.setTimeout(300_000);

const pair = { blue: 'blue', green: 'green' };

describe('PostgreSQL behind RDS', () => {
  let blue: DatabaseServer;
  let green: DatabaseServer;
  let master: MasterUser;
  let servers: PostgresqlServers;
  const users: Client[] = [];

  beforeAll(async () => {
    [blue, green] = await Promise.all([
      startDatabase({ engine: 'postgresql', version: '15' }),
      startDatabase({ engine: 'postgresql', version: '17' }),
    ]);
    master = await asRds(blue);
    servers = new PostgresqlServers({ startGreen: async () => green, longRunningSeconds: 1 });
    servers.add(blue, 'blue');
    await (await signIn(blue, 'postgres')).query('CREATE DATABASE shop');
    await (await signIn(blue)).query(
      `CREATE TABLE orders (id bigserial PRIMARY KEY, text text NOT NULL);
       INSERT INTO orders (text) SELECT 'order ' || i FROM generate_series(1, 1000) AS i;
       CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS orders FROM orders`,
    );
    await servers.createGreen(pair, '17.4');
  });
  afterEach(async () => {
    await Promise.all(users.splice(0).map((user) => user.end().catch(() => undefined)));
  });
  afterAll(() => Promise.all([blue, green].map((server) => server?.stop())));

  async function signIn({ host, port }: DatabaseServer, database = 'shop', as: MasterUser = master): Promise<Client> {
    const client = new Client({ host, port, user: as.user, password: as.password, database });
    client.on('error', () => undefined);
    await client.connect();
    users.push(client);
    return client;
  }

  /** Keeps green from applying anything. RDS's own user does: anyone else who is in is put out. */
  async function heldUp(): Promise<Client> {
    const client = await signIn(green, 'shop', green);
    await client.query('SET default_transaction_read_only = off');
    await client.query('BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
    return client;
  }

  async function ids(server: DatabaseServer): Promise<number[]> {
    const { rows } = await signedIn(server, (client) => client.query('SELECT id FROM orders ORDER BY id'), 'shop');
    return rows.map(({ id }) => Number(id));
  }

  /** Runs it with what it plants, and gives what would stop a switchover meanwhile. */
  async function whilePlanted(plant: (client: Client) => Promise<unknown>): Promise<string> {
    const client = await signIn(blue);
    await plant(client);
    return (await servers.guardrails(pair)).join('\n');
  }

  test('green is of another major version, holds what blue holds, and is for reading only', async () => {
    expect([blue.version, green.version].map(Number.parseFloat).map(Math.floor)).toEqual([15, 17]);
    expect(await ids(green)).toEqual(await ids(blue));
    const reader = await signIn(green);
    await expect(reader.query("INSERT INTO orders (text) VALUES ('no')")).rejects.toThrow(/read-only transaction/);
    expect((await reader.query('SELECT orders FROM counted')).rows).toEqual([{ orders: '1000' }]);
    expect(await servers.guardrails(pair)).toEqual([]);
  });

  test('a long-running write holds the switchover up, and no more once it has ended', async () => {
    const writer = await signIn(blue);
    await writer.query("BEGIN; INSERT INTO orders (text) VALUES ('slow')");
    await sleep(1_100);
    expect(await servers.guardrails(pair)).toEqual(['There are 1 long running active writes on the blue environment.']);
    await writer.query('ROLLBACK');
    expect(await servers.guardrails(pair)).toEqual([]);
  });

  test('a slot that somebody else made is external replication; what RDS made itself is not', async () => {
    const slot = (what: string) => signedIn(blue, (client) => client.query(what));
    await slot("SELECT pg_create_logical_replication_slot('warehouse', 'pgoutput')");
    expect((await servers.guardrails(pair)).join()).toMatch(/external replication .* the slot warehouse/);
    await slot("SELECT pg_drop_replication_slot('warehouse')");
    expect(await servers.guardrails(pair)).toEqual([]);
  });

  test.each([
    ['a new table', 'CREATE TABLE later (id int PRIMARY KEY)', 'relation public.later', 'DROP TABLE later'],
    ['a new index', 'CREATE INDEX later ON orders (text)', 'relation public.later', 'DROP INDEX later'],
    ['a large object', 'SELECT lo_create(7)', 'large objects', 'SELECT lo_unlink(7)'],
  ])('%s on blue is what no replication brings', async (_what, statement, named, undo) => {
    expect(await whilePlanted((client) => client.query(statement))).toContain(named);
    expect(await whilePlanted((client) => client.query(undo))).toBe('');
  });

  test('a restarted green goes on following, and stays for reading only', async () => {
    await servers.restart('green');
    expect(await servers.guardrails(pair)).toEqual([]);
    const reader = await signIn(green);
    await expect(reader.query('DELETE FROM orders')).rejects.toThrow(/read-only transaction/);
  });

  test('a switchover that takes too long leaves both as they were', async () => {
    const held = await heldUp();
    await (await signIn(blue)).query("INSERT INTO orders (text) VALUES ('held up')");
    const late = new AbortController();
    let renamed = false;
    const rename = () => {
      renamed = true;
    };
    const switchover = servers.switchOver({ ...pair, signal: late.signal, rename });
    setTimeout(() => late.abort(new Error('The time is up.')), 300);
    await expect(switchover).rejects.toThrow('The time is up.');
    expect(renamed).toBe(false);
    await held.query('ROLLBACK');

    await (await signIn(blue)).query("INSERT INTO orders (text) VALUES ('as before')");
    while ((await ids(green)).length < (await ids(blue)).length) await sleep(20);
    await expect((await signIn(green)).query('DELETE FROM orders')).rejects.toThrow(/read-only transaction/);
  });

  test('a switchover under load loses nothing, and sequences go on where they were', async () => {
    const acknowledged: number[] = [];
    const database = await signIn(blue);
    const load = (async () => {
      for (;;) {
        const { rows } = await database.query("INSERT INTO orders (text) VALUES ('order') RETURNING id");
        acknowledged.push(Number(rows[0].id));
      }
    })().catch((error: Error) => error.message);
    await sleep(200);
    const held = await heldUp();
    let signIns: unknown[] = [];
    const rename = () => {
      signIns = [blue, green].map((server) => signIn(server).catch((error: Error) => error.message));
    };
    const switchover = servers.switchOver({ ...pair, signal: AbortSignal.timeout(20_000), rename });
    expect(await load).toMatch(/terminat|read-only/);
    await sleep(500);
    await held.query('ROLLBACK');
    await switchover;
    expect(acknowledged.length).toBeGreaterThan(10);
    const there = new Set(await ids(green));
    expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
    expect(await ids(blue)).toEqual([...there]);
    for (const signedIn of await Promise.all(signIns)) expect(signedIn).toMatch(/too many connections/);

    const { rows } = await (await signIn(green)).query("INSERT INTO orders (text) VALUES ('after') RETURNING id");
    expect(Number(rows[0].id)).toBeGreaterThan(Math.max(...there));
    await expect((await signIn(blue)).query('DELETE FROM orders')).rejects.toThrow(/read-only transaction/);
    const left = await signedIn(
      blue,
      (client) =>
        client.query('SELECT slot_name FROM pg_replication_slots UNION ALL SELECT pubname FROM pg_publication'),
      'shop',
    );
    expect(left.rows).toEqual([]);
  });
});
