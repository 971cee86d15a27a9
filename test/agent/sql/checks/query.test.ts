import { mysql as mysqlEngine } from '../../../../agent/mysql/engine';
import { postgres as postgresEngine } from '../../../../agent/postgres/engine';
import { AnswerOfQuery } from '../../../../agent/sql/checks/answer-of-query';
import type { Databases } from '../../../../agent/sql/databases';
import type { VerbEntry } from '../../../../agent/verb';
import type { CheckResult } from '../../../../contract/common';
import type { ExpectedAnswer, QueryOfCheck } from '../../../../contract/database';
import { useAws } from '../../aws';
import { DatabaseStage } from '../../mysql/stage';
import { PostgresStage } from '../../postgres/stage';
import { listener } from '../../redis/stage';

const aws = useAws();

interface Side {
  /** The migration with such a query, of two servers of which green has one order more. */
  readonly with: (query: QueryOfCheck) => Promise<Databases>;
  readonly verb: VerbEntry<'check.query', Databases>;
  readonly database: string;
  readonly table: string;
}

const mysql = new DatabaseStage(aws);
const postgres = new PostgresStage(aws);
afterAll(() => Promise.all([mysql.end(), postgres.end()]));

async function onMysql(): Promise<Side> {
  const [blue, green] = await Promise.all([
    mysql.database({ engine: 'mariadb' }),
    mysql.database({ engine: 'mariadb' }),
  ]);
  for (const [side, orders] of [
    [blue, 3],
    [green, 4],
  ] as const) {
    const root = await mysql.root(side);
    await root.query('CREATE DATABASE shop');
    await root.query('CREATE TABLE shop.orders (id INT PRIMARY KEY, name VARCHAR(40) CHARACTER SET utf8mb4)');
    for (let id = 1; id <= orders; id++) await root.query('INSERT INTO shop.orders VALUES (?, ?)', [id, `größe ${id}`]);
  }
  return {
    with: (query) => mysql.databases(mysql.endpoint(blue), mysql.endpoint(green), { checkQueries: [query] }),
    verb: mysqlEngine.checks['check.query'],
    database: 'shop',
    table: 'orders',
  };
}

async function onPostgres(): Promise<Side> {
  const [blue, green] = await Promise.all([postgres.server(), postgres.server()]);
  for (const [side, orders] of [
    [blue, 3],
    [green, 4],
  ] as const) {
    const owner = await postgres.owner(side);
    await owner.query(`CREATE TABLE orders (id int PRIMARY KEY, name text);
      INSERT INTO orders SELECT i, 'größe ' || i FROM generate_series(1, ${orders}) AS i`);
  }
  return {
    with: (query) => postgres.databases(blue, green, [], [query]),
    verb: postgresEngine.checks['check.query'],
    database: 'postgres',
    table: 'public.orders',
  };
}

describe.each([
  ['MariaDB', onMysql],
  ['PostgreSQL', onPostgres],
] as const)('the query of a check on %s', (_, start) => {
  let side: Side;
  beforeAll(async () => {
    side = await start();
  });

  const ask = async (
    sql: string,
    expect: ExpectedAnswer,
    args: { readonly side?: 'blue' | 'green'; readonly check?: string; readonly timeoutSeconds?: number } = {},
  ): Promise<CheckResult> => {
    const database = side.database;
    const databases = await side.with({ check: 'orders', sql: sql.replace('ORDERS', side.table), database, expect });
    return side.verb.run(databases, { side: 'green', check: 'orders', timeoutSeconds: 30, ...args }, listener());
  };

  test('is asked of the side that serves', async () => {
    await expect(ask('SELECT id FROM ORDERS', { rowsAtLeast: 4 })).resolves.toEqual({
      passed: true,
      detail: 'green has 4 rows',
    });
    await expect(ask('SELECT id FROM ORDERS', { rowsAtLeast: 4 }, { side: 'blue' })).resolves.toEqual({
      passed: false,
      detail: 'blue has 3 rows, expected at least 4',
    });
  });

  test('has a value that is compared as text or as a number, and no other is told', async () => {
    const name = 'SELECT name FROM ORDERS WHERE id = 2';
    await expect(ask(name, { valueIs: 'größe 2' })).resolves.toMatchObject({ passed: true });
    await expect(ask(name, { valueIs: 'other' })).resolves.toEqual({
      passed: false,
      detail: 'green answers another value than is expected',
    });
    await expect(ask('SELECT COUNT(*) FROM ORDERS', { valueAtMost: 3 })).resolves.toEqual({
      passed: false,
      detail: 'green answers 4, expected at most 3',
    });
    await expect(ask('SELECT COUNT(*) * 1.5 FROM ORDERS', { valueAtLeast: 6 })).resolves.toMatchObject({
      passed: true,
    });
  });

  test('reads and does not write, and is one statement', async () => {
    await expect(ask('DELETE FROM ORDERS', { rowsAtMost: 0 })).rejects.toMatchObject({
      name: 'Agent.BadRequest',
      message: expect.stringContaining('The query of the check "orders" begins with DELETE'),
    });
    const two = await ask('SELECT id FROM ORDERS; DELETE FROM ORDERS', { rowsAtLeast: 1 });
    expect(two).toMatchObject({ passed: false, detail: expect.stringContaining('green refuses the query') });
    await expect(ask('SELECT id FROM ORDERS', { rowsAtLeast: 4 })).resolves.toMatchObject({ passed: true });
  });

  test('that the server refuses, or does not end in time, has not passed', async () => {
    await expect(ask('SELECT id FROM nowhere.at_all', { rowsAtMost: 0 })).resolves.toMatchObject({
      passed: false,
      detail: expect.stringMatching(/^green refuses the query, or does not end it: \w+/),
    });
    const sleep = side.database === 'shop' ? 'SELECT SLEEP(20), id FROM ORDERS' : 'SELECT pg_catalog.pg_sleep(20)';
    await expect(ask(sleep, { rowsAtLeast: 1 }, { timeoutSeconds: 1 })).resolves.toMatchObject({ passed: false });
  });

  test('is one of the configuration’s', async () => {
    await expect(ask('SELECT 1', { rowsAtLeast: 1 }, { check: 'other' })).rejects.toMatchObject({
      name: 'Agent.BadRequest',
      message: expect.stringContaining("has no query of the check 'other'; there are: orders. Deploy"),
    });
  });
});

test.each<[readonly (readonly (string | null)[])[], ExpectedAnswer, boolean, string]>([
  [[], { rowsAtMost: 0 }, true, 'green has 0 rows'],
  [[['1']], { rowsAtMost: 0 }, false, 'green has 1 row, expected at most 0'],
  [[], { valueIs: '' }, false, 'green answers 0 rows, expected one row with one column'],
  [[['a', 'b']], { valueIs: 'a' }, false, 'green answers one row with 2 columns, expected one row with one column'],
  [[[null]], { valueIs: '' }, false, 'green answers NULL, expected a value'],
  [[['']], { valueAtLeast: 0 }, false, 'green answers no number, and one is expected'],
  [[['secret']], { valueAtLeast: 0 }, false, 'green answers no number, and one is expected'],
  [[['-0.5']], { valueAtMost: 0 }, true, 'green answers -0.5'],
])('the rows %j as %j: %s', (rows, expected, passed, detail) => {
  const answer = new AnswerOfQuery();
  for (const row of rows) answer.add(row);
  expect(answer.judge(expected, 'green')).toEqual({ passed, detail });
});
