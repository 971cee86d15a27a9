import type { Connection } from 'mysql2/promise';
import { smoke } from '../../../../agent/mysql/smoke';
import { Verifications } from '../../../../agent/mysql/verification/verifications';
import { verify } from '../../../../agent/mysql/verify';
import type { Databases } from '../../../../agent/sql/databases';
import { useAws } from '../../aws';
import { listener } from '../../redis/stage';
import { DatabaseStage, type RdsDatabase } from '../stage';
import { derived, everyKey, everyType, everyTypeRows, makeAccounts, makeEveryKey } from './dataset';

const aws = useAws();
const there = { from: 'blue', to: 'green' } as const;
const back = { from: 'green', to: 'blue' } as const;

/** Two engines with the same data, filled one by one: no replication explains a difference, or hides it. */
describe('the verification of MariaDB and MySQL', () => {
  const stage = new DatabaseStage(aws);
  let blue: RdsDatabase;
  let green: RdsDatabase;
  let onBlue: Connection;
  let onGreen: Connection;
  let databases: Databases;

  beforeAll(async () => {
    [blue, green] = await Promise.all([stage.database({ engine: 'mariadb' }), stage.database({ engine: 'mysql' })]);
    [onBlue, onGreen] = await Promise.all([stage.root(blue), stage.root(green)]);
    databases = await stage.databases(stage.endpoint(blue), stage.endpoint(green));
    await onBoth("SET SESSION time_zone = '+00:00', SESSION sql_mode = ''");
    await onBoth('CREATE DATABASE shop DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci');
    await onBoth('USE shop');
    await onBoth(everyType);
    await onBoth(everyTypeRows);
    for (const side of [onBlue, onGreen]) {
      await makeEveryKey(side);
      await makeAccounts(side, 3_000);
    }
    await onBoth(`CREATE TABLE order_lines (
      id INT PRIMARY KEY, account INT NOT NULL, doubled INT AS (account * 2) STORED, made DATETIME DEFAULT CURRENT_TIMESTAMP,
      KEY by_account (account), CONSTRAINT of_account FOREIGN KEY (account) REFERENCES accounts (id) ON DELETE RESTRICT)`);
    await onBoth('CREATE SQL SECURITY INVOKER VIEW rich AS SELECT id, name FROM accounts WHERE balance > 100');
    await onBoth(
      'CREATE TRIGGER rounded BEFORE INSERT ON accounts FOR EACH ROW SET NEW.balance = ROUND(NEW.balance, 2)',
    );
    await onBoth('CREATE PROCEDURE close_account (IN which INT) DELETE FROM accounts WHERE id = which');
    await onBoth(
      "CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO DELETE FROM no_key WHERE k = 0",
    );
    await onBoth("CREATE USER 'app'@'%' IDENTIFIED BY 'secret-of-app'");
    await onBoth("GRANT SELECT, INSERT, UPDATE ON shop.* TO 'app'@'%'");
    await onBoth("GRANT SELECT (id, name) ON shop.accounts TO 'app'@'%'");
  });
  afterEach(() => databases.keep(Verifications).stop());
  afterAll(() => stage.end());

  async function onBoth(statement: string): Promise<void> {
    await Promise.all([onBlue.query(statement), onGreen.query(statement)]);
  }
  const schema = () => verify(databases, { ...there, mode: 'schema' }, listener());

  test('finds every type of column and every kind of key the same, either way', async () => {
    expect(await verify(databases, { ...there, mode: 'full' }, listener())).toMatchObject({
      mismatches: 0,
      sample: [],
    });
    expect(await verify(databases, { ...back, mode: 'full' }, listener())).toMatchObject({ mismatches: 0, sample: [] });
  });

  const changes: Readonly<Record<string, string>> = {
    tiny: '2',
    whole: '7',
    amount: '-12345678901234.000002',
    single: '0.10000001',
    twofold: '1.5',
    bits: "b'1'",
    hour_of: "'-838:59:58.999'",
    at: "'9999-12-31 23:59:59.999998'",
    stamped: "'2038-01-19 03:14:07.998'",
    short_text: "'größer 😁'",
    latin: "'è'",
    long_text: "''",
    raw: "X'0102030405060709'",
    some_bytes: "X'FF00FE'",
    many_bytes: 'NULL',
    kind: "'first'",
    flags: "'a'",
  };

  test('finds a difference in each type of column, and names the column', async () => {
    for (const [column, value] of Object.entries(changes)) {
      await onGreen.query(`UPDATE every_type SET ${column} = ${value} WHERE id = 1`);
    }
    const found = await verify(databases, { ...there, mode: 'full' }, listener());
    expect(found.sample).toEqual([
      {
        object: 'shop.every_type',
        difference: expect.stringMatching(new RegExp(`^row \\w+ differs in ${Object.keys(changes).join(', ')}$`)),
      },
    ]);
    await onBoth('DELETE FROM every_type');
  });

  test('tells NULL from an empty text, and one column from the next', async () => {
    await onBlue.query(
      "INSERT INTO every_type (id, fixed, short_text, latin) VALUES (50, 'a', 'b', NULL), (51, NULL, '', 'x')",
    );
    await onGreen.query(
      "INSERT INTO every_type (id, fixed, short_text, latin) VALUES (50, 'a', NULL, 'b'), (51, '', NULL, 'x')",
    );
    expect(await verify(databases, { ...there, mode: 'full' }, listener())).toMatchObject({ mismatches: 2 });
    await onBoth('DELETE FROM every_type');
  });

  test('finds values that two rows have exchanged', async () => {
    await onBlue.query("INSERT INTO every_type (id, short_text) VALUES (60, 'one'), (61, 'two')");
    await onGreen.query("INSERT INTO every_type (id, short_text) VALUES (60, 'two'), (61, 'one')");
    expect(await verify(databases, { ...there, mode: 'full' }, listener())).toMatchObject({ mismatches: 2 });
    await onBoth('DELETE FROM every_type');
  });

  test('counts equal rows of a table without a key', async () => {
    await onGreen.query('UPDATE no_key SET k = 2, v = NULL WHERE k = 1');
    await onGreen.query('INSERT INTO no_key VALUES (1, 1), (1, 1)');
    await onBlue.query('INSERT INTO no_key VALUES (3, 3), (3, 3)');
    const found = await verify(databases, { ...there, mode: 'full' }, listener());
    expect(found.sample).toEqual([
      { object: 'shop.no_key', difference: 'the same number of rows on both sides (5), with other values' },
    ]);
    await onBoth('DELETE FROM no_key');
  });

  test.each([
    ['MariaDB', there],
    ['MySQL', back],
  ] as const)('finds by the log of %s every row that changed, whatever its key is', async (_, direction) => {
    await verify(databases, { ...direction, mode: 'full' }, listener());
    const tables = Object.keys(everyKey).filter((name) => name !== 'no_key');
    const source = direction.from === 'blue' ? onBlue : onGreen;
    for (const name of tables) await source.query(`UPDATE ${name} SET v = v + 10 WHERE v = 1`);
    const found = await verify(databases, { ...direction, mode: 'delta' }, listener());
    expect(found.sample.map(({ object }) => object).sort()).toEqual(tables.map((name) => `shop.${name}`).sort());
    expect(found.sample.map(({ difference }) => difference.replace(/row \w+/, 'row'))).toEqual(
      tables.map(() => 'row differs in v'),
    );
    expect(found.rowsCompared).toBe(tables.length);
    for (const name of tables) await source.query(`UPDATE ${name} SET v = v - 10 WHERE v = 11`);
    expect(await verify(databases, { ...direction, mode: 'delta' }, listener())).toMatchObject({ mismatches: 0 });
  });

  test.each([
    ['MariaDB', there],
    ['MySQL', back],
  ] as const)('is not led astray in the log of %s by columns that are computed', async (_, direction) => {
    await onBlue.query(derived('mariadb'));
    await onGreen.query(derived('mysql'));
    await onBoth('INSERT INTO derived (id, v) VALUES (1, 1), (2, 2), (3, 3)');
    await verify(databases, { ...direction, mode: 'full' }, listener());
    await onBoth('UPDATE derived SET v = 20 WHERE id = 2');
    const found = await verify(databases, { ...direction, mode: 'delta' }, listener());
    expect(found).toMatchObject({ mismatches: 0, rowsCompared: 1 });
    await onBoth('DROP TABLE derived');
  });

  test('gives the same answers to the smoke queries', async () => {
    await onBoth('DELETE FROM every_type');
    await onBoth(everyTypeRows);
    const smokeQueries = [
      { name: 'every type', sql: 'SELECT * FROM every_type', database: 'shop' },
      { name: 'by name', sql: "SELECT id FROM accounts WHERE name = 'account 17' ORDER BY id", database: 'shop' },
    ];
    const asked = await stage.databases(stage.endpoint(blue), stage.endpoint(green), { smokeQueries });
    const result = await smoke(asked, { ...there, warmUp: true }, listener());
    expect(result.queries.map(({ rows, difference, planDifference }) => [rows, difference, planDifference])).toEqual([
      [3, undefined, undefined],
      [1, undefined, undefined],
    ]);
    await onBoth('DELETE FROM every_type');
  });

  test('finds the definitions the same, however either spells them', async () => {
    const { mismatches, sample, notCovered } = await schema();
    expect({ mismatches, sample }).toEqual({ mismatches: 0, sample: [] });
    expect(notCovered.map(({ object }) => object)).toEqual([
      'user admin@%: privileges of one version',
      'user admin@%: password',
      'user app@%: password',
    ]);
    expect(notCovered).toContainEqual({
      object: 'user app@%: password',
      reason: expect.stringMatching(/^signs in by mysql_native_password on blue and by caching_sha2_password on green/),
    });
  });

  test('names a missing index, a missing grant and a wrong AUTO_INCREMENT', async () => {
    await onGreen.query('DROP INDEX by_name ON accounts');
    await onGreen.query("REVOKE UPDATE ON shop.* FROM 'app'@'%'");
    await onGreen.query("REVOKE SELECT (name) ON shop.accounts FROM 'app'@'%'");
    await onGreen.query('ALTER TABLE accounts AUTO_INCREMENT = 500000');
    const found = await schema();
    expect(found.sample).toEqual([
      { object: 'index shop.accounts.by_name', difference: 'only on blue' },
      { object: 'AUTO_INCREMENT of shop.accounts', difference: 'the next value is 3001 on blue and 500000 on green' },
      { object: 'user app@%', difference: 'lacks on green: UPDATE on shop.*; SELECT (name) on shop.accounts' },
    ]);
    expect(found.mismatches).toBe(3);
  });

  test('names what is defined on one side only, or otherwise', async () => {
    const before = await schema();
    await onGreen.query('ALTER TABLE order_lines MODIFY made DATETIME NULL DEFAULT NULL');
    await onGreen.query('DROP TRIGGER rounded');
    await onGreen.query('DROP PROCEDURE close_account');
    await onGreen.query('CREATE PROCEDURE close_account (IN which INT) DELETE FROM accounts WHERE id = which + 1');
    await onGreen.query('CREATE OR REPLACE SQL SECURITY INVOKER VIEW rich AS SELECT id FROM accounts');
    await onGreen.query('DROP EVENT tidy');
    await onGreen.query("CREATE USER 'stranger'@'%' IDENTIFIED BY 'secret-of-stranger'");
    await onGreen.query('DROP TABLE key_of_latin');
    const known = new Set(before.sample.map(({ object, difference }) => object + difference));
    const found = (await schema()).sample.filter(({ object, difference }) => !known.has(object + difference));
    expect(found.map(({ object }) => object)).toEqual([
      'table shop.key_of_latin',
      'column shop.order_lines.made',
      'view shop.rich',
      'trigger shop.rounded',
      'procedure shop.close_account',
      'event shop.tidy',
      'user stranger@%',
    ]);
    expect(found[1]).toEqual({
      object: 'column shop.order_lines.made',
      difference: 'default is current_timestamp on blue and NULL on green',
    });
  });
});
