import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { Comparison, type Difference } from '../../../agent/postgres/verification/comparison';
import { verify } from '../../../agent/postgres/verify';
import { useAws } from '../aws';
import { buildAgent, Program } from '../program';
import { listener } from '../redis/stage';
import { PostgresStage, type RdsPostgres } from './stage';

const aws = useAws();
const there = { from: 'blue', to: 'green' } as const;
const ACCOUNTS = 20_000;
const BYTES = 5_000;
/** Whose rows are not compared. */
const notCovered = [
  { object: 'shop: public.counters', reason: expect.stringContaining('an unlogged table'), holdsRows: true },
  { object: 'shop: public.sums', reason: expect.stringContaining('a materialized view') },
];

describe('the verification of PostgreSQL', () => {
  const stage = new PostgresStage(aws);
  let blue: RdsPostgres;
  let green: RdsPostgres;
  let onBlue: Client;
  let onGreen: Client;
  let bytesOnBlue: Client;
  let bytesOnGreen: Client;

  beforeAll(async () => {
    [blue, green] = await Promise.all([stage.server(), stage.server()]);
    for (const side of [blue, green]) {
      await (await stage.owner(side)).query('CREATE DATABASE shop');
      await (await stage.root(side)).query("CREATE ROLE app LOGIN PASSWORD 'secret-of-app'");
    }
    [onBlue, onGreen] = await Promise.all([stage.owner(blue, 'shop'), stage.owner(green, 'shop')]);
    await onBoth(`CREATE TABLE accounts (id serial PRIMARY KEY, name text NOT NULL, balance numeric(12,2) DEFAULT 0);
      INSERT INTO accounts (name, balance) SELECT 'account ' || i, i / 7.0 FROM generate_series(1, ${ACCOUNTS}) AS i;
      CREATE INDEX by_name ON accounts (name);
      GRANT SELECT, UPDATE ON accounts TO app`);
    await onBoth(`CREATE TABLE every_type ("Kind of" text, day date, at timestamptz, t time, span interval, raw bytea,
        u uuid, doc jsonb, single real, twofold double precision, flags bit(5), many int[], sure boolean, address inet,
        PRIMARY KEY ("Kind of", day, u));
      INSERT INTO every_type VALUES
        ('größer, "quoted"', '2024-02-29', '2024-02-29 12:34:56.789+02', '23:59:59.999', '1 mon 2 days', '\\xff00', 
          '00000000-0000-0000-0000-000000000001', '{"a": [1, null]}', 0.1, 1e300, B'10101', '{1,NULL}', true, '10.0.0.1/8'),
        ('', '1000-01-01', NULL, NULL, NULL, NULL, '00000000-0000-0000-0000-000000000002', NULL, NULL, NULL, NULL, NULL, NULL, NULL)`);
    await onBoth('CREATE TABLE keyless (a int, b int); INSERT INTO keyless VALUES (1, 1), (1, 1), (2, NULL)');
    await onBoth('CREATE VIEW rich AS SELECT id FROM accounts WHERE balance > 100');
    await onBoth("CREATE FUNCTION doubled(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2'");
    await onBoth('ALTER TABLE keyless ADD CONSTRAINT small CHECK (a < 100)');
    await onBoth(`CREATE TABLE parent (id int PRIMARY KEY, v int); CREATE TABLE child (PRIMARY KEY (id)) INHERITS (parent);
      INSERT INTO parent VALUES (1, 1); INSERT INTO child VALUES (1, 5)`);
    await onBoth(
      'CREATE UNLOGGED TABLE counters (id int PRIMARY KEY); CREATE MATERIALIZED VIEW sums AS SELECT 1 AS one',
    );
    [bytesOnBlue, bytesOnGreen] = await Promise.all([databaseOfBytes(blue), databaseOfBytes(green)]);
  });
  afterAll(() => stage.end());

  /** Its texts are bytes, whatever they mean. */
  async function databaseOfBytes(side: RdsPostgres): Promise<Client> {
    await (await stage.owner(side)).query(
      "CREATE DATABASE bytes ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'",
    );
    const owner = await stage.owner(side, 'bytes');
    await owner.query("SET client_encoding = 'SQL_ASCII'");
    await owner.query(`CREATE TYPE label AS ENUM ('x', 'y'); CREATE TABLE labelled (k label PRIMARY KEY, v int);
      CREATE TABLE t (k text, n int, v text, PRIMARY KEY (k, n)); INSERT INTO labelled VALUES ('x', 1), ('y', 2);
      INSERT INTO t SELECT convert_from('\\xf5', 'SQL_ASCII') || n, n, 'v' FROM generate_series(1, ${BYTES}) n`);
    return owner;
  }

  async function onBoth(statement: string): Promise<void> {
    await Promise.all([onBlue.query(statement), onGreen.query(statement)]);
  }
  const compare = async (mode: 'schema' | 'full' | 'delta', report = listener()) =>
    verify(await stage.databases(blue, green), { ...there, mode }, report);

  test('finds rows of every type the same, chunk by chunk', async () => {
    const report = listener();
    const found = await compare('full', report);
    expect(found).toMatchObject({ rowsCompared: ACCOUNTS + 5 + 2 + BYTES + 2, mismatches: 0, sample: [], notCovered });
    expect(found.chunksCompared).toBeGreaterThan(4);
    expect(report.heard).toContainEqual(expect.objectContaining({ phase: 'comparing shop' }));
  });

  test('names the rows that differ, are missing, or are there in addition, and never a value', async () => {
    await onGreen.query("UPDATE accounts SET name = 'planted' WHERE id = 17291");
    await onGreen.query('DELETE FROM accounts WHERE id = 4711');
    await onGreen.query("INSERT INTO accounts VALUES (99999, 'planted')");
    await onGreen.query(`UPDATE every_type SET raw = '' WHERE "Kind of" = ''`);
    await onGreen.query('UPDATE keyless SET a = 2, b = NULL WHERE a = 1; INSERT INTO keyless VALUES (1, 1)');
    await onGreen.query('UPDATE ONLY parent SET v = 2');
    const { sample, mismatches } = await compare('delta');
    expect(sample.map(({ object, difference }) => `${object} ${difference.replace(/^row \w+ /, '')}`).sort()).toEqual([
      'shop: public.accounts differs',
      'shop: public.accounts only on blue',
      'shop: public.accounts only on green',
      'shop: public.every_type differs',
      'shop: public.keyless 3 rows on blue, 4 on green',
      'shop: public.parent differs',
    ]);
    expect(mismatches).toBe(6);
    expect(JSON.stringify(sample)).not.toContain('planted');
  });

  test('by hand ends at once when it is told to, also where somebody keeps it waiting for a lock', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'agent-hand-'));
    const locking = await stage.owner(green, 'shop');
    try {
      const file = join(folder, 'configuration.json');
      await writeFile(file, JSON.stringify(stage.configuration(blue, green)));
      await locking.query('BEGIN; LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE');
      const hand = ['--configuration', file, 'postgres.verify', '--mode', 'full'];
      const program = new Program(await buildAgent(folder), hand, aws.environment);
      const root = await stage.root(green);
      const waits =
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'cutover-agent%'";
      while ((await root.query(waits)).rowCount === 0) await sleep(20);
      const told = performance.now();
      program.kill('SIGINT');
      await expect(program.ended).resolves.toBe(1);
      expect(performance.now() - told).toBeLessThan(4_000);
      expect(program.stderr).toMatch(/Agent\.Stopped: Interrupted\.\n$/);
    } finally {
      await locking.query('ROLLBACK');
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('finds the definitions the same, and then names each that is not', async () => {
    expect(await compare('schema')).toMatchObject({ mismatches: 0, sample: [] });
    const unknown = "quote_literal(convert_from('\\xf5', 'SQL_ASCII'))";
    await bytesOnBlue.query(`DO $$ BEGIN EXECUTE 'COMMENT ON TABLE t IS ' || ${unknown}; END $$`);
    await onBlue.query('CREATE SEQUENCE only_here');
    await onGreen.query("SELECT setval('accounts_id_seq', 5)");
    await onGreen.query('DROP INDEX by_name; REVOKE UPDATE ON accounts FROM app; DROP FUNCTION doubled');
    await onGreen.query('CREATE OR REPLACE VIEW rich AS SELECT id FROM accounts WHERE balance > 99');
    await onGreen.query('ALTER TABLE keyless DROP CONSTRAINT small, ALTER b SET DEFAULT 7');
    await (await stage.root(green)).query('ALTER ROLE app NOLOGIN');
    const { sample } = await compare('schema');
    expect(sample).toEqual([
      { object: 'role app', difference: 'can is login on blue and none on green' },
      { object: 'bytes: table public.t', difference: 'comment is õ on blue and none on green' },
      { object: 'shop: column public.keyless.b', difference: 'default is none on blue and 7 on green' },
      { object: 'shop: index public.accounts.by_name', difference: 'only on blue' },
      { object: 'shop: constraint public.keyless.small', difference: 'only on blue' },
      {
        object: 'shop: view public.rich',
        difference: expect.stringMatching(/^definition is .*100.* on blue and .*99.* on green$/),
      },
      { object: 'shop: sequence public.only_here', difference: 'only on blue' },
      { object: 'shop: routine public.doubled(n integer)', difference: 'only on blue' },
      {
        object: 'shop: grant to app on public.accounts',
        difference: 'privileges is SELECT, UPDATE on blue and SELECT on green',
      },
      {
        object: 'shop: sequence public.accounts_id_seq',
        difference: `gives ${ACCOUNTS + 1} next on blue and 6 on green`,
      },
    ]);
  });

  test('ends where the process of a server hangs that reads for it, although others answer', async () => {
    const limits = { chunkMs: 500, tableMs: 1_800_000 };
    const comparison = await Comparison.open(await stage.databases(blue, green), there, 'shop', limits);
    const table = (await comparison.tables()).from.get('public.accounts');
    if (table === undefined) throw new Error('The table was not found.');
    const [own] = await comparison.to.session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = Number(own?.pid);
    process.kill(pid, 'SIGSTOP');
    try {
      const pair = { from: table, columns: table.columns };
      await expect(comparison.table(pair, new AbortController().signal, () => undefined)).rejects.toMatchObject({
        name: 'Agent.Unreachable',
        message: expect.stringMatching(/^green \(.*\) did not answer in time/),
      });
    } finally {
      process.kill(pid, 'SIGCONT');
      await comparison.close();
    }
  });

  test('ends chunks where the key is in order, whatever its column is called', async () => {
    await onBoth('CREATE TABLE called (key int PRIMARY KEY); INSERT INTO called SELECT generate_series(1, 200)');
    const comparison = await Comparison.open(await stage.databases(blue, green), there, 'shop');
    const table = (await comparison.tables()).from.get('public.called');
    if (table === undefined) throw new Error('The table was not found.');
    expect(await comparison.from.boundary(table, undefined, 100)).toEqual(['100']);
    expect(await comparison.from.boundary(table, ['100'], 50)).toEqual(['150']);
    await comparison.close();
    await onBoth('DROP TABLE called');
  });

  test('finds by its bytes a row whose key is no text', async () => {
    await bytesOnGreen.query("UPDATE t SET v = 'w' WHERE n = 4000; UPDATE labelled SET v = 3 WHERE k = 'y'");
    const comparison = await Comparison.open(await stage.databases(blue, green), there, 'bytes');
    try {
      const found: Difference[] = [];
      for (const table of (await comparison.tables()).from.values()) {
        const pair = { from: table, columns: table.columns };
        await comparison.table(pair, new AbortController().signal, (_, differences) => found.push(...differences));
      }
      expect(found.map(({ pair, difference }) => `${pair.from.name} ${difference}`).sort()).toEqual([
        'public.labelled the same number of rows on both sides (2), with other values',
        'public.t differs',
      ]);
      const [differing] = found.filter(({ key }) => key !== undefined);
      const { from: table, columns } = differing?.pair ?? { from: undefined, columns: [] };
      if (table === undefined) throw new Error('No row was found.');
      expect([...(await comparison.to.rowsOf(table, columns, [differing?.key ?? ''])).keys()]).toEqual([
        differing?.key,
      ]);
    } finally {
      await comparison.close();
    }
  });
});
