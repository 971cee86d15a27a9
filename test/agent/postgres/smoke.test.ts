import { smoke } from '../../../agent/postgres/smoke';
import type { SmokeQuery } from '../../../contract/database';
import { useAws } from '../aws';
import { listener } from '../redis/stage';
import { PostgresStage, type RdsPostgres } from './stage';

const aws = useAws();
const there = { from: 'blue', to: 'green', warmUp: false } as const;

describe('the smoke queries on PostgreSQL', () => {
  const stage = new PostgresStage(aws);
  let blue: RdsPostgres;
  let green: RdsPostgres;

  beforeAll(async () => {
    [blue, green] = await Promise.all([stage.server(), stage.server()]);
    for (const side of [blue, green]) {
      const owner = await stage.owner(side);
      await owner.query(`CREATE TABLE accounts (id int PRIMARY KEY, name text, balance numeric(12,2));
        INSERT INTO accounts SELECT i, 'account ' || i, i FROM generate_series(1, 5000) AS i;
        CREATE INDEX by_name ON accounts (name)`);
      await owner.query('VACUUM ANALYZE accounts');
    }
  });
  afterAll(() => stage.end());

  const query = (sql: string, name = 'asked'): SmokeQuery => ({ name, sql, database: 'postgres' });
  const run = async (queries: readonly SmokeQuery[], warmUp = false, report = listener()) =>
    smoke(await stage.databases(blue, green, queries), { ...there, warmUp }, report);

  test('that give the same differ in nothing, and the tables are read into memory before', async () => {
    const report = listener();
    const result = await run(
      [query("SELECT * FROM public.accounts WHERE name = 'account 17'"), query('SHOW timezone')],
      true,
      report,
    );
    expect(result).toMatchObject({ differences: 0, queries: [{ rows: 1 }, { rows: 1 }] });
    expect(result.queries.map(({ planDifference }) => planDifference)).toEqual([undefined, undefined]);
    expect(report.heard).toContainEqual(expect.objectContaining({ phase: 'warming up postgres' }));
  });

  test('name the one whose rows differ, the plan that lost its index, and the failure', async () => {
    const owner = await stage.owner(green);
    await owner.query(
      'UPDATE accounts SET balance = 1234567 WHERE id = 7; DROP INDEX by_name; CREATE VIEW only_there AS SELECT 1',
    );
    const result = await run([
      query('SELECT balance FROM public.accounts WHERE id = 7', 'seven'),
      query("SELECT id FROM public.accounts WHERE name = 'account 17'", 'by name'),
      query('SELECT * FROM public.only_there', 'new'),
      query('SELECT id FROM public.accounts WHERE id < 5 ORDER BY id', 'same'),
    ]);
    expect(result.queries.map(({ name, difference }) => [name, difference])).toEqual([
      ['seven', '1 rows on both sides, with other values'],
      ['by name', undefined],
      ['new', 'fails on blue with SQLSTATE 42P01'],
      ['same', undefined],
    ]);
    expect(result.queries[1]?.planDifference).toMatch(/^blue: .*by_name.*; green: accounts Seq Scan$/);
    expect(JSON.stringify(result)).not.toContain('1234567');
  });

  test('cannot write', async () => {
    for (const side of [blue, green]) {
      await (await stage.owner(side)).query(
        "CREATE FUNCTION emptied() RETURNS int LANGUAGE sql AS 'DELETE FROM public.accounts; SELECT 1'",
      );
    }
    const result = await run([
      query('SELECT public.emptied()'),
      query('WITH gone AS (DELETE FROM public.accounts RETURNING 1) SELECT * FROM gone'),
    ]);
    expect(result.queries.map(({ difference }) => difference)).toEqual([
      'fails on both sides with SQLSTATE 25006',
      'fails on both sides with SQLSTATE 42501',
    ]);
    await expect(run([query('UPDATE public.accounts SET balance = 0')])).rejects.toMatchObject({
      name: 'Agent.BadRequest',
    });
  });

  test('that end the engine are named as what it was lost at', async () => {
    const asked = run([query('SELECT 1', 'harmless'), query('SELECT pg_sleep(30)', 'the deadly one')]).catch(
      (error: Error) => error,
    );
    let over = false;
    void asked.then(() => {
      over = true;
    });
    const root = await stage.root(green);
    for (let found = 0; found === 0 && !over; ) {
      const { rowCount } = await root.query("SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(30)'");
      found = rowCount ?? 0;
    }
    await green.server.kill();
    expect(await asked).toMatchObject({
      name: 'Agent.Unreachable',
      message: expect.stringMatching(/^green was lost at the smoke query "the deadly one": /),
    });
  });
});
