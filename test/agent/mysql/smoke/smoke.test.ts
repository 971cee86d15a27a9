import type { Connection } from 'mysql2/promise';
import { smoke } from '../../../../agent/mysql/smoke';
import type { SmokeQuery } from '../../../../contract/database';
import { useAws } from '../../aws';
import { listener } from '../../redis/stage';
import { DatabaseStage, type RdsDatabase } from '../stage';
import { makeAccounts } from '../verification/dataset';

const aws = useAws();
const there = { from: 'blue', to: 'green', warmUp: false } as const;

describe('the smoke queries', () => {
  const stage = new DatabaseStage(aws);
  let blue: RdsDatabase;
  let green: RdsDatabase;
  let onBlue: Connection;
  let onGreen: Connection;

  beforeAll(async () => {
    [blue, green] = await Promise.all([stage.database({ engine: 'mariadb' }), stage.database({ engine: 'mariadb' })]);
    [onBlue, onGreen] = await Promise.all([stage.root(blue), stage.root(green)]);
    for (const side of [onBlue, onGreen]) {
      await side.query('CREATE DATABASE shop');
      await side.query('USE shop');
      await makeAccounts(side, 2_000);
    }
  });
  afterAll(() => stage.end());

  const query = (sql: string, name = 'asked'): SmokeQuery => ({ name, sql, database: 'shop' });
  const run = async (queries: readonly SmokeQuery[], args: Parameters<typeof smoke>[1] = there, report = listener()) =>
    smoke(await stage.databases(stage.endpoint(blue), stage.endpoint(green), { smokeQueries: queries }), args, report);

  test('that give the same on both sides differ in nothing, in rows and in plan', async () => {
    const result = await run([
      query('SELECT * FROM accounts WHERE name = "account 17"', 'by name'),
      query('(SELECT id FROM accounts WHERE id < 5) UNION (SELECT 9)', 'in brackets'),
      query('-- a comment\nWITH few AS (SELECT * FROM accounts WHERE id <= 10) SELECT SUM(balance) FROM few', 'a sum'),
      query('SHOW TABLES', 'tables'),
    ]);
    expect(result.differences).toBe(0);
    expect(result.queries).toEqual(
      ['by name', 'in brackets', 'a sum', 'tables'].map((name) => ({
        name,
        rows: expect.any(Number),
        fromMs: expect.any(Number),
        toMs: expect.any(Number),
      })),
    );
    expect(result.queries.map(({ rows }) => rows)).toEqual([1, 5, 1, 1]);
    expect(Math.abs(result.sinceMs - Date.now())).toBeLessThan(600_000);
  });

  test('name the one whose rows differ, without a value of them', async () => {
    await onGreen.query('UPDATE accounts SET balance = 123456.78 WHERE id = 7');
    const result = await run([
      query('SELECT balance FROM accounts WHERE id = 7', 'balance of seven'),
      query('SELECT id FROM accounts WHERE balance > 100000', 'the rich'),
    ]);
    expect(result.queries.map(({ name, difference }) => [name, difference])).toEqual([
      ['balance of seven', '1 rows on both sides, with other values'],
      ['the rich', '0 rows on blue, 1 on green'],
    ]);
    expect(result.differences).toBe(2);
    expect(JSON.stringify(result)).not.toContain('123456');
  });

  test('may give their rows in any order, unless they state one', async () => {
    await onGreen.query(
      'CREATE OR REPLACE VIEW listed AS SELECT id FROM accounts WHERE id < 9 ORDER BY id DESC LIMIT 100',
    );
    await onBlue.query('CREATE OR REPLACE VIEW listed AS SELECT id FROM accounts WHERE id < 9 ORDER BY id LIMIT 100');
    await onBlue.query('CREATE OR REPLACE FUNCTION turned (n INT) RETURNS INT DETERMINISTIC RETURN n');
    await onGreen.query('CREATE OR REPLACE FUNCTION turned (n INT) RETURNS INT DETERMINISTIC RETURN -n');
    const grant = "GRANT EXECUTE ON FUNCTION turned TO 'cutover_agent'@'%'";
    await Promise.all([onBlue.query(grant), onGreen.query(grant)]);
    const result = await run([
      query('SELECT id FROM listed', 'any order'),
      query('SELECT id FROM accounts WHERE id < 9 ORDER BY turned(id)', 'stated'),
    ]);
    expect(result.queries.map(({ difference }) => difference)).toEqual([undefined, 'the same rows in another order']);
  });

  test('show that a plan lost its index', async () => {
    await onGreen.query('DROP INDEX by_name ON accounts');
    const result = await run([query('SELECT id FROM accounts WHERE name = "account 17"')]);
    expect(result.differences).toBe(0);
    expect(result.queries[0]?.planDifference).toBe('blue: accounts ref by_name; green: accounts ALL');
    await onGreen.query('CREATE INDEX by_name ON accounts (name)');
  });

  test('say on which side one fails, and with what', async () => {
    await onBlue.query('CREATE TABLE only_here (id INT PRIMARY KEY)');
    const result = await run([query('SELECT * FROM only_here', 'one'), query('SELECT * FROM nowhere', 'other')]);
    expect(result.queries.map(({ difference }) => difference)).toEqual([
      'fails on green with ER_NO_SUCH_TABLE',
      'fails on both sides with ER_NO_SUCH_TABLE',
    ]);
  });

  test.each([
    ['DELETE FROM accounts', 'begins with DELETE'],
    ['/* SELECT */ UPDATE accounts SET balance = 0', 'begins with UPDATE'],
    ["SELECT * FROM accounts INTO OUTFILE '/tmp/out'", 'writes with INTO'],
    ['SELECT * FROM accounts WHERE id = 1 FOR UPDATE', 'locks what it reads'],
    ['', 'begins with nothing'],
  ])('that do more than read are refused before any is run: %s', async (sql, why) => {
    await expect(run([query('SELECT 1'), query(sql, 'bad')])).rejects.toMatchObject({
      name: 'Agent.BadRequest',
      message: expect.stringContaining(`The smoke query "bad" ${why}`),
    });
  });

  test('cannot write, whatever a function in them tries', async () => {
    await onGreen.query(`CREATE FUNCTION emptied () RETURNS INT DETERMINISTIC MODIFIES SQL DATA
      BEGIN DELETE FROM accounts; RETURN 1; END`);
    const result = await run([query('SELECT emptied()')]);
    expect(result.queries[0]?.difference).toMatch(/on green with ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION$/);
  });

  test('may be preceded by reading the tables and indexes into memory', async () => {
    const report = listener();
    await onGreen.query('ANALYZE TABLE accounts');
    await run([query('SELECT 1')], { ...there, warmUp: true }, report);
    const warming = report.heard.filter(({ phase }) => phase === 'warming up');
    expect(warming.length).toBeGreaterThanOrEqual(2);
    expect(warming.at(-1)?.done).toBe(warming.at(-1)?.total);
  });

  test('that end the engine are named as what it was lost at', async () => {
    const asked = run([query('SELECT 1', 'harmless'), query('SELECT SLEEP(30)', 'the deadly one')]).catch(
      (error: Error) => error,
    );
    let over = false;
    void asked.then(() => {
      over = true;
    });
    for (let found = 0; found === 0 && !over; ) {
      const [rows] = await onGreen.query(
        "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO = 'SELECT SLEEP(30)'",
      );
      found = Array.isArray(rows) ? rows.length : 0;
    }
    await green.server.kill();
    expect(await asked).toMatchObject({
      name: 'Agent.Unreachable',
      message: expect.stringMatching(/^green was lost at the smoke query "the deadly one": /),
    });
  });
});
